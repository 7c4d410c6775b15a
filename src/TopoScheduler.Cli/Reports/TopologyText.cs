using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// The network for people. Leaves that are alike are one line, nodes are ranges:
/// <code>
/// spine-1      ████████░░░░░░░░░░░░  24 of 64 GPUs busy, 40 free   8 nodes
/// ├─ leaf-1    ████████████████░░░░  24 of 32 GPUs busy,  8 free   4 nodes
/// │  ├─ n[1-3]  8 GPUs each, busy
/// │  └─ n4      8 GPUs, free
/// └─ leaf-2    ░░░░░░░░░░░░░░░░░░░░   0 of 32 GPUs busy, 32 free   4 nodes
/// </code>
/// </summary>
internal static class TopologyText
{
    private const int BarColumns = 16;
    private const int MostLabelColumns = 40;

    /// <summary>Writes it.</summary>
    public static void Write(TextPage page, TopologyView view)
    {
        page.Write(page.Line().Add("TOPOLOGY", Ink.Bold).Add($"  {Tiers(view)}   {Profiles(view)}"));
        var rows = TopologyRow.Of(view, page.Style.Glyphs);
        var label = Math.Min(MostLabelColumns, rows.Where(r => !r.Domains.IsEmpty).Max(r => r.Label.Length));
        var digits = Figures.Whole(view.Cluster.Gpus).Length;
        foreach (var row in rows) page.Write(Draw(page, row, label, digits));
    }

    /// <summary>The switch tiers, widest first.</summary>
    public static string Tiers(TopologyView view) => view.Tiers.IsEmpty ? "no switch labels" : string.Join(", ", view.Tiers);

    /// <summary>Whose labels were read.</summary>
    public static string Profiles(TopologyView view) => $"label profile {string.Join(", ", view.Profiles)}";

    private static TextLine Draw(TextPage page, TopologyRow row, int label, int digits)
    {
        var line = page.Line().Add(TextPage.Indent);
        if (row.Domains.IsEmpty) return line.Add(SafeText.CutMiddle(row.Label, line.Left, page.Style.Glyphs.Ellipsis)).Add("  ").Add(row.State, Ink.Dim);
        var branch = row.Domains[0];
        var closed = branch.Gpus - branch.FreeGpus - branch.BusyGpus;
        line.Field(SafeText.CutMiddle(row.Label, label, page.Style.Glyphs.Ellipsis), label).Add("  ").Bar(branch.BusyGpus, closed, branch.Gpus, BarColumns, Ink.Bad)
            .Add("  ").Field(Figures.Whole(branch.FreeGpus), digits, Ink.Bold, right: true).Add($" of {Figures.Whole(branch.Gpus).PadLeft(digits)} GPUs free");
        return line.Add($"  {(row.Domains.Length > 1 ? $"{row.Domains.Length} × " : "")}{Figures.Count(branch.NodeCount, "node")}", Ink.Dim);
    }
}
