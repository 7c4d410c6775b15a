using System.Text.RegularExpressions;

namespace TopoScheduler.EndToEnd;

/// <summary>The pages of <c>topology</c>, <c>doctor</c>, <c>capacity</c> and <c>explain</c>, in a real browser.</summary>
[Trait("Category", "EndToEnd")]
public sealed partial class HtmlSheetTests
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
        int[] widths = [360, 390, 768, 1280];
        foreach (var command in Commands)
        {
            var page = await Toposched.PageAsync(command);
            var frames = string.Concat(widths.Select(w => $"<iframe src='page.html' style='width:{w}px;height:800px;border:0'></iframe>"));
            const string Measure = "<script>onload=()=>document.title=Array.from(frames).map(f=>f.document.documentElement.scrollWidth).join(' ')</script>";
            var visit = await Browser.VisitAsync(("frames.html", $"<!DOCTYPE html><title></title>{frames}{Measure}"), ("page.html", page));
            Assert.Equal($"{string.Join(' ', command)}: {string.Join(' ', widths)}", $"{string.Join(' ', command)}: {Title().Match(visit.Dom).Groups["text"].Value}");
        }
    }

    [GeneratedRegex("<title>(?<text>[^<]*)</title>")]
    private static partial Regex Title();
}
