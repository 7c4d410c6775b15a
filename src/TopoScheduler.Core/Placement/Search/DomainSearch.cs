namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Finds the best placement of a configured problem inside one domain of a scope.
/// <para>Phases: (1) tables over the network tree, with every power constraint that nests in it, propose candidates: the cheapest in domains, then for
/// every balance (GPUs per NVLink domain) that may still lower the own time; (2) where power constraints cross the network, nodes are closed until the
/// tables meet them, domain by domain in order of use (<see cref="CrossingSearch"/>); (3) tables over the power tree alone say whether anything fits at
/// all; (4) small cases that counting does not prove are walked through (<see cref="ExhaustiveSearch"/>). Every candidate is judged by
/// <see cref="PlacementScorer"/>; the lowest in the total order wins.</para>
/// </summary>
internal sealed class DomainSearch
{
    private const int MostCells = 1 << 16;
    private const int TopPerRun = 8;

    private readonly PlacementProblem _problem;
    private readonly StepBudget _budget;
    private readonly PlacementScorer _scorer;
    private readonly SegmentTypes? _segments;
    private readonly List<PowerBound> _power;
    private readonly bool _tablesFit;
    private Candidate? _best;
    private int _scope = -1;

    public DomainSearch(PlacementProblem problem, StepBudget budget)
    {
        _problem = problem;
        _budget = budget;
        _segments = problem.Partitions.Segment >= 0 ? SegmentTypes.Of(problem) : null;
        _scorer = new PlacementScorer(problem, _segments);
        _tablesFit = CountSpace.IsSmall([.. problem.Kinds.Select(k => k.Count)], MostCells)
            && (_segments is null || CountSpace.IsSmall(_segments.Counts, MostCells));
        _power = PowerBound.Binding(problem);
        _power.Sort((a, b) => b.Nodes.Length != a.Nodes.Length ? b.Nodes.Length.CompareTo(a.Nodes.Length) : a.Constraint.CompareTo(b.Constraint));
    }

    /// <summary>Searches inside one domain of each of these partitions (none: anywhere).</summary>
    public SearchAnswer Find(IReadOnlyList<int> scopes)
    {
        _best = null;
        _scope = _problem.Partitions.Combine(scopes);
        if (!EnoughSlots()) return new(null, true);
        var tree = LaminarTree.Build(_problem, _problem.Active, TreeOrder(), _power);
        if (_tablesFit && ProvesNoFit(tree)) return new(null, true);
        if (_tablesFit && tree.Side.Count == 0 && Holds(tree))
        {
            return _best is not null && AtBound() ? new(_best, true) : Walk();
        }

        var count = new PowerCount(this, _scope);
        var seeds = _tablesFit ? count.Run() : [];
        if (count.ProvesNoFit && !HasLooseBounds()) return new(null, true);
        if (_best is null && seeds.All(c => Consider(c) is null)) RunFlow();
        if (_best is not null) seeds.Add(_best.Counts);
        new CrossingSearch(this, tree, _scope).Run(seeds);
        return Walk();
    }

    /// <summary>The problem.</summary>
    internal PlacementProblem Problem => _problem;

    /// <summary>The best candidate so far.</summary>
    internal Candidate? Best => _best;

    /// <summary>Power constraints that can bind, widest first.</summary>
    internal IReadOnlyList<PowerBound> Power => _power;

    /// <summary>True when the vectors of kinds and segments are few enough for tables.</summary>
    internal bool TablesFit => _tablesFit;

    /// <summary>The step budget.</summary>
    internal StepBudget Budget => _budget;

    /// <summary>Judges a placement and keeps it when it is the best so far.</summary>
    internal Candidate? Consider(int[][] counts)
    {
        var candidate = _scorer.Judge(counts, _scope);
        if (candidate is not null && (_best is null || candidate.Score.CompareTo(_best.Score) < 0)) _best = candidate;
        return candidate;
    }

    /// <summary>One run of the tables; the placements found, best first, not yet judged.</summary>
    internal List<int[][]> Tables(LaminarTree tree, int scope, TreeOptions options, int most)
    {
        using var search = new TreeSearch(tree, options, _segments);
        search.Run();
        _budget.Count(search.Steps);
        return search.Best(scope, most);
    }

    /// <summary>Runs the tables for every set of bounds and judges what they propose. False when nothing was proposed.</summary>
    internal bool Offer(LaminarTree tree, int scope, TreeOptions options)
    {
        var any = false;
        foreach (var bounds in SpreadBounds.Of(_problem))
        {
            foreach (var counts in Tables(tree, scope, options with { Bounds = bounds }, TopPerRun))
            {
                any = true;
                Consider(counts);
            }
        }

        return any;
    }

    /// <summary>
    /// Candidates of one tree: cheapest domains first, then balanced over NVLink domains, then over oversubscribed tiers.
    /// </summary>
    internal bool OfferBalanced(LaminarTree tree, int scope, TreeOptions options)
    {
        if (!Offer(tree, scope, options)) return false;
        if (!_problem.OwnTime.DependsOnPlacement || _best is null) return true;
        OfferPerNvLinkDomain(tree, scope, options);
        OfferPerOversubscribedTier(tree, scope, options);
        return true;
    }

    // Offers what the network tree proposes. True when it proposes nothing, which proves that nothing fits: side constraints only take away.
    private bool ProvesNoFit(LaminarTree tree)
    {
        var held = _scope < 0 || tree.Holds(_scope);
        return held ? !OfferBalanced(tree, _scope, new TreeOptions()) && !HasLooseBounds() : !Offer(tree, -1, new TreeOptions()) && !HasLooseBounds();
    }

    private bool HasLooseBounds() => _problem.Partitions.Spreads.Length > 0 || _problem.Partitions.Limits.Length > 0;

    private bool Holds(LaminarTree tree) =>
        (_scope < 0 || tree.Holds(_scope)) && (_segments is null || tree.Holds(_problem.Partitions.Segment));

    private bool EnoughSlots()
    {
        foreach (var kind in _problem.Kinds)
        {
            long slots = 0;
            foreach (var node in _problem.Active)
            {
                slots += kind.Slots[node];
            }

            if (slots < kind.Count) return false;
        }

        return true;
    }

    private IEnumerable<int> TreeOrder()
    {
        var partitions = _problem.Partitions;
        if (_scope >= 0) yield return _scope;
        if (partitions.Segment >= 0) yield return partitions.Segment;
        for (var p = 0; p < partitions.TierCount; p++)
        {
            if (p != partitions.Node) yield return p;
        }

        foreach (var p in partitions.Limits.Concat(partitions.Spreads))
        {
            yield return p;
        }
    }

    private void OfferPerNvLinkDomain(LaminarTree tree, int scope, TreeOptions options)
    {
        // NVLink domains that cross the switch tiers get a tree of their own.
        var nvLink = _problem.Partitions.NvLink;
        if (!tree.Holds(nvLink)) tree = LaminarTree.Build(_problem, _problem.Active, TreeOrder().Prepend(nvLink).Prepend(_scope).Where(p => p >= 0), _power);
        if (!tree.Holds(nvLink) || !Holds(tree)) return;
        var unit = _problem.Kinds.Where(k => k.Gpus > 0).Select(k => k.Gpus).DefaultIfEmpty(0).Min();
        if (unit == 0) return;
        var gpus = GpusPerNvLinkDomain();
        var most = gpus.Length == 0 ? 0 : gpus[0];
        if (most < 2 * unit) return;
        var ranks = _problem.Kinds.Sum(k => k.Gpus * k.Count);
        for (var least = Math.Min(most, ranks) / unit * unit; least >= unit; least -= unit)
        {
            var domains = DomainsNeeded(gpus, least, ranks);
            if (domains < 0) continue;
            if (_problem.OwnTime.LeastMs(ranks, domains) > _best!.Score.OwnTimeMs) continue;
            var balanced = options with { MinGpusPerNvLink = least };
            if (!Offer(tree, scope, balanced with { NvLinkFirst = true })) continue;
            Offer(tree, scope, balanced);
            if (_problem.OwnTime.LeastMs(ranks, DomainsNeeded(gpus, unit, ranks)) >= _best.Score.OwnTimeMs) break;
        }
    }

    // GPUs of the gang each NVLink domain could hold by slots alone, kind by kind: not less than it can hold. Largest first.
    private int[] GpusPerNvLinkDomain()
    {
        var partition = _problem.Partitions.All[_problem.Partitions.NvLink];
        var gpus = new int[partition.Count];
        foreach (var node in _problem.Active)
        {
            var here = 0;
            foreach (var kind in _problem.Kinds)
            {
                here += kind.Slots[node] * kind.Gpus;
            }

            gpus[partition.DomainOf[node]] += here;
        }

        Array.Sort(gpus, (a, b) => b.CompareTo(a));
        return gpus;
    }

    // Fewest domains, each able to hold `least` GPUs, that together could hold all ranks; -1 when they cannot.
    private static int DomainsNeeded(int[] gpus, int least, int ranks)
    {
        var sum = 0;
        for (var d = 0; d < gpus.Length && gpus[d] >= least; d++)
        {
            sum += gpus[d];
            if (sum >= ranks) return d + 1;
        }

        return -1;
    }

    // Where a tier is oversubscribed and crossed, a domain that holds few of the gang's NVLink domains is the bottleneck: try to give each its share.
    private void OfferPerOversubscribedTier(LaminarTree tree, int scope, TreeOptions options)
    {
        var partitions = _problem.Partitions;
        for (var p = 0; p < partitions.TierCount; p++)
        {
            var tier = partitions.All[p].Tier;
            if (!tier.IsFabric || _best!.Score.Tiers[p].Used < 2) continue;
            var share = (int)Math.Ceiling(_problem.Policy.Links.OversubscriptionOf(tier.FabricIndex));
            for (var least = share; least >= 2; least--)
            {
                var before = _best.Score.OwnTimeMs;
                Offer(tree, scope, options with { MinPartition = p, MinPerDomain = least });
                if (_best.Score.OwnTimeMs < before) break;
            }
        }
    }

    private void RunFlow()
    {
        var flow = new FlowSearch(this, _segments);
        foreach (var nodes in PowerCount.Domains(_problem, _scope))
        {
            flow.Run(nodes);
        }
    }

    // Own time at its bound: then the tables, exact in part 5, had the last word.
    private bool AtBound()
    {
        var ranks = _problem.Kinds.Sum(k => k.Gpus * k.Count);
        var unit = _problem.Kinds.Where(k => k.Gpus > 0).Select(k => k.Gpus).DefaultIfEmpty(0).Min();
        if (unit == 0 || !_problem.OwnTime.DependsOnPlacement) return true;
        var domains = DomainsNeeded(GpusPerNvLinkDomain(), unit, ranks);
        return domains > 0 && _best!.Score.OwnTimeMs <= _problem.OwnTime.LeastMs(ranks, domains);
    }

    private SearchAnswer Walk()
    {
        var walk = new ExhaustiveSearch(this, _scope);
        if (_best is not null && !walk.IsSmall) return new(_best, false);
        var complete = walk.Run();
        return new(_best, complete);
    }
}
