namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Where power constraints cross the network tree, the tables that leave them aside say how few domains any placement needs. Often that few are enough: the members
/// are then put down on the nodes of just these domains by one flow (<see cref="FlowSearch"/>), and there is nothing left to improve. Where the leaves are not enough,
/// their spines may be, and so on: then no placement uses fewer spines, and what is left to improve is inside them.
/// </summary>
/// <param name="search">The search.</param>
/// <param name="scorer">Its judge.</param>
/// <param name="segments">Segments of the gang, if any.</param>
internal sealed class PowerRepair(DomainSearch search, PlacementScorer scorer, SegmentTypes? segments)
{
    private const int FewActive = 512;

    private readonly PlacementProblem _problem = search.Problem;
    private readonly FlowSearch _flow = new(search, segments);

    /// <summary>True when the best candidate is as good in parts 4 to 6 as the tables say any can be.</summary>
    public bool IsDone { get; private set; }

    /// <summary>
    /// Active nodes of the fewest wide domains that hold the gang; null where none were found, or where there are so few nodes that all may as well be tried.
    /// </summary>
    public int[]? Nodes { get; private set; }

    /// <summary>Looks for a placement inside the domains of one that breaks crossing constraints.</summary>
    /// <param name="relaxed">Placements that the tables propose where the crossing constraints are left aside, best first.</param>
    public void Run(IReadOnlyList<int[][]> relaxed)
    {
        if (relaxed.Count == 0) return;
        var bound = scorer.Bound(relaxed[0]);
        IsDone = IsAt(bound);
        var narrowest = _problem.Partitions.NvLink - 1;
        for (var tier = narrowest; tier >= 0 && !IsDone; tier--)
        {
            foreach (var counts in relaxed)
            {
                var nodes = NodesOf(counts, tier);
                if (!_flow.Run(nodes)) continue;
                IsDone = IsAt(bound);
                if (tier < narrowest && _problem.Active.Length > FewActive && search.Balance.AtBound(search.Best!)) Nodes = nodes;
                return;
            }
        }
    }

    private bool IsAt(ScoreCard bound) =>
        search.Best is { } best && search.Balance.AtBound(best) && best.Score.CompareSpread(bound) <= 0 && best.Score.CompareTightness(bound) <= 0;

    // Active nodes of the domains of a tier that a placement uses.
    private int[] NodesOf(int[][] counts, int tier)
    {
        var partition = _problem.Partitions.All[tier];
        var used = new bool[partition.Count];
        foreach (var node in _problem.Active)
        {
            used[partition.DomainOf[node]] |= Array.Exists(counts, of => of[node] > 0);
        }

        return Array.FindAll(_problem.Active, node => used[partition.DomainOf[node]]);
    }
}
