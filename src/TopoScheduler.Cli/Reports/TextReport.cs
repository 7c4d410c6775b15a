using System.Collections.Immutable;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// The report for people: outcome and one sentence first, then where, at what cost, at which watts, and, when it does not fit, why and what would
/// help. Every figure comes from the report model, so this page and the JSON cannot differ.
/// </summary>
internal static class TextReport
{
    /// <summary>Writes the reports one under the other, several with a closing line.</summary>
    public static void Write(TextWriter output, ImmutableArray<PlacementReport> reports, TextStyle style, ReportScenario? scenario = null)
    {
        var page = new TextPage(output, style);
        if (scenario is not null) ScenarioSection.Write(page, scenario);
        if (reports.Length == 1)
        {
            WriteOne(page, reports[0]);
            return;
        }

        // What is said of the cluster is said once, at the end.
        var ofAll = reports.Skip(1).Aggregate(reports[0].Problems.AsEnumerable(), (common, r) => common.Intersect(r.Problems)).ToImmutableArray();
        for (var i = 0; i < reports.Length; i++)
        {
            if (i > 0)
            {
                page.Blank();
                page.Rule();
            }

            WriteOne(page, reports[i] with { Problems = [.. reports[i].Problems.Except(ofAll)] });
        }

        WriteTally(page, reports);
        ReasonSections.WriteProblems(page, ofAll, "NOTES ON ALL");
    }

    private static void WriteOne(TextPage page, PlacementReport report)
    {
        WriteTitle(page, report);
        if (report.Placement is not null) PlacementTree.Write(page, report.Placement, report.Gang);
        CostSection.Write(page, report);
        PowerSection.Write(page, report);
        ReasonSections.WriteReasons(page, report);
        ReasonSections.WriteOffers(page, report);
        ReasonSections.WriteProblems(page, report.Problems, "NOTES");
        if (report.Outcome != PlacementOutcome.Invalid) WriteSearch(page, report.Search);
    }

    private static void WriteTitle(TextPage page, PlacementReport report)
    {
        var (word, ink) = Outcome(report.Outcome);
        var glyphs = page.Style.Glyphs;
        var sign = report.Outcome switch
        {
            PlacementOutcome.Placed or PlacementOutcome.PlacedCapped => glyphs.Tick,
            PlacementOutcome.Undecided => "?",
            _ => glyphs.Cross,
        };
        var gang = report.Gang;
        var (name, size) = ($"{gang.Kind} {gang.Namespace}/{gang.Name}", $"   {ReportWords.SizeOf(gang)}");
        var title = page.Line().Add($"{sign} {word}", ink).Add("   ");
        var room = Math.Max(20, title.Left - size.Length);
        page.Write(title.Add(SafeText.CutMiddle(name, room, glyphs.Ellipsis), Ink.Bold).Add(size));
        page.Paragraph(page.Line().Add(TextPage.Indent), report.Summary);
    }

    private static void WriteSearch(TextPage page, SearchEffort search)
    {
        page.Blank();
        page.Write(page.Line().Add(ReportWords.Effort(search), Ink.Dim));
    }

    private static void WriteTally(TextPage page, ImmutableArray<PlacementReport> reports)
    {
        page.Blank();
        page.Rule();
        var tally = reports.GroupBy(r => r.Outcome).OrderBy(g => g.Key).Select(g => $"{g.Count()} {(g.Key == PlacementOutcome.NoFit && g.Count() > 1 ? "do not fit" : Outcome(g.Key).Word.ToLowerInvariant())}");
        page.Write(page.Line().Add($"{Figures.Count(reports.Length, "job")}: {string.Join(", ", tally)}.", Ink.Bold).Add("  Each was planned beside the earlier ones."));
        foreach (var report in reports)
        {
            var (word, ink) = Outcome(report.Outcome);
            var line = page.Line().Add(TextPage.Indent).Field(word, 14, ink).Field($"{report.Gang.Namespace}/{report.Gang.Name}", 36);
            page.Write(line.Add(report.Placement is { } p ? $" {PlacementTree.Place(p)}" : "", Ink.Dim));
        }
    }

    private static (string Word, Ink Ink) Outcome(PlacementOutcome outcome) => outcome switch
    {
        PlacementOutcome.Placed => ("PLACED", Ink.Good),
        PlacementOutcome.PlacedCapped => ("PLACED CAPPED", Ink.Good),
        PlacementOutcome.NoFit => ("DOES NOT FIT", Ink.Bad),
        PlacementOutcome.Undecided => ("UNDECIDED", Ink.Warn),
        _ => ("INVALID", Ink.Bad),
    };
}
