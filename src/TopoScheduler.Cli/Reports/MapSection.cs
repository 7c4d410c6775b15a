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
        var page = new Map(html, new(html, all, report), all.NodeCount >= LargeCluster, report.Placement is not null);
        html.Open("section", "card map").Element("h2", "Map").Element("p", Sentence(all, report), "dim").Line();
        MapLegend.Write(html, all, report, domains, page.Large);
        html.Open("div", "domains");
        WriteDomains(page, domains);
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

    private static void WriteDomains(Map map, ImmutableArray<MapDomain> domains)
    {
        // Of a gang that is nowhere the wider domains stay in sight.
        var collapsed = map.Large ? domains.Where(d => d.Members == 0 && (map.Placed || d.Below.IsEmpty)).ToImmutableArray() : [];
        foreach (var domain in domains)
        {
            if (!collapsed.Contains(domain)) WriteDomain(map, domain);
        }

        if (collapsed.IsEmpty) return;
        var rest = new MapDomain("", "", collapsed, []);
        var tier = collapsed.Length == 1 ? collapsed[0].Tier : collapsed[0].Tier == "leaf" ? "leaves" : $"{collapsed[0].Tier}s";
        var without = map.Placed ? " without the gang" : "";
        map.Html.Open("div", "rest").Element("p", $"{Figures.Whole(collapsed.Length)} {tier}{without}: {Counts(rest)}", "dim");
        map.Drawing.Strip([.. collapsed.SelectMany(Leaves)]);
        map.Html.Close().Line();
    }

    private static void WriteDomain(Map map, MapDomain domain)
    {
        var leaf = domain.Below.IsEmpty;

        // Leaves that are all but bars need no frame of their own.
        var brief = map.Large && !leaf && domain.Members == 0 && domain.Below.All(b => b.Below.IsEmpty);
        var css = leaf ? "domain leaf" : brief ? "domain brief" : domain.Below[0].Below.IsEmpty ? "domain" : "domain wide";
        map.Html.Open("div", domain.Members > 0 ? $"{css} used" : css).Open("p", "name", ("title", Counts(domain))).Element("b", ClusterMap.Title(domain));
        if (domain.Members > 0) map.Html.Text(" ").Element("span", Figures.Count(domain.Members, "pod"), "pods");
        map.Html.Text(" ").Element("span", $"{Figures.Whole(domain.Count(NodeUse.Free))} of {Figures.Whole(domain.NodeCount)} free", "dim").Close();
        map.Html.Open("div", leaf ? "blocks" : "domains");
        if (leaf) WriteNodes(map, domain);
        else if (brief) map.Drawing.Strip(domain.Below);
        else WriteDomains(map, domain.Below);
        map.Html.Close(2).Line();
    }

    private static IEnumerable<MapDomain> Leaves(MapDomain domain) => domain.Below.IsEmpty ? [domain] : domain.Below.SelectMany(Leaves);

    private static void WriteNodes(Map map, MapDomain leaf)
    {
        // A leaf as large as a cluster shows the gang's nodes; the others are one bar.
        var shown = map.Large && leaf.Nodes.Length >= LargeCluster / 2 ? leaf.Nodes.RemoveAll(n => n.Use != NodeUse.Gang) : leaf.Nodes;
        foreach (var domain in Runs(shown, n => n.NvLinkDomain))
        {
            var racks = Runs(domain, n => n.Rack).ToList();
            if (domain[0].NvLinkDomain is { } name)
            {
                map.Drawing.NvLinkDomain(name, racks);
                continue;
            }

            foreach (var chunk in racks.SelectMany(r => r.Chunk(MostNodesInBlock))) map.Drawing.Rack([.. chunk]);
        }

        if (shown.Length < leaf.Nodes.Length) map.Drawing.Strip([leaf with { Nodes = leaf.Nodes.RemoveAll(n => n.Use == NodeUse.Gang) }]);
    }

    // Nodes of one leaf with the same name on another axis, groups in order of first appearance.
    private static IEnumerable<ImmutableArray<MapNode>> Runs(ImmutableArray<MapNode> nodes, Func<MapNode, string?> axis) =>
        nodes.GroupBy(axis, StringComparer.Ordinal).Select(g => g.ToImmutableArray());

    /// <summary>What is drawn where, and how much of it.</summary>
    private sealed record Map(HtmlWriter Html, MapDrawing Drawing, bool Large, bool Placed);
}
