namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Where power constraints cross the network tree (a rack over two leaves, feeds grouped unlike racks) the tables cannot see them. Here their headroom
/// is handed out to nodes first, in an order of priority, as a limit of watts per node; then the tables work inside those limits and every answer is feasible.
/// The nodes of the best placement so far go first, so no round loses ground; then used domains are tried without, fullest last, from the widest tier
/// down, and a round that needs fewer of them is kept.
/// </summary>
internal sealed class CrossingSearch
{
    private const int MostSeeds = 6;
    private const int SeedRounds = 3;
    private const int MostClosings = 48;

    // What improving may cost: a few times what all before it did, and in small clusters these steps, which are a few milliseconds.
    private const int MostTimes = 3;
    private const long FewSteps = 1_000_000;

    private readonly DomainSearch _search;
    private readonly PlacementProblem _problem;
    private readonly LaminarTree _tree;
    private readonly int _scope;
    private readonly bool _scopeInTree;
    private readonly long _mostSteps;
    private long _lastSteps;

    public CrossingSearch(DomainSearch search, LaminarTree tree, int scope)
    {
        _search = search;
        _problem = search.Problem;
        _tree = tree;
        _scope = scope;
        _scopeInTree = scope < 0 || tree.Holds(scope);
        _mostSteps = Math.Max(FewSteps, (1 + MostTimes) * search.Budget.Steps);
    }

    /// <summary>Offers candidates to the search.</summary>
    /// <param name="counted">Placements that fit by power, one per domain of the scope.</param>
    public void Run(List<int[][]> counted)
    {
        foreach (var seed in Best(counted))
        {
            Improve(Weights(seed));
        }

        if (_search.TablesFit && _scopeInTree)
        {
            foreach (var seed in _search.Tables(_tree, _scope, new TreeOptions(), 2))
            {
                _search.Consider(seed);
                Improve(Weights(seed));
            }
        }

        Improve(new long[_problem.Cluster.Nodes.Length]);
        FromBalance();
        if (_search.Best is not null) CloseDomains();
    }

    // What balance alone would like, as one more place to start from.
    private void FromBalance()
    {
        if (!_search.TablesFit || !_scopeInTree || !_problem.OwnTime.DependsOnPlacement) return;
        foreach (var least in _search.Balance.Promising().Take(MostSeeds).ToList())
        {
            var options = new TreeOptions { NvLinkFirst = true, MinGpusPerNvLink = least };
            foreach (var seed in _search.Tables(_tree, _scope, options, 1))
            {
                _search.Consider(seed);
                Improve(Weights(seed));
            }
        }
    }

    // The few that are best as they are; those that break something (segments, feeds) still show where there is room.
    private List<int[][]> Best(List<int[][]> counted)
    {
        var judged = counted.Select(c => (Counts: c, Candidate: _search.Consider(c))).ToList();
        judged.Sort((a, b) => a.Candidate is null || b.Candidate is null
            ? (a.Candidate is null).CompareTo(b.Candidate is null)
            : a.Candidate.Score.CompareTo(b.Candidate.Score));
        return [.. judged.Take(MostSeeds).Select(j => j.Counts)];
    }

    private void Improve(long[] weights)
    {
        for (var round = 0; round < SeedRounds; round++)
        {
            var before = _search.Best;
            Round(Allocate(weights));
            if (ReferenceEquals(before, _search.Best) || _search.Best is null) return;
            weights = Weights(_search.Best.Counts);
        }
    }

    private void Round(long[] limits)
    {
        // A round costs its tables; a hundred of their steps weigh as much as one of a walk.
        if (!_search.TablesFit || _search.Budget.Steps > _mostSteps || !_search.Budget.Take(1 + _lastSteps / 100)) return;
        var before = _search.Budget.Steps;
        Offer(limits);
        _lastSteps = _search.Budget.Steps - before;
    }

    private void Offer(long[] limits)
    {
        var options = new TreeOptions { NodeWatts = limits };
        if (_scopeInTree)
        {
            _search.OfferBalanced(_tree, options);
            return;
        }

        var domainOf = _problem.Partitions.All[_scope].DomainOf;
        for (var d = 0; d < _problem.Partitions.All[_scope].Count; d++)
        {
            var inside = new long[limits.Length];
            Array.Fill(inside, -1);
            foreach (var node in _tree.Nodes)
            {
                if (domainOf[node] == d) inside[node] = limits[node];
            }

            _search.OfferBalanced(_tree, new TreeOptions { NodeWatts = inside }, anywhere: true);
        }
    }

    // How much a node is wanted: members of the placement in its domains, the widest tier counting most.
    private long[] Weights(int[][] counts)
    {
        var weights = new long[_problem.Cluster.Nodes.Length];
        var partitions = _problem.Partitions;
        for (var p = 0; p < partitions.TierCount; p++)
        {
            var domainOf = partitions.All[p].DomainOf;
            var members = new long[partitions.All[p].Count];
            foreach (var node in _tree.Nodes)
            {
                for (var k = 0; k < counts.Length; k++)
                {
                    members[domainOf[node]] += counts[k][node];
                }
            }

            foreach (var node in _tree.Nodes)
            {
                weights[node] = weights[node] * 4 + members[domainOf[node]] * (p == partitions.Node ? 1_000_000 : 1);
            }
        }

        return weights;
    }

    // Hands out the headroom of the side constraints, most wanted node first.
    private long[] Allocate(long[] weights)
    {
        var order = (int[])_tree.Nodes.Clone();
        Array.Sort(order, (a, b) => weights[a] != weights[b] ? weights[b].CompareTo(weights[a]) : a.CompareTo(b));
        var left = new Dictionary<int, long>();
        foreach (var bound in _tree.Side)
        {
            left[bound.Constraint] = bound.Headroom;
        }

        var limits = new long[weights.Length];
        foreach (var node in order)
        {
            limits[node] = weights[node] < 0 ? -1 : Limit(node, left);
        }

        return limits;
    }

    // Watts for one node: whole members where all are alike, else as much as it could use.
    private long Limit(int node, Dictionary<int, long> left)
    {
        var room = long.MaxValue;
        foreach (var share in _problem.Cluster.Power.SharesOf(node))
        {
            if (left.TryGetValue(share.Constraint, out var headroom)) room = Math.Min(room, headroom / share.Halves);
        }

        var draw = Math.Min(room, MostDraw(node, room));
        foreach (var share in _problem.Cluster.Power.SharesOf(node))
        {
            if (left.TryGetValue(share.Constraint, out var headroom)) left[share.Constraint] = headroom - share.Halves * draw;
        }

        return draw;
    }

    private long MostDraw(int node, long room)
    {
        var kinds = _problem.Kinds;
        if (kinds.Length > 1) return _problem.AddedDraw(node, kinds.Sum(k => k.Slots[node] * k.Watts[node]));
        var members = kinds[0].Slots[node];
        while (members > 0 && _problem.AddedDraw(node, members * kinds[0].Watts[node]) > room)
        {
            members--;
        }

        return _problem.AddedDraw(node, members * kinds[0].Watts[node]);
    }

    // Tries the best placement without each of its domains in turn, emptiest first.
    private void CloseDomains()
    {
        var closings = 0;
        for (var p = 0; p < _problem.Partitions.TierCount; p++)
        {
            if (p == _problem.Partitions.Node || p == _problem.Partitions.NvLink) continue;
            var improved = true;
            while (improved && closings < MostClosings)
            {
                improved = false;
                foreach (var domain in UsedDomains(p))
                {
                    if (++closings > MostClosings || _search.Budget.Exhausted || _search.Budget.Steps > _mostSteps) return;
                    var before = _search.Best;
                    Round(Allocate(WeightsWithout(p, domain)));
                    if (ReferenceEquals(before, _search.Best)) continue;
                    improved = true;
                    break;
                }
            }
        }
    }

    private long[] WeightsWithout(int partition, int domain)
    {
        var weights = Weights(_search.Best!.Counts);
        var domainOf = _problem.Partitions.All[partition].DomainOf;
        foreach (var node in _tree.Nodes)
        {
            if (domainOf[node] == domain) weights[node] = -1;
        }

        return weights;
    }

    private List<int> UsedDomains(int partition)
    {
        var members = new SortedDictionary<int, int>();
        foreach (var node in _search.Best!.NodeOf)
        {
            var domain = _problem.Partitions.All[partition].DomainOf[node];
            members[domain] = members.GetValueOrDefault(domain) + 1;
        }

        return members.Count < 2 ? [] : [.. members.OrderBy(m => m.Value).ThenBy(m => m.Key).Select(m => m.Key)];
    }
}
