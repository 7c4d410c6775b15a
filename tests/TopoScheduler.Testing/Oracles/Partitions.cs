using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Testing.Oracles;

/// <summary>Tiers as partitions of the nodes: domain by node index.</summary>
public static class Partitions
{
    /// <summary>The tiers that part 5 of the order counts, widest first: switch tiers, NVLink domains, nodes.</summary>
    public static IReadOnlyList<Tier> Counted(ClusterTopology topology) =>
        [.. Enumerable.Range(0, topology.FabricTiers).Reverse().Select(Tier.Fabric), Tier.NvLinkDomain, Tier.Node];

    /// <summary>Domain of a tier by node index.</summary>
    public static int[] Of(ClusterTopology topology, Tier tier)
    {
        var nodes = Enumerable.Range(0, topology.NodeNames.Length);
        if (tier == Tier.Node) return [.. nodes];
        if (tier == Tier.NvLinkDomain) return [.. nodes.Select(topology.NvLinkDomainOf)];
        return tier.IsFabric && tier.FabricIndex < topology.FabricTiers
            ? [.. nodes.Select(n => topology.DomainOf(n, tier.FabricIndex))]
            : new int[topology.NodeNames.Length];
    }

    /// <summary>By domain: no pod but DaemonSet pods is bound in it.</summary>
    public static bool[] WhollyFree(ClusterSnapshot cluster, int[] domainOf)
    {
        var free = new bool[domainOf.DefaultIfEmpty(-1).Max() + 1];
        Array.Fill(free, true);
        for (var n = 0; n < domainOf.Length; n++)
        {
            if (cluster.PodsOf(n).Any(p => !p.IsDaemon)) free[domainOf[n]] = false;
        }

        return free;
    }

    /// <summary>Part 5 of the order for a set of used nodes: per tier, widest first, domains used and whole free domains broken.</summary>
    public static (Tier Tier, int Used, int FreeBroken)[] Spread(ClusterSnapshot cluster, IReadOnlyCollection<int> used) =>
        [.. Counted(cluster.Topology).Select(tier =>
        {
            var domainOf = Of(cluster.Topology, tier);
            var free = WhollyFree(cluster, domainOf);
            var domains = used.Select(n => domainOf[n]).Distinct().ToList();
            return (tier, domains.Count, domains.Count(d => free[d]));
        })];
}
