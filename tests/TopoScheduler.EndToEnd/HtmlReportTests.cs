namespace TopoScheduler.EndToEnd;

/// <summary>The HTML report as <c>toposched</c> writes it, in a real browser.</summary>
[Trait("Category", "EndToEnd")]
public sealed class HtmlReportTests
{
    private const string Dgx = Toposched.Dgx;

    [BrowserFact]
    public async Task Report_Placed_LoadsWithoutErrorOrRequest() => await LoadsCleanly("Placed: JobSet training/pretrain-24x8", Dgx, "samples/jobs/pretrain-24x8.yaml");

    [BrowserFact]
    public async Task Report_NoFitBesideAnother_LoadsWithoutErrorOrRequest() =>
        await LoadsCleanly("2 jobs: 1 placed, 1 does not fit", Dgx, "samples/jobs/mpi-finetune.yaml", "samples/jobs/pretrain-25x8.yaml");

    [BrowserFact]
    public async Task Report_HostileNames_RunNothingAndAskNothing()
    {
        var report = await Toposched.HtmlAsync(Dgx, HostileJob());
        var visit = await Browser.VisitAsync(("report.html", report));
        Assert.Empty(visit.Console);
        Assert.Empty(visit.Requests);
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", visit.Dom, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", visit.Dom, StringComparison.OrdinalIgnoreCase);
    }

    [BrowserFact]
    public async Task Report_PhoneAndDesk_IsNoWiderThanTheScreen()
    {
        var report = await Toposched.HtmlAsync("samples/clusters/gb200-nvl72.yaml", "samples/jobs/nvl72-segments.yaml");
        Assert.Equal(string.Join(' ', Screens.Widths), await Screens.MeasureAsync(report));
    }

    private static async Task LoadsCleanly(string title, string cluster, params string[] jobs)
    {
        var visit = await Browser.VisitAsync(("report.html", await Toposched.HtmlAsync(cluster, jobs)));
        Assert.Contains($"<title>{title}", visit.Dom, StringComparison.Ordinal);
        Assert.Contains("<svg", visit.Dom, StringComparison.Ordinal);
        Assert.Empty(visit.Console);
        Assert.Empty(visit.Requests);
    }

    private static string HostileJob()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "hostile-job.yaml");
        File.WriteAllText(file, """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: "<img src=x onerror=alert(1)>", namespace: "</title><script>alert(2)</script>"}
            spec:
              parallelism: 2
              completions: 2
              template:
                spec:
                  containers: [{name: a, resources: {limits: {nvidia.com/gpu: "8"}}}]
            """);
        return file;
    }
}
