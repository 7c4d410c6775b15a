namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Where power constraints cross the network tree, the tables that leave them aside say how few domains any placement needs. Often that few are enough: the members
/// are then put down on the nodes of just these domains by one flow (<see cref="FlowSearch"/>), and there is nothing left to improve.
/// </summary>
/// <param name="search">The search.</param>
/// <param name="scorer">Its judge.</param>
/// <param name="segments">Segments of the gang, if any.</param>
internal sealed class PowerRepair(DomainSearch search, PlacementScorer scorer, SegmentTypes? segments)
{
    private readonly PlacementProblem _problem = search.Problem;

    /// <summary>True when the best candidate is as good in parts 4 to 6 as the tables say any can be.</summary>
    /// <param name="relaxed">Placements that the tables propose where the crossing constraints are left aside, best first.</param>
    public bool Run(IReadOnlyList<int[][]> relaxed)
    {
        if (relaxed.Count == 0) return false;
        var bound = scorer.Bound(relaxed[0]);
        if (IsAt(bound)) return true;
        foreach (var counts in relaxed)
        {
            if (new FlowSearch(search, segments).Run(NodesOf(counts)) && IsAt(bound)) return true;
        }

        return false;
    }

    private bool IsAt(ScoreCard bound) =>
        search.Best is { } best && search.Balance.AtBound(best) && best.Score.CompareSpread(bound) <= 0 && best.Score.CompareTightness(bound) <= 0;

    // Active nodes of the narrowest switch domains that a placement uses; all where there is no switch.
    private int[] NodesOf(int[][] counts)
    {
        var narrowest = _problem.Partitions.NvLink - 1;
        if (narrowest < 0) return _problem.Active;
        var partition = _problem.Partitions.All[narrowest];
        var used = new bool[partition.Count];
        foreach (var node in _problem.Active)
        {
            used[partition.DomainOf[node]] |= Array.Exists(counts, of => of[node] > 0);
        }

        return Array.FindAll(_problem.Active, node => used[partition.DomainOf[node]]);
    }
}
