namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Walks through all placements of a small case, node by node, pruned by what can no longer hold: for what counting does not prove. Bounded by steps.
/// Nodes that are alike in everything take non-increasing counts, so permutations are walked once.
/// </summary>
internal sealed class ExhaustiveSearch
{
    private const double SmallSpace = 2e7;
    private const int MostNodes = 24;
    private const int JudgeSteps = 20;

    private readonly DomainSearch _search;
    private readonly PlacementProblem _problem;
    private readonly int _scope;
    private readonly int[] _nodes;
    private readonly bool[] _likePrevious;
    private readonly int[][] _counts;
    private readonly int[] _left;
    private readonly long[][] _slotsAfter;
    private readonly long[] _headroom;
    private readonly int[][] _membersIn;
    private readonly double _leastMs;
    private readonly int _ranks;
    private readonly int[] _ranksIn;
    private int _nvLinkUsed;
    private int _scopeDomain = -1;

    public ExhaustiveSearch(DomainSearch search, int scope)
    {
        _search = search;
        _problem = search.Problem;
        _scope = scope;
        _nodes = _problem.Active;
        _likePrevious = LikePrevious();
        _counts = [.. _problem.Kinds.Select(_ => new int[_problem.Cluster.Nodes.Length])];
        _left = [.. _problem.Kinds.Select(k => k.Count)];
        _slotsAfter = SlotsAfter();
        _headroom = (long[])_problem.Headroom.Clone();
        _membersIn = [.. _problem.Partitions.All.Take(_problem.Partitions.TierCount).Select(p => new int[p.Count])];
        _ranks = _problem.Kinds.Sum(k => k.Gpus * k.Count);
        _leastMs = _problem.OwnTime.LeastMs(_ranks, 1);
        _ranksIn = new int[_problem.Cluster.Topology.NvLinkDomains.Length];
    }

    /// <summary>True when walking through everything is affordable even only to improve on a placement already found.</summary>
    public static bool IsSmall(PlacementProblem problem) => problem.Active.Length <= MostNodes && Math.Min(BySlots(problem), ByMembers(problem)) <= SmallSpace;

    /// <summary>Walks; true when everything was seen.</summary>
    public bool Run() => Visit(0);

    // Ways to choose a count for every node and kind.
    private static double BySlots(PlacementProblem problem) =>
        problem.Active.Aggregate(1.0, (size, node) => problem.Kinds.Aggregate(size, (s, kind) => s * (kind.Slots[node] + 1)));

    // Ways to spread the members of each kind over the nodes.
    private static double ByMembers(PlacementProblem problem)
    {
        var ways = 1.0;
        foreach (var kind in problem.Kinds)
        {
            for (var i = 1; i <= kind.Count; i++)
            {
                ways *= (problem.Active.Length + i - 1.0) / i;
            }
        }

        return ways;
    }

    private bool Visit(int at)
    {
        if (!_search.Budget.Take(1)) return false;
        if (Array.TrueForAll(_left, l => l == 0)) return Complete();
        if (at == _nodes.Length) return true;
        for (var k = 0; k < _left.Length; k++)
        {
            if (_left[k] > _slotsAfter[k][at]) return true;
        }

        if (CannotWin()) return true;
        return Choose(at, 0, new int[_left.Length]);
    }

    private bool Choose(int at, int kind, int[] take)
    {
        if (kind == take.Length) return Place(at, take);
        var node = _nodes[at];
        for (var n = Math.Min(_left[kind], _problem.Kinds[kind].Slots[node]); n >= 0; n--)
        {
            take[kind] = n;
            if (!Choose(at, kind + 1, take)) return false;
        }

        take[kind] = 0;
        return true;
    }

    private bool Place(int at, int[] take)
    {
        var node = _nodes[at];
        var total = take.Sum();
        if (total == 0) return !BreaksOrder(at, take) ? Visit(at + 1) : true;
        if (BreaksOrder(at, take) || (take.Length > 1 && !_problem.FitsTogether(node, take))) return true;
        long podWatts = 0;
        for (var k = 0; k < take.Length; k++)
        {
            podWatts += take[k] * _problem.Kinds[k].Watts[node];
        }

        var draw = _problem.AddedDraw(node, podWatts);
        foreach (var share in _problem.Cluster.Power.SharesOf(node))
        {
            if (share.Halves * draw > _headroom[share.Constraint]) return true;
        }

        var previous = _scopeDomain;
        var seen = true;
        if (EnterScope(node))
        {
            Apply(node, take, draw, 1);
            seen = Visit(at + 1);
            Apply(node, take, draw, -1);
        }

        _scopeDomain = previous;
        return seen;
    }

    private bool EnterScope(int node)
    {
        if (_scope < 0) return true;
        var domain = _problem.Partitions.All[_scope].DomainOf[node];
        if (domain < 0 || (_scopeDomain >= 0 && _scopeDomain != domain)) return false;
        _scopeDomain = domain;
        return true;
    }

    private void Apply(int node, int[] take, long draw, int sign)
    {
        for (var k = 0; k < take.Length; k++)
        {
            _counts[k][node] += sign * take[k];
            _left[k] -= sign * take[k];
        }

        foreach (var share in _problem.Cluster.Power.SharesOf(node))
        {
            _headroom[share.Constraint] -= sign * share.Halves * draw;
        }

        for (var p = 0; p < _membersIn.Length; p++)
        {
            _membersIn[p][_problem.Partitions.All[p].DomainOf[node]] += sign;
        }

        for (var k = 0; k < take.Length; k++)
        {
            if (take[k] > 0 && _problem.Kinds[k].Gpus > 0) CountNvLink(_problem.Cluster.Topology.NvLinkDomainOf(node), sign);
        }
    }

    private void CountNvLink(int domain, int sign)
    {
        if (sign > 0 && _ranksIn[domain]++ == 0) _nvLinkUsed++;
        if (sign < 0 && --_ranksIn[domain] == 0) _nvLinkUsed--;
    }

    private bool BreaksOrder(int at, int[] take)
    {
        if (!_likePrevious[at]) return false;
        var previous = _nodes[at - 1];
        for (var k = 0; k < take.Length; k++)
        {
            if (take[k] != _counts[k][previous]) return take[k] > _counts[k][previous];
        }

        return false;
    }

    private bool Complete()
    {
        if (CannotWin()) return true;
        if (!_search.Budget.Take(JudgeSteps)) return false;
        _search.Consider([.. _counts.Select(c => (int[])c.Clone())]);
        return true;
    }

    // More NVLink domains never mean less own time; with the own time at its bound, more domains of any tier cannot win any more either.
    private bool CannotWin()
    {
        if (_search.Best is not { } best) return false;
        var least = _nvLinkUsed == 0 ? _leastMs : _problem.OwnTime.LeastMs(_ranks, _nvLinkUsed);
        if (least > best.Score.OwnTimeMs) return true;
        if (least < best.Score.OwnTimeMs) return false;
        for (var p = 0; p < _membersIn.Length; p++)
        {
            var partition = _problem.Partitions.All[p];
            var (used, broken) = (0, 0);
            for (var d = 0; d < partition.Count; d++)
            {
                if (_membersIn[p][d] == 0) continue;
                used++;
                if (partition.Free[d]) broken++;
            }

            var tier = best.Score.Tiers[p];
            if (used != tier.Used) return used > tier.Used;
            if (broken != tier.FreeBroken) return broken > tier.FreeBroken;
        }

        return false;
    }

    private long[][] SlotsAfter()
    {
        var sums = new long[_left.Length][];
        for (var k = 0; k < sums.Length; k++)
        {
            sums[k] = new long[_nodes.Length + 1];
            for (var at = _nodes.Length - 1; at >= 0; at--)
            {
                sums[k][at] = sums[k][at + 1] + _problem.Kinds[k].Slots[_nodes[at]];
            }
        }

        return sums;
    }

    private bool[] LikePrevious()
    {
        var like = new bool[_nodes.Length];
        for (var at = 1; at < _nodes.Length; at++)
        {
            like[at] = Alike(_nodes[at - 1], _nodes[at]);
        }

        return like;
    }

    private bool Alike(int a, int b)
    {
        foreach (var kind in _problem.Kinds)
        {
            if (kind.Slots[a] != kind.Slots[b] || kind.FreeSlots[a] != kind.FreeSlots[b] || kind.Watts[a] != kind.Watts[b]) return false;
        }

        var partitions = _problem.Partitions;
        for (var p = 0; p < partitions.All.Count; p++)
        {
            var of = partitions.All[p].DomainOf;
            if (of[a] == of[b]) continue;
            var single = p == partitions.Node
                || (p == partitions.NvLink && _problem.Cluster.Topology.NvLinkDomains[of[a]].Nodes.Length == 1
                    && _problem.Cluster.Topology.NvLinkDomains[of[b]].Nodes.Length == 1);
            if (!single || partitions.All[p].Free[of[a]] != partitions.All[p].Free[of[b]]) return false;
            if (p == partitions.Segment) return false;
        }

        var power = _problem.Cluster.Power;
        return _problem.Cluster.Nodes[a].Power.Equals(_problem.Cluster.Nodes[b].Power)
            && _problem.Cluster.PodWattsOf(a) == _problem.Cluster.PodWattsOf(b)
            && power.SharesOf(a).SequenceEqual(power.SharesOf(b))
            && _problem.Table.Free.AsSpan(a * _problem.Table.Dimensions.Length, _problem.Table.Dimensions.Length)
                .SequenceEqual(_problem.Table.Free.AsSpan(b * _problem.Table.Dimensions.Length, _problem.Table.Dimensions.Length));
    }
}
