using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>The gangs that are taken care of, one a row.</summary>
internal static class PlacementsSheet
{
    private static readonly string[] Phases = ["Degraded", "Waiting", "Planned", "Bound"];

    /// <summary>Lays them out.</summary>
    public static Sheet Of(AgedGangs gangs)
    {
        var all = gangs.View.Gangs;
        if (all.IsEmpty) return new() { Title = "Gangs", Lead = PlacementsWords.None };
        return new()
        {
            Title = Figures.Count(all.Length, "gang"),
            Figures = [.. Phases.Select(p => (Phase: p, Count: all.Count(g => g.Phase == p))).Where(p => p.Count > 0).Select(p => new SheetFigure(p.Phase, Figures.Whole(p.Count)))],
            Sections = [new("Placements", Table(gangs))],
        };
    }

    private static SheetTable Table(AgedGangs gangs)
    {
        // No column of dashes where no age is known, as of a server's answer.
        int[] shown = [.. Enumerable.Range(1, PlacementsWords.Heads.Length - (gangs.Ages.Count > 0 ? 1 : 2))];
        return new(
            "Phase, place and message of each, in the order of namespaces and names",
            [
                new(PlacementsWords.Heads[0]),
                .. shown.Select(i => PlacementsWords.IsNumber(i) ? SheetColumn.Number(PlacementsWords.Heads[i]) : new SheetColumn(PlacementsWords.Heads[i])),
                new("message"),
            ],
            [.. gangs.View.Gangs.Zip(PlacementsWords.Rows(gangs)).Select(g => new SheetRow(g.Second[0], [.. shown.Select(i => Cell(g.First, i, g.Second[i])), g.First.Message]))]);
    }

    private static SheetCell Cell(GangView gang, int column, string text) => new(text, column == 1 ? PlacementsWords.InkOf(gang.Phase) : Ink.Plain);
}
