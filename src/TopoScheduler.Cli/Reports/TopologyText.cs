using TopoScheduler.Core.Topology;
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
        var tiers = view.Tiers.IsEmpty ? "no switch labels" : string.Join(", ", view.Tiers);
        page.Write(page.Line().Add("TOPOLOGY", Ink.Bold).Add($"  {tiers}   label profile {string.Join(", ", view.Profiles)}"));
        var rows = new List<Row>();
        Collect(new(view.Cluster.Name, [view.Cluster]), "", "", page.Style.Glyphs, rows);
        var label = Math.Min(MostLabelColumns, rows.Where(r => r.Group is not null).Max(r => r.Label.Length));
        var digits = Figures.Whole(view.Cluster.Gpus).Length;
        foreach (var row in rows) page.Write(Draw(page, row, label, digits));
    }

    private static void Collect(Group group, string first, string later, Glyphs glyphs, List<Row> rows)
    {
        rows.Add(new(first + group.Label, "", group));
        var below = group.Branches is [var only] ? Alike(only) : [];
        var nodes = NodeRows(group.Branches.SelectMany(b => b.Nodes).ToList());
        for (var i = 0; i < below.Count; i++)
        {
            var last = i == below.Count - 1;
            Collect(below[i], later + (last ? glyphs.LastBranch : glyphs.Branch), later + (last ? "   " : glyphs.Trunk), glyphs, rows);
        }

        for (var i = 0; i < nodes.Count; i++)
        {
            rows.Add(new($"{later}{(i == nodes.Count - 1 ? glyphs.LastBranch : glyphs.Branch)}{nodes[i].Names}", nodes[i].State, null));
        }
    }

    /// <summary>The domains below one; neighbours that hold equal nodes in equal states together.</summary>
    private static List<Group> Alike(TopologyBranch branch)
    {
        var groups = new List<Group>();
        foreach (var child in branch.Domains.Select(WithoutUnknowns))
        {
            var known = child.Domains.IsEmpty ? groups.Find(g => g.Branches[0].Domains.IsEmpty && IsUnknown(g.Branches[0]) == IsUnknown(child) && Signature(g.Branches[0]) == Signature(child)) : null;
            if (known is null) groups.Add(new("", [child]));
            else known.Branches.Add(child);
        }

        return [.. groups.Select(g => g with { Label = Named.Of(g.Branches[0].Tier, NameRanges.Of(g.Branches.Select(b => b.Name))) })];
    }

    /// <summary>A node without switch labels hangs below an unknown switch of every tier: one line says it.</summary>
    private static TopologyBranch WithoutUnknowns(TopologyBranch branch) => IsUnknown(branch) ? branch with { Domains = [], Nodes = [.. branch.AllNodes()] } : branch;

    private static bool IsUnknown(TopologyBranch branch) => branch.Name == ClusterTopology.UnknownName && branch.Domains.All(IsUnknown);

    private static string Signature(TopologyBranch branch) =>
        string.Join('|', branch.Nodes.GroupBy(State, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()}:{g.Key}"));

    private static List<(string Names, string State)> NodeRows(List<TopologyNode> nodes) =>
        [.. nodes.GroupBy(State, StringComparer.Ordinal).Select(g => (NameRanges.Of(g.Select(n => n.Name)), (g.Count() > 1 ? $"{g.Count()} nodes × " : "") + g.Key))];

    private static string State(TopologyNode node)
    {
        var closed = node.Closed is null ? "" : $", {node.Closed}";
        if (node.Gpus == 0) return $"no GPU{closed}";
        var use = node.BusyGpus == 0 ? node.Closed is null ? ", free" : "" : node.BusyGpus == node.Gpus ? ", busy" : $", {node.BusyGpus} busy";
        return $"{Figures.Count(node.Gpus, "GPU")}{use}{closed}";
    }

    private static TextLine Draw(TextPage page, Row row, int label, int digits)
    {
        var line = page.Line().Add(TextPage.Indent);
        if (row.Group is not { } group) return line.Add(SafeText.CutMiddle(row.Label, line.Left, page.Style.Glyphs.Ellipsis)).Add("  ").Add(row.State, Ink.Dim);
        var branch = group.Branches[0];
        var closed = branch.Gpus - branch.FreeGpus - branch.BusyGpus;
        line.Field(SafeText.CutMiddle(row.Label, label, page.Style.Glyphs.Ellipsis), label).Add("  ").Bar(branch.BusyGpus, closed, branch.Gpus, BarColumns, Ink.Bad)
            .Add("  ").Field(Figures.Whole(branch.FreeGpus), digits, Ink.Bold, right: true).Add($" of {Figures.Whole(branch.Gpus).PadLeft(digits)} GPUs free");
        return line.Add($"  {(group.Branches.Count > 1 ? $"{group.Branches.Count} × " : "")}{Figures.Count(branch.NodeCount, "node")}", Ink.Dim);
    }

    /// <summary>Domains that are one line.</summary>
    private sealed record Group(string Label, List<TopologyBranch> Branches);

    private sealed record Row(string Label, string State, Group? Group);
}
