using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>
/// How many watts new pods below a power domain could draw at most: the lower of its headroom and the sum over what is below it. A node adds what
/// pods on its free GPUs draw at full load, within its maximum; nothing when it takes no pods.
/// </summary>
/// <remarks>
/// Domains next to each other that share nodes (feeds A and B) are bounded together: whatever one of them carries, the others carry, too, so their
/// watts never exceed one domain's plus those of the nodes it does not feed. For a pair over the same nodes that is the lower of the two.
/// </remarks>
internal sealed class UsableWatts
{
    private readonly PowerModel _power;
    private readonly long[] _room;
    private readonly long[] _usable;
    private readonly List<int>[] _children;

    /// <summary>Works them out.</summary>
    /// <param name="cluster">Nodes, pods and power domains.</param>
    /// <param name="draws">Draw by node index.</param>
    /// <param name="committed">What each domain carries.</param>
    public UsableWatts(ClusterSnapshot cluster, long[] draws, long[] committed)
    {
        _power = cluster.Power;
        _room = [.. Enumerable.Range(0, draws.Length).Select(n => RoomOf(cluster, n, draws[n]))];
        _usable = new long[_power.Domains.Length];
        _children = [.. _power.Domains.Select(_ => new List<int>())];
        foreach (var domain in _power.Domains)
        {
            foreach (var parent in domain.Parents) _children[parent].Add(domain.Index);
        }

        // Narrow domains have the lower indices.
        foreach (var domain in _power.Domains)
        {
            var below = Below(domain);
            _usable[domain.Index] = domain.BudgetWatts is { } budget ? Math.Max(0, Math.Min(budget - committed[domain.Index], below)) : below;
        }
    }

    /// <summary>The watts of a domain.</summary>
    public long Of(int domain) => _usable[domain];

    /// <summary>What pods on the free GPUs of a node would add at full draw; of a node without GPUs all up to its maximum.</summary>
    internal static long RoomOf(ClusterSnapshot cluster, int n, long draw)
    {
        var node = cluster.Nodes[n];
        if (!CapacityQuestion.IsOpen(node) || !node.Power.WattsKnown) return 0;
        var left = Math.Max(0, node.Power.MaxWatts - draw);
        if (node.Power.Gpus == 0) return left;
        var free = node.Power.Gpus - cluster.PodsOf(n).Sum(p => p.Template.Power.Gpus);
        return free <= 0 ? 0 : Math.Min(left, PowerDraw.OfPod(node.Power, new() { Gpus = free }));
    }

    private long Below(PowerDomain domain)
    {
        var parts = _children[domain.Index].ConvertAll(c => Part(c, domain.Nodes));
        var watts = RoomOfAll(domain.Nodes.Except(parts.SelectMany(p => p.Nodes)));
        while (parts.Count > 0)
        {
            var joined = TakeJoined(parts);
            var room = RoomOfAll(joined.SelectMany(p => p.Nodes).Distinct());
            watts += Math.Min(joined.Sum(p => p.Watts), joined.Min(p => p.Watts + room - p.Room));
        }

        return watts;
    }

    /// <summary>Takes the first part out and all that share nodes with it, directly or through others.</summary>
    private static List<Child> TakeJoined(List<Child> parts)
    {
        var joined = new List<Child> { parts[0] };
        var nodes = parts[0].Nodes.ToHashSet();
        parts.RemoveAt(0);
        while (parts.FindIndex(p => nodes.Overlaps(p.Nodes)) is >= 0 and var next)
        {
            joined.Add(parts[next]);
            nodes.UnionWith(parts[next].Nodes);
            parts.RemoveAt(next);
        }

        return joined;
    }

    /// <summary>A child as far as it is below a parent: of a rack with single cords on both feeds each PDU carries some nodes only.</summary>
    private Child Part(int child, ImmutableArray<int> within)
    {
        ImmutableArray<int> nodes = [.. _power.Domains[child].Nodes.Where(n => within.BinarySearch(n) >= 0)];
        var room = RoomOfAll(nodes);
        return new(nodes, room, Math.Min(_usable[child], room));
    }

    private long RoomOfAll(IEnumerable<int> nodes) => nodes.Sum(n => _room[n]);

    private sealed record Child(ImmutableArray<int> Nodes, long Room, long Watts);
}
