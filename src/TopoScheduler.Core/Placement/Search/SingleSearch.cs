namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// A gang of one: every node that can take it is compared with the best so far, part by part, so that nothing is left to the leanings of tables. Of the
/// parts only these can differ between nodes: own time (by the speed of the scale-up fabric there), free domains broken, slots left, power fill, name.
/// Exact wherever no spread or limit over wider domains stands against the best node.
/// </summary>
internal sealed class SingleSearch
{
    private readonly DomainSearch _search;
    private readonly PlacementProblem _problem;
    private readonly PlacementScorer _scorer;
    private readonly MemberKind _kind;
    private readonly int _kindIndex;
    private readonly Dictionary<double, double> _ownTime = [];
    private double _lastSpeed = -1;
    private double _lastTime;
    private int _filled = -1;
    private long _filledDraw;
    private long _fill;

    public SingleSearch(DomainSearch search, PlacementScorer scorer)
    {
        _search = search;
        _problem = search.Problem;
        _scorer = scorer;
        _kindIndex = Array.FindIndex(_problem.Kinds, k => k.Count == 1);
        _kind = _problem.Kinds[_kindIndex];
    }

    /// <summary>The best node inside a scope (-1: anywhere); null when something that only whole placements show speaks against it.</summary>
    public SearchAnswer? Find(int scope)
    {
        var domainOf = scope < 0 ? null : _problem.Partitions.All[scope].DomainOf;
        var (best, bestFill) = (-1, -1L);
        foreach (var node in _problem.Active)
        {
            if (_kind.Slots[node] == 0 || domainOf?[node] < 0) continue;
            var order = best < 0 ? -1 : Compare(node, best);
            if (order > 0 || Fill(node) is not (>= 0 and var fill) || (order == 0 && fill <= bestFill)) continue;
            (best, bestFill) = (node, fill);
        }

        _search.Budget.Count(_problem.Active.Length);
        if (best < 0) return new(null, true);
        var counts = Array.ConvertAll(_problem.Kinds, _ => new int[_problem.Cluster.Nodes.Length]);
        counts[_kindIndex][best] = 1;
        return _search.Consider(counts) is { } candidate ? new(candidate, true) : null;
    }

    // Fill of the fullest power constraint above the node with the member on it; -1 where one of them does not admit it. Neighbours mostly hang in the same rack.
    private long Fill(int node)
    {
        var draw = _problem.AddedDraw(node, _kind.Watts[node]);
        var shares = _problem.Cluster.Power.SharesOf(node);
        if (_filled >= 0 && draw == _filledDraw && shares.SequenceEqual(_problem.Cluster.Power.SharesOf(_filled))) return _fill;
        (_filled, _filledDraw, _fill) = (node, draw, 0);
        foreach (var share in shares)
        {
            var fits = share.Halves * draw <= _problem.Headroom[share.Constraint];
            _fill = fits && _fill >= 0 ? Math.Max(_fill, _scorer.Fill(share.Constraint, share.Halves * draw)) : -1;
        }

        return _fill;
    }

    // Parts 4 to 6; every node uses one domain of each tier.
    private int Compare(int a, int b)
    {
        var order = OwnTime(a).CompareTo(OwnTime(b));
        var partitions = _problem.Partitions;
        for (var p = 0; order == 0 && p < partitions.TierCount; p++)
        {
            var partition = partitions.All[p];
            order = partition.Free[partition.DomainOf[a]].CompareTo(partition.Free[partition.DomainOf[b]]);
        }

        for (var p = partitions.TierCount - 1; order == 0 && p >= 0; p--)
        {
            var (slots, of) = (_scorer.SlotsOf(p), partitions.All[p].DomainOf);
            order = slots[of[a]].CompareTo(slots[of[b]]);
        }

        return order;
    }

    private double OwnTime(int node)
    {
        var speed = _problem.ScaleUpGBps[node];
        if (speed.Equals(_lastSpeed)) return _lastTime;
        if (!_ownTime.TryGetValue(speed, out var time))
        {
            var ranks = new int[_kind.Gpus];
            Array.Fill(ranks, node);
            _ownTime[speed] = time = _problem.OwnTime.OwnTimeMs(ranks);
        }

        (_lastSpeed, _lastTime) = (speed, time);
        return time;
    }
}
