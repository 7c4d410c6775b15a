using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>Where the members of a gang go, domain by domain, as a table.</summary>
internal static class WhereTable
{
    /// <summary>Lays it out.</summary>
    public static SheetTable Of(ReportPlacement placement, ReportGang gang)
    {
        var rows = new List<SheetRow>();
        Collect(TreeBranch.Root(placement, gang), 0, rows);
        return new("The domains and nodes that hold its pods", [new("domain or nodes"), SheetColumn.Number("pods"), SheetColumn.Number("GPUs"), new("ranks and racks")], [.. rows]);
    }

    private static void Collect(TreeBranch branch, int depth, List<SheetRow> rows)
    {
        rows.Add(new(branch.Label, Figures.Whole(branch.Pods), Figures.Whole(branch.Gpus), new SheetCell(branch.Detail, Ink.Dim)) { Depth = depth, IsPlain = branch.IsNodes });
        foreach (var child in branch.Children) Collect(child, depth + 1, rows);
    }
}
