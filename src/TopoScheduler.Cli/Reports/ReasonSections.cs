using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>Why not, what would help, and what is wrong or assumed.</summary>
internal static class ReasonSections
{
    private const int MostProblems = 10;

    /// <summary>Writes the reasons.</summary>
    public static void WriteReasons(TextPage page, PlacementReport report)
    {
        if (report.Reasons.IsEmpty) return;
        page.Heading(report.Outcome == PlacementOutcome.Undecided ? "IN THE WAY" : "WHY NOT");

        foreach (var (reason, message) in ReportWords.Reasons(report))
        {
            var line = page.Line().Add(TextPage.Indent).Field(ConstraintNames.Policy.ConvertName(reason.Constraint.ToString()), 10, Ink.Bad);
            line.Field(reason.RemovedNodes > 0 ? Figures.Count(reason.RemovedNodes, "node") : "", 11, Ink.Dim, right: true).Add("  ");
            page.Paragraph(line, message);
        }
    }

    /// <summary>Writes the counter-offers.</summary>
    public static void WriteOffers(TextPage page, PlacementReport report)
    {
        if (report.CounterOffers.IsEmpty) return;
        page.Heading("WHAT WOULD MAKE IT FIT", "each verified by planning again, cheapest first");
        foreach (var offer in report.CounterOffers)
        {
            var line = page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Bullet} ").Field(ReportWords.Change(offer.Change), 14, Ink.Good).Add(" ");
            page.Paragraph(line, $"{offer.Detail.TrimEnd('.')} → {ReportWords.Then(offer)}");
        }
    }

    /// <summary>Writes the problems, worst first; the JSON has them all.</summary>
    public static void WriteProblems(TextPage page, ImmutableArray<Problem> problems, string heading)
    {
        if (problems.IsEmpty) return;
        page.Heading(heading);

        // What is said of many nodes alike is said once.
        var notes = problems.GroupBy(p => (p.Severity, p.Message)).OrderBy(g => g.Key.Severity).ToList();
        foreach (var note in notes.Take(page.Style.Most(MostProblems)))
        {
            var (word, ink) = ReportWords.Severity(note.Key.Severity);
            page.Paragraph(page.Line().Add(TextPage.Indent).Field(word, 8, ink).Add(" "), $"{NameRanges.Of(note.Select(p => p.Object))}: {note.Key.Message}");
        }

        var rest = notes.Count - page.Style.Most(MostProblems);
        if (rest > 0) page.Write(page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Ellipsis} {rest} more (-o json lists all)", Ink.Dim));
    }
}
