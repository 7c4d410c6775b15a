using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using TopoScheduler.Cli.Reports.Sheets;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// The report as GitHub-flavoured Markdown, short enough for a comment on a change: the outcome and one sentence, a table of what matters, power,
/// why not, what would help; the rest folded.
/// </summary>
internal static class MarkdownReport
{
    private const int MostRows = 12;
    private const int MostWhereRows = 24;
    private const int MostNotes = 10;

    /// <summary>Writes the reports one under the other, several with a table of all on top.</summary>
    public static void Write(TextWriter output, ImmutableArray<PlacementReport> reports, bool unicode, ReportScenario? scenario = null)
    {
        var text = new StringBuilder();
        if (scenario is not null) WriteScenario(text, scenario);
        ImmutableArray<Problem> ofAll = reports.Length == 1 ? [] : [.. reports.Skip(1).Aggregate(reports[0].Problems.AsEnumerable(), (common, r) => common.Intersect(r.Problems))];
        if (reports.Length > 1) WriteTally(text, reports);
        foreach (var report in reports) WriteOne(text, report with { Problems = [.. report.Problems.Except(ofAll)] });
        WriteProblems(text, ofAll, "Notes on all jobs");
        output.Write(unicode ? text.ToString() : HtmlPage.Spelled(text));
    }

    private static void WriteScenario(StringBuilder text, ReportScenario scenario)
    {
        text.Append(Invariant($"### {ScenarioSection.Title}\n\n"));
        foreach (var (label, row, _) in ScenarioSection.Rows(scenario, MostRows)) text.Append(Invariant($"- **{label}** {MarkdownText.Of(row)}\n"));
        text.Append('\n');
    }

    private static void WriteTally(StringBuilder text, ImmutableArray<PlacementReport> reports)
    {
        text.Append(Invariant($"## {ReportWords.Tally(reports)}\n\nEach was planned beside the earlier ones.\n\n| | job | size | where |\n|---|---|---|---|\n"));
        foreach (var report in reports)
        {
            var where = report.Placement is { } placement ? MarkdownTable.Cell(PlacementTree.Place(placement)) : "";
            text.Append(Invariant($"| {Sign(report.Outcome)} {ReportWords.Outcome(report.Outcome).Word} | {MarkdownTable.Cell(ReportWords.NameOf(report.Gang))} | {ReportWords.SizeOf(report.Gang)} | {where} |\n"));
        }

        text.Append('\n');
    }

    private static void WriteOne(StringBuilder text, PlacementReport report)
    {
        var word = ReportWords.Outcome(report.Outcome).Word;
        text.Append(Invariant($"### {Sign(report.Outcome)} {word}: {MarkdownTable.Cell(ReportWords.NameOf(report.Gang))}\n\n{ReportWords.SizeOf(report.Gang)}. {MarkdownText.Of(report.Summary)}\n\n"));
        WriteFacts(text, report);
        WritePower(text, report);
        WriteReasons(text, report);
        WriteOffers(text, report);
        if (report.Placement is { Pods.IsEmpty: false } placement) WriteWhere(text, placement, report.Gang);
        WriteProblems(text, report.Problems, "Notes");
        if (report.Outcome != PlacementOutcome.Invalid) text.Append(Invariant($"<sub>{ReportWords.Effort(report.Search)}</sub>\n\n"));
    }

    private static void WriteFacts(StringBuilder text, PlacementReport report)
    {
        var facts = new List<(string Name, string Value)>();
        if (report.Placement is { } placement)
        {
            var nodes = placement.Pods.Select(p => p.Node).Distinct(StringComparer.Ordinal).Count();
            facts.Add(("where", $"**{MarkdownTable.Cell(PlacementTree.Place(placement))}**, {Figures.Count(nodes, "node")}"));
        }

        if (report.Estimate is { } estimate)
        {
            facts.Add(("communication", $"**{Figures.Milliseconds(estimate.CommunicationMs)}** per step, {ReportWords.Gap(estimate)}"));
            if (!estimate.CrossTierBytes.IsEmpty) facts.Add(("crosses", $"{MarkdownTable.Cell(ReportWords.Crossing(estimate))} per step; uniformity {Figures.Digits(estimate.Uniformity)} of 1"));
            if (estimate.DataStagingSeconds is { } seconds) facts.Add(("data staging", $"{Figures.Digits(seconds)} s before the first step"));
        }

        if (report.Memory is { } memory)
        {
            facts.Add(("memory", ReportWords.Memory(memory)));
            if (memory.LatencyFloorMs is { } floor) facts.Add(("latency floor", $"{Figures.Milliseconds(floor)} per token"));
        }

        if (report.Power is { } power && (report.Placement is not null || power.AddedWatts > 0)) facts.Add(("power", ReportWords.Power(report, power)));
        if (facts.Count == 0) return;
        text.Append("| | |\n|---|---|\n");
        foreach (var (name, value) in facts) text.Append(Invariant($"| {name} | {value} |\n"));
        text.Append('\n');
    }

    private static void WritePower(StringBuilder text, PlacementReport report)
    {
        if (report.Power is not { Domains.IsEmpty: false } power) return;
        var rows = PowerSection.Rows(power.Domains);
        var kept = PowerSection.Fullest(rows, MostRows);
        text.Append("| power budget | before | after | budget | used | left |\n|---|--:|--:|--:|--:|--:|\n");
        foreach (var row in kept)
        {
            var (before, after, budget) = (row.Domain.BeforeWatts, row.Domain.AfterWatts, row.Domain.BudgetWatts);
            var left = after > budget ? $"**{Figures.Whole(after - budget)} W over**" : $"{Figures.Whole(budget - after)} W";
            var each = row.Count > 1 ? " each" : "";
            text.Append(Invariant($"| {MarkdownTable.Cell(Named.Of(row.Domain.Kind, row.Name))}{each} | {Figures.Whole(before)} W | {Figures.Whole(after)} W | {Figures.Whole(budget)} W | {Figures.Share(after, budget)} | {left} |\n"));
        }

        var rest = rows.Except(kept).Sum(r => r.Count);
        text.Append(rest > 0 ? Invariant($"\n… {Figures.Count(rest, "more budget")}, less full\n\n") : "\n");
    }

    private static void WriteReasons(StringBuilder text, PlacementReport report)
    {
        if (report.Reasons.IsEmpty) return;
        text.Append(report.Outcome == PlacementOutcome.Undecided ? "**In the way**\n\n" : "**Why not**\n\n");
        var reasons = ReportWords.Reasons(report).ToList();
        foreach (var (reason, message) in reasons.Take(MostRows))
        {
            text.Append(Invariant($"- **{ConstraintNames.Policy.ConvertName(reason.Constraint.ToString())}** {MarkdownText.Of(message)}\n"));
        }

        text.Append(reasons.Count > MostRows ? Invariant($"- … {reasons.Count - MostRows} more\n\n") : "\n");
    }

    private static void WriteOffers(StringBuilder text, PlacementReport report)
    {
        if (report.CounterOffers.IsEmpty) return;
        text.Append("**What would make it fit**, each verified by planning again, cheapest first\n\n");
        WriteOfferTable(text, report.CounterOffers);
    }

    /// <summary>Changes that would make a gang fit, as a table.</summary>
    public static void WriteOfferTable(StringBuilder text, ImmutableArray<CounterOffer> offers)
    {
        text.Append("| change | detail | then |\n|---|---|---|\n");
        foreach (var offer in offers)
        {
            text.Append(Invariant($"| **{ReportWords.Change(offer.Change)}** | {MarkdownText.Of(offer.Detail.TrimEnd('.'))} | {ReportWords.Then(offer)} |\n"));
        }

        text.Append('\n');
    }

    private static void WriteWhere(StringBuilder text, ReportPlacement placement, ReportGang gang)
    {
        text.Append("<details><summary>Where the pods go</summary>\n\n");
        var rest = MarkdownTable.Write(text, WhereTable.Of(placement, gang), MostWhereRows);
        if (rest > 0) text.Append(Invariant($"\n… {rest} more rows (-o json lists every pod)\n"));
        text.Append("\n</details>\n\n");
    }

    /// <summary>What is wrong or assumed, folded where it is notes alone.</summary>
    public static void WriteProblems(StringBuilder text, ImmutableArray<Problem> problems, string heading)
    {
        if (problems.IsEmpty) return;
        var notes = problems.GroupBy(p => (p.Severity, p.Message)).OrderBy(g => g.Key.Severity).ToList();
        var open = notes[0].Key.Severity < Severity.Info ? " open" : "";
        text.Append(Invariant($"<details{open}><summary>{heading} ({notes.Count})</summary>\n\n"));
        foreach (var note in notes.Take(MostNotes))
        {
            var word = note.Key.Severity switch { Severity.Error => "**error** ", Severity.Warning => "**warning** ", _ => "" };
            text.Append(Invariant($"- {word}_{MarkdownTable.Cell(NameRanges.Of(note.Select(p => p.Object)))}_: {MarkdownText.Of(note.Key.Message)}\n"));
        }

        if (notes.Count > MostNotes) text.Append(Invariant($"- … {notes.Count - MostNotes} more (-o json lists all)\n"));
        text.Append("\n</details>\n\n");
    }

    private static string Sign(PlacementOutcome outcome) => outcome switch
    {
        PlacementOutcome.Placed or PlacementOutcome.PlacedCapped => "✅",
        PlacementOutcome.Undecided => "❔",
        _ => "❌",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
