using System.Collections.Immutable;
using TopoScheduler.Core.Topology;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>One line of the network: domains that are alike, or nodes in equal states.</summary>
/// <param name="Depth">Domains above it.</param>
/// <param name="Branch">Drawing before its name.</param>
/// <param name="Name">Its name, or those of all.</param>
/// <param name="Domains">The domains; empty for a line of nodes.</param>
/// <param name="Nodes">The nodes; empty for a line of domains.</param>
internal sealed record TopologyRow(int Depth, string Branch, string Name, ImmutableArray<TopologyBranch> Domains, ImmutableArray<TopologyNode> Nodes)
{
    /// <summary>What stands in front of the figures.</summary>
    public string Label => Branch + Name;

    /// <summary>How the nodes of a line of nodes stand: <c>17 nodes × 4 GPUs, free</c></summary>
    public string State => (Nodes.Length > 1 ? $"{Nodes.Length} nodes × " : "") + StateOf(Nodes[0]);

    /// <summary>The lines of a network.</summary>
    public static ImmutableArray<TopologyRow> Of(TopologyView view, Glyphs glyphs)
    {
        var rows = ImmutableArray.CreateBuilder<TopologyRow>();
        Collect(view.Cluster.Name, [view.Cluster], 0, "", "");
        return rows.ToImmutable();

        void Collect(string name, ImmutableArray<TopologyBranch> domains, int depth, string first, string later)
        {
            rows.Add(new(depth, first, name, domains, []));
            var below = domains is [var only] ? Alike(only) : [];
            var nodes = domains.SelectMany(b => b.Nodes).GroupBy(StateOf, StringComparer.Ordinal).Select(g => g.ToImmutableArray()).ToList();
            for (var i = 0; i < below.Count; i++)
            {
                var last = i == below.Count - 1;
                Collect(Named.Of(below[i][0].Tier, NameRanges.Of(below[i].Select(b => b.Name))), [.. below[i]], depth + 1, later + (last ? glyphs.LastBranch : glyphs.Branch), later + (last ? "   " : glyphs.Trunk));
            }

            for (var i = 0; i < nodes.Count; i++)
            {
                rows.Add(new(depth + 1, later + (i == nodes.Count - 1 ? glyphs.LastBranch : glyphs.Branch), NameRanges.Of(nodes[i].Select(n => n.Name)), [], nodes[i]));
            }
        }
    }

    /// <summary>The domains below one; those that hold equal nodes in equal states together.</summary>
    private static List<List<TopologyBranch>> Alike(TopologyBranch branch)
    {
        var groups = new List<List<TopologyBranch>>();
        foreach (var child in branch.Domains.Select(WithoutUnknowns))
        {
            var known = child.Domains.IsEmpty ? groups.Find(g => g[0].Domains.IsEmpty && IsUnknown(g[0]) == IsUnknown(child) && Signature(g[0]) == Signature(child)) : null;
            if (known is null) groups.Add([child]);
            else known.Add(child);
        }

        return groups;
    }

    /// <summary>A node without switch labels hangs below an unknown switch of every tier: one line says it.</summary>
    private static TopologyBranch WithoutUnknowns(TopologyBranch branch) => IsUnknown(branch) ? branch with { Domains = [], Nodes = [.. branch.AllNodes()] } : branch;

    private static bool IsUnknown(TopologyBranch branch) => branch.Name == ClusterTopology.UnknownName && branch.Domains.All(IsUnknown);

    private static string Signature(TopologyBranch branch) =>
        string.Join('|', branch.Nodes.GroupBy(StateOf, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()}:{g.Key}"));

    private static string StateOf(TopologyNode node)
    {
        var closed = node.Closed is null ? "" : $", {node.Closed}";
        if (node.Gpus == 0) return $"no GPU{closed}";
        var use = node.BusyGpus == 0 ? node.Closed is null ? ", free" : "" : node.BusyGpus == node.Gpus ? ", busy" : $", {node.BusyGpus} busy";
        return $"{Figures.Count(node.Gpus, "GPU")}{use}{closed}";
    }
}
