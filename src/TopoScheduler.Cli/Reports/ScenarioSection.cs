using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Placement.Scenarios;

namespace TopoScheduler.Cli.Reports;

/// <summary>What was different from the cluster as it is: the words all written forms share, and the text form.</summary>
internal static class ScenarioSection
{
    private const int MostRows = 20;

    /// <summary>Heading of the section.</summary>
    public const string Title = "What if";

    /// <summary>Writes it as text.</summary>
    public static void Write(TextPage page, ReportScenario scenario)
    {
        page.Write(page.Line().Add(Title.ToUpperInvariant(), Ink.Bold));
        foreach (var (label, text, ink) in Rows(scenario, MostRows))
        {
            page.Paragraph(page.Line().Add(TextPage.Indent).Field(label, TextPage.LabelColumns, ink).Add(" "), text);
        }

        page.Blank();
    }

    /// <summary>What was changed, who lost a place, which budgets are broken: a label, a clause, and whether it is good news. At most so many of each.</summary>
    public static IEnumerable<(string Label, string Text, Ink Ink)> Rows(ReportScenario scenario, int most) =>
    [
        .. Cut(scenario.Changes, most, c => (Word(c.Change), $"{c.Object}: {c.Detail}", Ink.Dim)),
        .. Cut(scenario.Displaced, most, d => ("displaced", $"{d.Gang} (priority {d.Priority}): {Became(d)}", d.Tier is null ? Ink.Bad : Ink.Good)),
        .. Cut(scenario.Over, most, d => ("over budget", $"{Named.Of(d.Kind, d.Name)}: {Figures.Whole(d.AfterWatts)} W of {Figures.Whole(d.BudgetWatts)} W", Ink.Bad)),
    ];

    private static string Became(ReportDisplaced displaced) =>
        displaced.Tier is null ? $"fits nowhere else: {displaced.Message}" : displaced.Message + (displaced.EstimateMs is > 0 and var ms ? $", {Figures.Milliseconds(ms)} per step" : "");

    private static IEnumerable<(string, string, Ink)> Cut<T>(ImmutableArray<T> rows, int most, Func<T, (string Label, string Text, Ink Ink)> row)
    {
        foreach (var each in rows.Take(most)) yield return row(each);
        if (rows.Length > most) yield return (row(rows[0]).Label, $"and {Figures.Whole(rows.Length - most)} more (-o json lists all)", Ink.Dim);
    }

    private static string Word(ScenarioChangeKind change) => change switch
    {
        ScenarioChangeKind.Finish => "ended",
        ScenarioChangeKind.AddRacks => "added",
        ScenarioChangeKind.Drain => "drained",
        ScenarioChangeKind.Budget => "budget",
        _ => "feed lost",
    };
}
