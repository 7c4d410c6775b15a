using System.Collections.Immutable;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Tests.Distance;

/// <summary>Small networks and gangs for the estimator, built without label reading.</summary>
internal static class TestNetwork
{
    /// <summary>A regular network: every node hangs under leaf n / nodesPerLeaf, spine n / nodesPerSpine, and so on; NVLink domains likewise.</summary>
    /// <param name="nodes">Nodes.</param>
    /// <param name="nodesPerNvLink">Nodes per NVLink domain.</param>
    /// <param name="nodesPerDomain">Nodes per switch domain, leaf first; none for a network without labels.</param>
    public static ClusterTopology Regular(int nodes, int nodesPerNvLink = 1, params int[] nodesPerDomain)
    {
        var names = Enumerable.Range(0, nodes).Select(n => $"n{n:D5}").ToImmutableArray();
        var nvLinkOf = Enumerable.Range(0, nodes).Select(n => n / nodesPerNvLink).ToArray();
        var nvLinks = Enumerable.Range(0, nodes).GroupBy(n => nvLinkOf[n])
            .Select(g => new NvLinkDomain(g.Key, $"nvl{g.Key}", [.. g])).ToImmutableArray();
        var domainOf = nodesPerDomain.Select(per => Enumerable.Range(0, nodes).Select(n => n / per).ToArray()).ToArray();
        var domains = nodesPerDomain.Select((per, tier) => Enumerable.Range(0, nodes).GroupBy(n => n / per).Select(g => new FabricDomain(
            tier, g.Key, $"d{g.Key}", $"d{g.Key}", tier + 1 < nodesPerDomain.Length ? g.First() / nodesPerDomain[tier + 1] : -1, g.First(), g.Count()))
            .ToImmutableArray()).ToImmutableArray();
        return new(names, domains, domainOf, nvLinks, nvLinkOf, []);
    }

    /// <summary>A gang of pods that are all alike.</summary>
    public static Gang Gang(int pods, int gpusPerPod, GangHints? hints = null) => new()
    {
        Key = new("ml", "Job", "train"),
        Roles = [new("worker", pods, new() { Namespace = "ml", Gpus = gpusPerPod }, [])],
        MinMembers = pods,
        Hints = hints ?? GangHints.None,
    };

    /// <summary>An estimator with the NVLink speed of the link table.</summary>
    public static OwnTimeEstimator Estimator(ClusterTopology topology, Gang gang, LinkTable? links = null) =>
        new(links ?? LinkTable.Default, topology, gang, new double[topology.NodeNames.Length]);

    /// <summary>Node by rank, when consecutive ranks fill the given nodes with the given numbers of ranks.</summary>
    public static int[] Layout(params (int Node, int Ranks)[] runs) => [.. runs.SelectMany(r => Enumerable.Repeat(r.Node, r.Ranks))];

    /// <summary>Node by rank, when nodes 0, 1, 2, ... take the given numbers of ranks.</summary>
    public static int[] Split(params int[] ranksPerNode) => Layout([.. ranksPerNode.Select((r, n) => (n, r))]);
}
