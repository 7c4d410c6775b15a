namespace TopoScheduler.EndToEnd;

/// <summary>The power page as <c>toposched power</c> writes it, in a real browser.</summary>
[Trait("Category", "EndToEnd")]
public sealed class HtmlPowerTests
{
    [BrowserFact]
    public async Task Power_WithinBudgets_LoadsWithoutErrorOrRequest()
    {
        var visit = await Browser.VisitAsync(("power.html", await Toposched.PageAsync("power", "--cluster", Toposched.Dgx)));
        Assert.Contains("<title>Power · TopoScheduler</title>", visit.Dom, StringComparison.Ordinal);
        Assert.Contains("Within all budgets", visit.Dom, StringComparison.Ordinal);
        Assert.Empty(visit.Console);
        Assert.Empty(visit.Requests);
    }

    [BrowserFact]
    public async Task Power_OverBudgetWithHostileNames_RunsNothingAndAsksNothing()
    {
        var visit = await Browser.VisitAsync(("power.html", await Toposched.PageAsync("power", "--cluster", OverBudget())));
        Assert.Contains("1 power domain over budget", visit.Dom, StringComparison.Ordinal);
        Assert.Contains("job/ml/&lt;img src=x onerror=alert(1)&gt;", visit.Dom, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", visit.Dom, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(visit.Console);
        Assert.Empty(visit.Requests);
    }

    [BrowserFact]
    public async Task Power_PhoneAndDesk_IsNoWiderThanTheScreenAndShowsEveryBar()
    {
        var power = await Toposched.PageAsync("power", "--cluster", OverBudget());
        const string Bars = "Array.from(d.querySelectorAll('.bar')).filter(b=>b.getBoundingClientRect().width>100).length";
        Assert.Equal(string.Join(' ', Screens.Widths.Select(w => $"{w}/1")), await Screens.MeasureAsync(power, Bars));
    }

    private static string OverBudget()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "over-budget.yaml");
        File.WriteAllText(file, """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: Node
              metadata: {name: n1, labels: {toposcheduler.io/rack: r1, toposcheduler.io/rack-power-budget-watts: "9000", toposcheduler.io/node-max-watts: "10200", toposcheduler.io/node-idle-watts: "2300", nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3, nvidia.com/gpu.count: "8"}}
              status: {conditions: [{type: Ready, status: "True"}], allocatable: {cpu: "96", memory: 1Ti, pods: "110", nvidia.com/gpu: "8"}}
            - apiVersion: v1
              kind: Pod
              metadata: {name: a-0, namespace: ml, uid: u1, ownerReferences: [{apiVersion: batch/v1, kind: Job, name: "<img src=x onerror=alert(1)>", uid: j1, controller: true}]}
              spec: {nodeName: n1, containers: [{name: a, image: x, resources: {limits: {cpu: "1", nvidia.com/gpu: "8"}}}]}
              status: {phase: Running}
            """);
        return file;
    }
}
