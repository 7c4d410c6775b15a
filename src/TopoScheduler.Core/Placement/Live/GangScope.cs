using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>Where the rest of a gang may go when some members have their nodes: beside them.</summary>
internal static class GangScope
{
    /// <summary>
    /// Sets of nodes from near to far: the NVLink domains the anchors are in, their leaves, their spines, and so on up to the required tier; without one, up
    /// to the whole cluster.
    /// </summary>
    /// <param name="cluster">The snapshot.</param>
    /// <param name="required">The tier all members must share, or null.</param>
    /// <param name="anchors">Nodes of the members that have one.</param>
    public static IEnumerable<bool[]?> Beside(ClusterSnapshot cluster, TierTarget? required, int[] anchors)
    {
        if (required?.LabelKey is { } key)
        {
            yield return Within(cluster.NodeColumns.Label(key).DomainOf, anchors);
            yield break;
        }

        var widest = required?.Tier ?? Tier.Cluster;
        if (widest == Tier.Node)
        {
            yield return Within([.. Enumerable.Range(0, cluster.Nodes.Length)], anchors);
            yield break;
        }

        yield return Within(cluster.Topology.NvLinkIndices, anchors);
        for (var tier = 0; tier < cluster.Topology.FabricTiers && Tier.Fabric(tier) <= widest; tier++)
        {
            yield return Within(cluster.Topology.DomainIndices(tier), anchors);
        }

        if (widest == Tier.Cluster) yield return null;
    }

    private static bool[] Within(int[] domainOf, int[] anchors)
    {
        var domains = anchors.Select(n => domainOf[n]).Where(d => d >= 0).ToHashSet();
        return Array.ConvertAll(domainOf, domains.Contains);
    }
}
