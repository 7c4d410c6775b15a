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
    private readonly bool _tablesFit;
    private readonly BalanceSearch _balance;
    private List<PowerBound>? _power;
    private Candidate? _best;
    private List<int[][]> _relaxed = [];
    private int _scope = -1;

    public DomainSearch(PlacementProblem problem, StepBudget budget)
    {
        _problem = problem;
        _budget = budget;
        _segments = problem.Partitions.Segment >= 0 ? SegmentTypes.Of(problem) : null;
        _scorer = new PlacementScorer(problem, _segments);
        _tablesFit = CountSpace.IsSmall([.. problem.Kinds.Select(k => k.Count)], MostCells)
            && (_segments is null || CountSpace.IsSmall(_segments.Counts, MostCells));
        _balance = new BalanceSearch(this);
    }

    /// <summary>Searches inside one domain of each of these partitions (none: anywhere).</summary>
    public SearchAnswer Find(IReadOnlyList<int> scopes)
    {
        _best = null;
        _relaxed = [];
        _scope = _problem.Partitions.Combine(scopes);
        if (!EnoughSlots()) return new(null, true);
        if (_problem.Size == 1 && new SingleSearch(this, _scorer).Find(_scope) is { } single) return single;
        if (PowerShortage.IsProved(_problem, Power)) return new(null, true);
        var tree = LaminarTree.Build(_problem, _problem.Active, TreeOrder(), Power, _problem.Partitions.NvLink - 1);
        if (_tablesFit && ProvesNoFit(tree)) return new(null, true);
        if (_tablesFit && tree.Side.Count == 0 && Holds(tree))
        {
            // NVLink domains outside the tree were not counted: a small case is walked through for them.
            var counted = tree.Holds(_problem.Partitions.NvLink);
            return _best is not null && counted && _balance.AtBound(_best) ? new(_best, true) : Walk();
        }

        var repair = new PowerRepair(this, _scorer, _segments);
        if (_tablesFit && IsBound(tree)) repair.Run(_relaxed);
        if (repair.IsDone) return Walk();
        if (repair.Nodes is { } nodes)
        {
            new CrossingSearch(this, PowerTree(nodes, TreeOrder()), _scope).Run([_best!.Counts]);
            return Walk();
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
    internal IReadOnlyList<PowerBound> Power => _power ??= Binding();

    /// <summary>The tree of some partitions and of the power constraints, both as some of the nodes see them.</summary>
    internal LaminarTree PowerTree(int[] nodes, IEnumerable<int> partitions, IEnumerable<PowerBound>? power = null)
    {
        var inside = new bool[_problem.Cluster.Nodes.Length];
        foreach (var node in nodes)
        {
            inside[node] = true;
        }

        return LaminarTree.Build(_problem, nodes, partitions, (power ?? Power).Select(p => p.Within(_problem, inside)).OfType<PowerBound>());
    }

    /// <summary>True when the vectors of kinds and segments are few enough for tables.</summary>
    internal bool TablesFit => _tablesFit;

    /// <summary>Candidates for a smaller own time.</summary>
    internal BalanceSearch Balance => _balance;

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
            var found = Tables(tree, scope, options with { Bounds = bounds }, TopPerRun);
            any |= found.Count > 0;
            if (_relaxed.Count == 0) _relaxed = found;
            found.ForEach(counts => Consider(counts));
        }

        return any;
    }

    /// <summary>Candidates of one tree: cheapest domains first, then balanced ones (<see cref="BalanceSearch"/>).</summary>
    internal bool OfferBalanced(LaminarTree tree, TreeOptions options, bool anywhere = false)
    {
        var scope = anywhere ? -1 : _scope;
        if (!Offer(tree, scope, options)) return false;
        if (_problem.OwnTime.DependsOnPlacement && _best is not null) _balance.Run(tree, scope, options);
        return true;
    }

    // Offers what the network tree proposes. True when it proposes nothing, which proves that nothing fits: side constraints only take away.
    private bool ProvesNoFit(LaminarTree tree)
    {
        var held = _scope < 0 || tree.Holds(_scope);
        return held ? !OfferBalanced(tree, new TreeOptions()) && !HasLooseBounds() : !Offer(tree, -1, new TreeOptions()) && !HasLooseBounds();
    }

    // True when the first run of the tables saw everything that counts but the crossing constraints: then nothing comes before what it proposes.
    private bool IsBound(LaminarTree tree) => tree.HoldsTiers && Holds(tree) && !HasLooseBounds();

    private bool HasLooseBounds() => _problem.Partitions.Spreads.Length > 0 || _problem.Partitions.Limits.Length > 0;

    /// <summary>True when scope and segment domains are vertices of the tree.</summary>
    internal bool Holds(LaminarTree tree) =>
        (_scope < 0 || tree.Holds(_scope)) && (_segments is null || tree.Holds(_problem.Partitions.Segment));

    private List<PowerBound> Binding()
    {
        var power = PowerBound.Binding(_problem);
        power.Sort((a, b) => b.Nodes.Length != a.Nodes.Length ? b.Nodes.Length.CompareTo(a.Nodes.Length) : a.Constraint.CompareTo(b.Constraint));
        return power;
    }

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

    /// <summary>Partitions in the order they go into the network tree: what must hold first, then the tiers, widest first.</summary>
    internal IEnumerable<int> TreeOrder()
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

    private void RunFlow()
    {
        var flow = new FlowSearch(this, _segments);
        foreach (var nodes in PowerCount.Domains(_problem, _scope))
        {
            flow.Run(nodes);
        }
    }

    private SearchAnswer Walk()
    {
        if (_best is not null && !_balance.AtBound(_best)) new Polish(this).Run();
        if (_best is not null && !ExhaustiveSearch.IsSmall(_problem)) return new(_best, false);
        var complete = new ExhaustiveSearch(this, _scope).Run();
        return new(_best, complete);
    }
}
