using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Kubernetes.Mapping.Ranks;

/// <summary>Where a node is: what a job may want to know of it.</summary>
/// <param name="NvLinkDomain">Its NVLink domain.</param>
/// <param name="Rack">Its rack; null without a label.</param>
/// <param name="Path">Its switch domains, widest first; <c>-</c> where a label is missing, none at all without a fabric.</param>
internal sealed record NodeCoordinates(string NvLinkDomain, string? Rack, ImmutableArray<string> Path)
{
    private const string Unknown = "-";

    /// <summary>Reads them; null for a node that is not in the snapshot.</summary>
    public static NodeCoordinates? Of(ClusterSnapshot cluster, string node)
    {
        var n = cluster.IndexOf(node);
        if (n < 0) return null;
        var topology = cluster.Topology;
        return new(
            topology.NvLinkDomains[topology.NvLinkDomainOf(n)].Name,
            cluster.Nodes[n].PowerLocation.Rack,
            [.. topology.PathOf(n).Select(p => p == ClusterTopology.UnknownName ? Unknown : p)]);
    }
}
