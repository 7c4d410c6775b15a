using TopoScheduler.Core.Placement.Search;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>A gang of a packing.</summary>
/// <param name="Tier">Its narrowest tier with one domain that holds all its pods.</param>
/// <param name="Nodes">By pod: its node.</param>
internal sealed record PackedGang(Tier Tier, int[] Nodes);

/// <summary>
/// Puts gangs of one size into a cluster side by side, each in a domain as narrow as possible: the pods are alike and no tier is required, so there is
/// nothing to search.
/// </summary>
/// <remarks>
/// Tier by tier, the narrowest first, every domain is filled pod by pod, under every power constraint; what is no whole gang is taken back and left for the wider tiers.
/// <code>
///   gangs of 4      leaf 5 free ── 1 gang, 1 left over ┐
///                   leaf 6 free ── 1 gang, 2 left over ┴─ spine: 3 left over, no gang
/// </code>
/// Where budgets nest and pods draw alike below each, what fits below a budget is a number of pods, whichever they are: filled in any order the cluster takes
/// as many. Elsewhere it may take more in another order.
/// </remarks>
internal sealed class SlotPacking
{
    private readonly List<PackedGang> _gangs = [];
    private readonly PlacementProblem _problem;
    private readonly MemberKind _kind;
    private readonly int[] _left;
    private readonly int[] _taken;
    private readonly long[]? _headroom;
    private readonly int[] _order;

    /// <summary>An empty packing.</summary>
    /// <param name="problem">A problem of one kind of members.</param>
    /// <param name="places">By node: pods it may take at most; null for what is free there.</param>
    /// <param name="isPlacement">These places are a placement, all of whose pods fit together: budgets need not be asked.</param>
    private SlotPacking(PlacementProblem problem, int[]? places, bool isPlacement)
    {
        (_problem, _kind) = (problem, problem.Kinds[0]);
        _left = [.. places ?? _kind.Slots];
        _taken = new int[_left.Length];
        _headroom = isPlacement ? null : [.. problem.Headroom];
        // Light pods first: a budget carries more of them.
        _order = [.. problem.Active];
        var watts = Array.ConvertAll(_order, n => (_kind.Watts[n], n));
        Array.Sort(watts, _order);
    }

    /// <summary>Packs under the budgets; narrowest tier first.</summary>
    /// <param name="problem">A problem of one kind of members.</param>
    /// <param name="members">Members of a gang.</param>
    public static List<PackedGang> Of(PlacementProblem problem, int members) => new SlotPacking(problem, null, isPlacement: false).Pack(members);

    /// <summary>Packs pods that fit together: none of them is left out but what is no whole gang.</summary>
    /// <param name="problem">A problem of one kind of members.</param>
    /// <param name="members">Members of a gang.</param>
    /// <param name="placement">By node: pods on it.</param>
    public static List<PackedGang> Of(PlacementProblem problem, int members, int[] placement) => new SlotPacking(problem, placement, isPlacement: true).Pack(members);

    /// <summary>As many pods as fit together when those that draw least come first, by node. The most there can be where budgets nest and no node's maximum bounds its pods.</summary>
    /// <param name="problem">A problem of one kind of members.</param>
    public static int[] LightestFirst(PlacementProblem problem)
    {
        var packing = new SlotPacking(problem, null, isPlacement: false);
        foreach (var node in packing._order)
        {
            while (packing.Take(node))
            {
            }
        }

        return packing._taken;
    }

    private List<PackedGang> Pack(int members)
    {
        var topology = _problem.Cluster.Topology;
        foreach (var tier in CapacityReporter.Tiers(topology)) Pack(tier, members, DomainOf(topology, tier));
        return _gangs;
    }

    private static Func<int, int> DomainOf(ClusterTopology topology, Tier tier) =>
        tier == Tier.Node ? n => n
        : tier == Tier.NvLinkDomain ? topology.NvLinkDomainOf
        : tier.IsFabric ? n => topology.DomainOf(n, tier.FabricIndex)
        : _ => 0;

    private void Pack(Tier tier, int members, Func<int, int> domainOf)
    {
        var nodes = _order.ToArray();
        var places = new (int Domain, int Rank)[nodes.Length];
        for (var i = 0; i < places.Length; i++) places[i] = (domainOf(nodes[i]), i);
        Array.Sort(places, nodes);
        var (gang, count) = (new int[members], 0);
        for (var i = 0; i < nodes.Length; i++)
        {
            while (Take(nodes[i]))
            {
                gang[count++] = nodes[i];
                if (count < members) continue;
                _gangs.Add(new(tier, [.. gang]));
                count = 0;
            }

            if (i + 1 < nodes.Length && places[i + 1].Domain == places[i].Domain) continue;
            while (count > 0) GiveBack(gang[--count]);
        }
    }

    private bool Take(int node)
    {
        if (_left[node] == 0) return false;
        if (_headroom is { } headroom)
        {
            var added = Added(node, _taken[node]);
            foreach (var share in _problem.Cluster.Power.SharesOf(node))
            {
                if (share.Halves * added > headroom[share.Constraint]) return false;
            }

            foreach (var share in _problem.Cluster.Power.SharesOf(node)) headroom[share.Constraint] -= share.Halves * added;
        }

        _left[node]--;
        _taken[node]++;
        return true;
    }

    private void GiveBack(int node)
    {
        _left[node]++;
        _taken[node]--;
        if (_headroom is not { } headroom) return;
        var added = Added(node, _taken[node]);
        foreach (var share in _problem.Cluster.Power.SharesOf(node)) headroom[share.Constraint] += share.Halves * added;
    }

    // Watts one pod more adds where there are so many.
    private long Added(int node, int pods) => _problem.AddedDraw(node, (pods + 1) * _kind.Watts[node]) - _problem.AddedDraw(node, pods * _kind.Watts[node]);
}
