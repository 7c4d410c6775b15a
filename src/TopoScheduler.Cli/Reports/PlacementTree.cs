using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// Where the gang goes, as a tree from the narrowest domain that holds it all down to nodes:
/// <code>
/// WHERE  spine core-1/spine-2
///   spine-2     ████████████████████  32/32 pods  256 GPUs
///   ├─ leaf-3   ███████████████░░░░░  24/32 pods  192 GPUs  dgx-[65-88], ranks 0-191
///   └─ leaf-4   █████░░░░░░░░░░░░░░░   8/32 pods   64 GPUs  dgx-[97-104], ranks 192-255
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
        page.Heading("WHERE", Place(placement));
        if (placement.Pods.IsEmpty) return;
        var root = TreeBranch.Root(placement, gang);
        var rows = new List<TreeRow>();
        Collect(root, "", "", page.Style, rows);
        var label = Math.Min(MostLabelColumns, rows.Where(r => r.Branch.Brief is null).Max(r => r.Label.Length));
        var columns = new Columns(label, placement.Pods.Length, Figures.Count(root.Gpus, "GPU").Length);
        for (var i = 0; i < rows.Count; i++)
        {
            // Nodes that are all there is below a domain go on its line, if they fit.
            var inline = rows[i].Branch.Children is [{ Brief: { } brief } only] ? only.Label + brief : null;
            var line = Draw(page, rows[i], columns);
            if (inline is not null && inline.Length + 2 <= line.Left)
            {
                line.Add("  ").Add(inline, Ink.Dim);
                i++;
            }

            page.Write(line);
        }
    }

    /// <summary><c>leaf core-1/spine-2/su-3</c></summary>
    public static string Place(ReportPlacement placement) =>
        placement.Domain.Length == 0 || placement.Domain == placement.Tier ? placement.Tier
        : placement.Domain.Contains('/', StringComparison.Ordinal) ? $"{placement.Tier} {placement.Domain}"
        : Named.Of(placement.Tier, placement.Domain);

    private static void Collect(TreeBranch branch, string first, string later, TextStyle style, List<TreeRow> rows)
    {
        var glyphs = style.Glyphs;
        rows.Add(new(first + branch.Label, branch));
        var shown = branch.Children.Count > style.Most(MostChildren) ? branch.Children.Take(MostChildren - 1).ToList() : branch.Children;
        for (var i = 0; i < shown.Count; i++)
        {
            var last = i == branch.Children.Count - 1;
            Collect(shown[i], later + (last ? glyphs.LastBranch : glyphs.Branch), later + (last ? "   " : glyphs.Trunk), style, rows);
        }

        if (shown.Count == branch.Children.Count) return;
        var rest = TreeBranch.Rest(branch.Children.Skip(shown.Count).ToList());
        rows.Add(new($"{later}{glyphs.LastBranch}{glyphs.Ellipsis} {rest.Label}", rest));
    }

    private static TextLine Draw(TextPage page, TreeRow row, Columns columns)
    {
        var branch = row.Branch;
        var line = page.Line().Add(TextPage.Indent);

        // A range of nodes may need the whole line: its label is not cut to the column.
        if (branch.IsNodes) return line.Add(row.Label.PadRight(columns.Label)).Add("  ").Add(branch.Detail, Ink.Dim);
        var digits = Figures.Whole(columns.Pods).Length;
        line.Field(SafeText.CutMiddle(row.Label, columns.Label, page.Style.Glyphs.Ellipsis), columns.Label).Add("  ").Bar(0, branch.Pods, columns.Pods, BarColumns).Add("  ")
            .Field(Figures.Whole(branch.Pods), digits, Ink.Bold, right: true).Add($"/{Figures.Count(columns.Pods, "pod")}");
        return columns.Gpus > "0 GPUs".Length || branch.Gpus > 0 ? line.Add("  ").Field(Figures.Count(branch.Gpus, "GPU"), columns.Gpus, right: true) : line;
    }

    /// <summary>What the columns must hold.</summary>
    private sealed record Columns(int Label, int Pods, int Gpus);

    private sealed record TreeRow(string Label, TreeBranch Branch);
}
