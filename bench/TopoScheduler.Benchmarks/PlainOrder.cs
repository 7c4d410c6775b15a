using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// The total order for a single pod in the plain way: free domains broken (widest first), slots left (narrowest first), power fill, name. Own time is left out: all
/// nodes that are measured are alike in it.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="occupied">Nodes with other pods than daemons.</param>
/// <param name="slots">Room by node.</param>
/// <param name="fill">How full the fullest power constraint of a node would be.</param>
internal sealed class PlainOrder(ClusterSnapshot cluster, bool[] occupied, long[] slots, Func<int, long> fill)
{
    private const int BestScore = 10;
    private readonly List<(Func<int, int> DomainOf, bool[] Busy, long[] Slots)> _tiers = [.. Tiers(cluster.Topology).Select(t => Count(t, occupied, slots))];

    /// <summary>Lower comes first; also says in how many parts both are equal.</summary>
    public int Compare(int a, int b, out int equalParts)
    {
        equalParts = 0;
        var order = 0;
        for (var t = 0; order == 0 && t <= _tiers.Count; t++)
        {
            equalParts++;
            order = Breaks(a, t).CompareTo(Breaks(b, t));
        }

        for (var t = _tiers.Count; order == 0 && t >= 0; t--)
        {
            equalParts++;
            order = Slots(a, t).CompareTo(Slots(b, t));
        }

        if (order != 0) return order;
        equalParts++;
        order = fill(b).CompareTo(fill(a));
        if (order != 0) return order;
        equalParts++;
        return a.CompareTo(b);
    }

    /// <summary>0 to 10.</summary>
    public int Score(int node, int best)
    {
        if (node == best) return BestScore;
        Compare(node, best, out var equalParts);
        return (BestScore - 1) * equalParts / (2 * (_tiers.Count + 1) + 2);
    }

    private bool Breaks(int node, int tier) => tier < _tiers.Count ? !_tiers[tier].Busy[_tiers[tier].DomainOf(node)] : !occupied[node];

    private long Slots(int node, int tier) => tier < _tiers.Count ? _tiers[tier].Slots[_tiers[tier].DomainOf(node)] : slots[node];

    private static IEnumerable<(Func<int, int> DomainOf, int Count)> Tiers(ClusterTopology topology)
    {
        for (var t = topology.FabricTiers - 1; t >= 0; t--)
        {
            var tier = t;
            yield return (n => topology.DomainOf(n, tier), topology.Domains(tier).Length);
        }

        yield return (topology.NvLinkDomainOf, topology.NvLinkDomains.Length);
    }

    private static (Func<int, int> DomainOf, bool[] Busy, long[] Slots) Count((Func<int, int> DomainOf, int Count) tier, bool[] occupied, long[] slots)
    {
        var (busy, sums) = (new bool[tier.Count], new long[tier.Count]);
        for (var n = 0; n < slots.Length; n++)
        {
            sums[tier.DomainOf(n)] += slots[n];
            busy[tier.DomainOf(n)] |= occupied[n];
        }

        return (tier.DomainOf, busy, sums);
    }
}
