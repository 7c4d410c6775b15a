using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Kubernetes.Labels.Lint;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>Findings: errors, warnings and notes, each with what it is about and its fix. Notes are folded where there is worse.</summary>
internal static class DoctorSheet
{
    private static readonly string[] Prose = ["; ", ", ", " ("];

    /// <summary>Lays them out.</summary>
    public static Sheet Of(DoctorView view)
    {
        var (words, ink) = DoctorWords.Tally(view);
        return new()
        {
            Title = $"Labels of {Figures.Count(view.Nodes, "node")}",
            Verdict = new(words, ink),
            Lead = view.Findings.IsEmpty ? "Nothing is wrong, doubtful or missing in the network and power labels." : "",
            Sections =
            [
                Section(view, "Errors", Severity.Error, "Placements are wrong or impossible because of these."),
                Section(view, "Warnings", Severity.Warning, "Something is guessed, ignored or contradictory."),
                Section(view, "Notes", Severity.Info, "Worth knowing, often meant so.") with { IsFolded = ink != Ink.Good },
            ],
        };
    }

    private static SheetSection Section(DoctorView view, string title, Severity severity, string detail)
    {
        ImmutableArray<SheetItem> items = [.. view.Findings.Where(f => f.Severity == severity).Select(Item)];
        return new($"{title} ({items.Length})", items.IsEmpty ? [] : [new SheetList(items)]) { Detail = detail };
    }

    private static SheetItem Item(Finding finding) => new(finding.Message)
    {
        Label = finding.Rule,
        Ink = ReportWords.Severity(finding.Severity).Ink,
        About = DoctorWords.Objects(finding),
        Details = [new(IsCommand(finding.Fix) ? finding.Fix : $"fix: {finding.Fix}", IsCommand(finding.Fix))],
    };

    // A fix is a command, or words with commands in them, of which nothing is to be run as it stands.
    private static bool IsCommand(string fix) => fix.StartsWith("kubectl ", StringComparison.Ordinal) && !Prose.Any(p => fix.Contains(p, StringComparison.Ordinal));
}
