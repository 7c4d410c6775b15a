namespace TopoScheduler.EndToEnd;

/// <summary>The pages of <c>topology</c>, <c>doctor</c>, <c>capacity</c> and <c>explain</c>, in a real browser.</summary>
[Trait("Category", "EndToEnd")]
public sealed class HtmlSheetTests
{
    private static readonly string[][] Commands =
    [
        ["topology", "--cluster", "samples/clusters/gb200-nvl72.yaml"],
        ["doctor", "--cluster", "tests/cases/doctor-faults/nodes.yaml"],
        ["capacity", "--cluster", Toposched.Dgx],
        ["explain", "gang", "train", "-n", "ml", "--cluster", "tests/cases/explain-power/cluster.yaml"],
        ["explain", "node", "n1", "--cluster", "tests/cases/explain-node-busy/cluster.yaml"],
    ];

    [BrowserFact]
    public async Task Pages_OfEveryCommand_LoadWithoutErrorOrRequest()
    {
        foreach (var command in Commands)
        {
            var visit = await Browser.VisitAsync(("page.html", await Toposched.PageAsync(command)));
            Assert.Contains("<h1>", visit.Dom, StringComparison.Ordinal);
            Assert.Empty(visit.Console);
            Assert.Empty(visit.Requests);
        }
    }

    [BrowserFact]
    public async Task Topology_HostileNames_RunNothingAndAskNothing()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "hostile-topology.json");
        await File.WriteAllTextAsync(file, """
            {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "<img src=x onerror=alert(1)>", "labels": {"toposcheduler.io/leaf": "</style><script>alert(1)</script>"}}, "status": {"allocatable": {"nvidia.com/gpu": "8", "pods": "110"}}}
            """);
        var visit = await Browser.VisitAsync(("page.html", await Toposched.PageAsync("topology", "--cluster", file)));
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", visit.Dom, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", visit.Dom, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(visit.Console);
        Assert.Empty(visit.Requests);
    }

    [BrowserFact]
    public async Task Pages_PhoneAndDesk_AreNoWiderThanTheScreen()
    {
        foreach (var command in Commands)
        {
            var widths = await Screens.MeasureAsync(await Toposched.PageAsync(command));
            Assert.Equal($"{string.Join(' ', command)}: {string.Join(' ', Screens.Widths)}", $"{string.Join(' ', command)}: {widths}");
        }
    }
}
