using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Cli.Reports;

/// <summary>The network and the racks as a graph for Graphviz, its links with the default bandwidths and latencies.</summary>
internal static class TopologyDot
{
    /// <summary>Writes it.</summary>
    public static string Write(ClusterSnapshot cluster)
    {
        var links = LinkTable.Default;
        TierLink[] fabric = [.. Enumerable.Range(0, Math.Max(1, cluster.Topology.FabricTiers))
            .Select(t => new TierLink(links.Network.UnidirGBps / (t == 0 ? 1 : links.OversubscriptionOf(t - 1)), links.Network.LatencyUs))];
        var racks = cluster.Nodes.Select((node, n) => (node.PowerLocation.Rack, Node: n)).Where(r => r.Rack is not null)
            .GroupBy(r => r.Rack!, StringComparer.Ordinal)
            .Select(g => new GraphGroup(VertexKind.Rack, g.Key, [], [.. g.Select(r => r.Node)]))
            .ToList();
        return DotWriter.Write(TopologyGraphBuilder.Build(cluster.Topology, new(links.NvLink.UnidirGBps, links.NvLink.LatencyUs), fabric, racks));
    }
}
