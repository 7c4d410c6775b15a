using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// Where the gang goes, as a tree from the narrowest domain that holds it all down to nodes:
/// <code>
/// WHERE  spine core-1/spine-2
///   leaf su-3                  ██████████████░░░░░░  24/32 pods  192 GPUs
///   │  └─ dgx-[65-88]          24 nodes × 1 pod, ranks 0-191
///   └─ leaf su-4               █████░░░░░░░░░░░░░░░   8/32 pods   64 GPUs
/// </code>
/// Bars are shares of the gang. Few nodes are listed one by one, many as a range.
/// </summary>
internal static class PlacementTree
{
    private const int MostChildren = 12;
    private const int BarColumns = 20;
    private const int MostLabelColumns = 42;

    /// <summary>Writes it.</summary>
    public static void Write(TextPage page, ReportPlacement placement, ReportGang gang)
    {
        page.Heading("WHERE", placement.Domain.Length > 0 ? $"{placement.Tier} {placement.Domain}" : placement.Tier);
        if (placement.Pods.IsEmpty) return;
        var root = TreeBranch.Root(placement, gang);
        var rows = new List<TreeRow>();
        Collect(root, "", "", page.Style.Glyphs, rows);
        var label = Math.Min(MostLabelColumns, rows.Max(r => r.Label.Length));
        foreach (var row in rows) WriteRow(page, row, label, placement.Pods.Length);
    }

    private static void Collect(TreeBranch branch, string first, string later, Glyphs glyphs, List<TreeRow> rows)
    {
        rows.Add(new(first + branch.Label, branch));
        var shown = branch.Children.Count > MostChildren ? branch.Children.Take(MostChildren - 1).ToList() : branch.Children;
        for (var i = 0; i < shown.Count; i++)
        {
            var last = i == branch.Children.Count - 1;
            Collect(shown[i], later + (last ? glyphs.LastBranch : glyphs.Branch), later + (last ? "   " : glyphs.Trunk), glyphs, rows);
        }

        if (shown.Count == branch.Children.Count) return;
        var rest = TreeBranch.Rest(branch.Children.Skip(shown.Count).ToList());
        rows.Add(new($"{later}{glyphs.LastBranch}{glyphs.Ellipsis} {rest.Label}", rest));
    }

    private static void WriteRow(TextPage page, TreeRow row, int labelColumns, int pods)
    {
        var branch = row.Branch;
        var line = page.Line().Add(TextPage.Indent);
        if (branch.IsNodes)
        {
            // A range of nodes may need the whole line: the label is not cut to its column.
            line.Add(row.Label.PadRight(labelColumns)).Add("  ").Add(branch.Detail, Ink.Dim);
            page.Write(line);
            return;
        }

        var digits = Figures.Whole(pods).Length;
        line.Field(row.Label, labelColumns).Add("  ").Bar(0, branch.Pods, pods, BarColumns).Add("  ")
            .Field(Figures.Whole(branch.Pods), digits, Ink.Bold, right: true).Add($"/{Figures.Count(pods, "pod")}");
        page.Write(branch.Gpus > 0 ? line.Add($"  {Figures.Count(branch.Gpus, "GPU")}") : line);
    }

    private sealed record TreeRow(string Label, TreeBranch Branch);
}
