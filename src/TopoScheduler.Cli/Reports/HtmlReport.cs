using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>The report as one HTML file (<see cref="HtmlPage"/>).</summary>
internal static class HtmlReport
{
    /// <summary>Writes the page.</summary>
    public static void Write(TextWriter output, ImmutableArray<ReportedPlan> reports, bool unicode, ReportScenario? scenario = null)
    {
        var first = reports[0].Report;
        var title = reports.Length > 1 ? ReportWords.Tally([.. reports.Select(r => r.Report)]) : $"{ReportWords.Outcome(first.Outcome).Word}: {ReportWords.NameOf(first.Gang)}";
        HtmlPage.Write(output, unicode, title, MapDrawing.WritePatterns, html => WriteMain(html, reports, scenario));
    }

    private static void WriteMain(HtmlWriter html, ImmutableArray<ReportedPlan> reports, ReportScenario? scenario)
    {
        var all = reports.Select(r => r.Report).ToImmutableArray();
        ImmutableArray<Problem> ofAll = all.Length == 1 ? [] : [.. all.Skip(1).Aggregate(all[0].Problems.AsEnumerable(), (common, r) => common.Intersect(r.Problems))];
        if (scenario is not null) HtmlSections.WriteScenario(html, scenario);
        if (all.Length > 1) WriteContents(html, all);
        for (var i = 0; i < reports.Length; i++) WriteOne(html, reports[i], i, ofAll);
        if (!ofAll.IsEmpty) HtmlSections.WriteProblems(html, ofAll, "Notes on all jobs");
    }

    private static void WriteContents(HtmlWriter html, ImmutableArray<PlacementReport> reports)
    {
        html.Open("nav", "card", ("aria-label", "Jobs")).Element("h1", ReportWords.Tally(reports)).Element("p", "Each was planned beside the earlier ones.", "dim").Open("ol");
        for (var i = 0; i < reports.Length; i++)
        {
            var (word, ink) = ReportWords.Outcome(reports[i].Outcome);
            html.Open("li").Open("a", null, ("href", $"#job-{i + 1}")).Element("b", ReportWords.NameOf(reports[i].Gang)).Close().Text(" ")
                .Element("span", word.ToLowerInvariant(), HtmlSections.Css(ink));
            html.Element("span", reports[i].Placement is { } placement ? $" {PlacementTree.Place(placement)}" : "", "dim").Close();
        }

        html.Close(2).Line();
    }

    private static void WriteOne(HtmlWriter html, ReportedPlan plan, int index, ImmutableArray<Problem> saidOnce)
    {
        var report = plan.Report;
        var (word, ink) = ReportWords.Outcome(report.Outcome);
        html.Open("article", null, ("id", $"job-{index + 1}")).Line();
        HtmlSections.OpenHeader(html, ink, Sign(report.Outcome), word);
        html.Open("h1").Element("span", $"{report.Gang.Kind} {report.Gang.Namespace}/", "dim").Text(report.Gang.Name).Close();
        html.Element("p", ReportWords.SizeOf(report.Gang), "size").Element("p", report.Summary, "lead");
        HtmlSections.WriteTiles(html, report);
        html.Close().Line();
        HtmlSections.WriteReasons(html, report);
        HtmlSections.WriteOffers(html, report);
        if (report.Outcome != PlacementOutcome.Invalid) MapSection.Write(html, plan.Cluster, report);
        HtmlPower.Write(html, report);
        if (report.Placement is { Pods.IsEmpty: false } placement) HtmlSections.WriteWhere(html, placement, report.Gang);
        HtmlSections.WriteProblems(html, [.. report.Problems.Except(saidOnce)], "Notes");
        if (report.Outcome != PlacementOutcome.Invalid) html.Element("p", ReportWords.Effort(report.Search), "dim effort");
        html.Close().Line();
    }

    private static string Sign(PlacementOutcome outcome) => outcome switch
    {
        PlacementOutcome.Placed or PlacementOutcome.PlacedCapped => "✔",
        PlacementOutcome.Undecided => "?",
        _ => "✘",
    };
}
