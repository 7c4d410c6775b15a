using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// The map of the cluster: switch domains as nested boxes that wrap with the page, in each leaf its racks and NVLink domains as small drawings
/// with one cell a node. In a large cluster a leaf the gang does not use is one bar.
/// </summary>
internal static class MapSection
{
    /// <summary>From this many nodes on, leaves the gang does not use are not drawn node by node.</summary>
    public const int LargeCluster = 512;

    // Nodes of a leaf without rack labels are drawn in blocks of this many.
    private const int MostNodesInBlock = 32;

    /// <summary>Writes it.</summary>
    public static void Write(HtmlWriter html, ClusterSnapshot cluster, PlacementReport report)
    {
        var domains = ClusterMap.Of(cluster, report);
        var all = new MapDomain("cluster", "", domains, []);
        var drawing = new MapDrawing(html, all.Count(NodeUse.Gang), report.Placement?.Pods.Length ?? 0);
        var large = all.NodeCount >= LargeCluster;
        html.Open("section", "card map").Element("h2", "Map").Element("p", Sentence(all, report), "dim").Line();
        MapLegend.Write(html, all, report, domains, large);
        html.Open("div", "domains");
        WriteDomains(html, drawing, domains, large);
        html.Close(2).Line();
    }

    /// <summary><c>5 of 8 nodes free, 3 busy</c></summary>
    public static string Counts(MapDomain domain)
    {
        var nodes = domain.NodeCount;
        var parts = new List<string> { $"{Figures.Whole(domain.Count(NodeUse.Free))} of {Figures.Count(nodes, "node")} free" };
        Add(NodeUse.Gang, "with the gang");
        Add(NodeUse.Partly, "partly busy");
        Add(NodeUse.Busy, "busy");
        Add(NodeUse.Unusable, "unusable");
        return string.Join(", ", parts);

        void Add(NodeUse use, string words)
        {
            if (domain.Count(use) is > 0 and var count) parts.Add($"{Figures.Whole(count)} {words}");
        }
    }

    private static string Sentence(MapDomain all, PlacementReport report)
    {
        var gang = report.Placement is null ? "" : $"{Figures.Count(report.Placement.Pods.Length, "pod")} on {Figures.Count(all.Count(NodeUse.Gang), "node")}; of the cluster ";
        return $"{gang}{Counts(all)}.";
    }

    private static void WriteDomains(HtmlWriter html, MapDrawing drawing, ImmutableArray<MapDomain> domains, bool large)
    {
        var collapsed = large ? domains.Where(d => d.Below.IsEmpty && d.Members == 0).ToImmutableArray() : [];
        foreach (var domain in domains)
        {
            if (!collapsed.Contains(domain)) WriteDomain(html, drawing, domain, large);
        }

        if (collapsed.IsEmpty) return;
        var rest = new MapDomain("", "", collapsed, []);
        var tier = collapsed[0].Tier == "leaf" && collapsed.Length != 1 ? "leaves" : collapsed[0].Tier;
        html.Open("div", "rest").Element("p", $"{Figures.Whole(collapsed.Length)} {tier} without the gang: {Counts(rest)}", "dim");
        drawing.Strip(collapsed);
        html.Close().Line();
    }

    private static void WriteDomain(HtmlWriter html, MapDrawing drawing, MapDomain domain, bool large)
    {
        var leaf = domain.Below.IsEmpty;
        html.Open("div", (leaf ? "domain leaf" : "domain") + (domain.Members > 0 ? " used" : "")).Open("p", "name").Element("b", ClusterMap.Title(domain));
        if (domain.Members > 0) html.Text(" ").Element("span", Figures.Count(domain.Members, "pod"), "pods");
        html.Text(" ").Element("span", Counts(domain), "dim").Close().Open("div", leaf ? "blocks" : "domains");
        if (leaf) WriteNodes(drawing, domain, large);
        else WriteDomains(html, drawing, domain.Below, large);
        html.Close(2).Line();
    }

    private static void WriteNodes(MapDrawing drawing, MapDomain leaf, bool large)
    {
        // A leaf as large as a cluster shows the gang's nodes; the others are one bar.
        var shown = large && leaf.Nodes.Length >= LargeCluster / 2 ? leaf.Nodes.RemoveAll(n => n.Use != NodeUse.Gang) : leaf.Nodes;
        foreach (var domain in Runs(shown, n => n.NvLinkDomain))
        {
            var racks = Runs(domain, n => n.Rack).ToList();
            if (domain[0].NvLinkDomain is { } name)
            {
                drawing.NvLinkDomain(name, racks);
                continue;
            }

            foreach (var chunk in racks.SelectMany(r => r.Chunk(MostNodesInBlock))) drawing.Rack([.. chunk]);
        }

        if (shown.Length < leaf.Nodes.Length) drawing.Strip([leaf with { Nodes = leaf.Nodes.RemoveAll(n => n.Use == NodeUse.Gang) }]);
    }

    // Nodes of one leaf with the same name on another axis, groups in order of first appearance.
    private static IEnumerable<ImmutableArray<MapNode>> Runs(ImmutableArray<MapNode> nodes, Func<MapNode, string?> axis) =>
        nodes.GroupBy(axis, StringComparer.Ordinal).Select(g => g.ToImmutableArray());
}
