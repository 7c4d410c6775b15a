using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>Why not, what would help, and what is wrong or assumed.</summary>
internal static class ReasonSections
{
    private const int MostProblems = 10;

    // No message holds this character: SafeText would show it as "?".
    private const string Mask = "\u0001";

    /// <summary>Writes the reasons.</summary>
    public static void WriteReasons(TextPage page, PlacementReport report)
    {
        if (report.Reasons.IsEmpty) return;
        page.Heading(report.Outcome == PlacementOutcome.Undecided ? "IN THE WAY" : "WHY NOT");

        // What refuses in many racks alike is said once, of all of them.
        foreach (var alike in report.Reasons.GroupBy(r => (r.Constraint, r.RemovedNodes, Message: Masked(r))))
        {
            var reason = alike.First();
            var line = page.Line().Add(TextPage.Indent).Field(ConstraintNames.Policy.ConvertName(reason.Constraint.ToString()), 10, Ink.Bad);
            line.Field(reason.RemovedNodes > 0 ? Figures.Count(reason.RemovedNodes, "node") : "", 11, Ink.Dim, right: true).Add("  ");
            var domains = NameRanges.Of(alike.Select(r => r.Domain ?? ""));
            var message = alike.Key.Message.Replace(Mask, domains, StringComparison.Ordinal);
            page.Paragraph(line, alike.Count() > 1 && reason.Domain is not null ? $"{message} ({alike.Count()} alike)" : message);
        }
    }

    /// <summary>Writes the counter-offers.</summary>
    public static void WriteOffers(TextPage page, PlacementReport report)
    {
        if (report.CounterOffers.IsEmpty) return;
        page.Heading("WHAT WOULD MAKE IT FIT", "each verified by planning again");
        foreach (var offer in report.CounterOffers)
        {
            var line = page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Bullet} ").Field(Words(offer.Change), 14, Ink.Good).Add(" ");
            var cost = offer.EstimateMs is { } ms ? $", {Figures.Milliseconds(ms)} per step" : "";
            page.Paragraph(line, $"{offer.Detail.TrimEnd('.')} → {Outcome(offer.ThenOutcome)}{cost}");
        }
    }

    /// <summary>Writes the problems, worst first; the JSON has them all.</summary>
    public static void WriteProblems(TextPage page, ImmutableArray<Problem> problems, string heading)
    {
        if (problems.IsEmpty) return;
        page.Heading(heading);

        // What is said of many nodes alike is said once.
        var notes = problems.GroupBy(p => (p.Severity, p.Message)).OrderBy(g => g.Key.Severity).ToList();
        foreach (var note in notes.Take(MostProblems))
        {
            var ink = note.Key.Severity switch { Severity.Error => Ink.Bad, Severity.Warning => Ink.Warn, _ => Ink.Dim };
            var word = note.Key.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "note" };
            page.Paragraph(page.Line().Add(TextPage.Indent).Field(word, 8, ink).Add(" "), $"{NameRanges.Of(note.Select(p => p.Object))}: {note.Key.Message}");
        }

        var rest = notes.Count - MostProblems;
        if (rest > 0) page.Write(page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Ellipsis} {rest} more (-o json lists all)", Ink.Dim));
    }

    // The message with its domain's name made a blank to fill in.
    private static string Masked(FitReason reason) =>
        reason.Domain is not { Length: > 0 } domain ? reason.Message
        : reason.Message.Contains(domain, StringComparison.Ordinal) ? reason.Message.Replace(domain, Mask, StringComparison.Ordinal)
        : $"{Mask}: {reason.Message}";

    private static string Words(CounterOfferChange change) => change switch
    {
        CounterOfferChange.FewerPods => "fewer pods",
        CounterOfferChange.WiderTier => "wider tier",
        CounterOfferChange.LowerGpuCap => "lower GPU cap",
        CounterOfferChange.HigherBudget => "higher budget",
        CounterOfferChange.Evict => "evict",
        CounterOfferChange.Wait => "wait",
        _ => "add nodes",
    };

    private static string Outcome(PlacementOutcome outcome) => outcome switch
    {
        PlacementOutcome.Placed => "placed",
        PlacementOutcome.PlacedCapped => "placed under a cap",
        PlacementOutcome.Undecided => "undecided",
        _ => "does not fit",
    };
}
