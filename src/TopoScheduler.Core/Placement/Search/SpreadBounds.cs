namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Spread and self anti-affinity as bounds on domains. A spread constraint is met exactly when some level L exists with every domain between L and
/// L + maxSkew: each level is one set of bounds to try.
/// </summary>
internal static class SpreadBounds
{
    private const int MostSets = 256;

    /// <summary>All sets of bounds to try; one empty set when the gang has none.</summary>
    public static List<List<CountBound>> Of(PlacementProblem problem)
    {
        var sets = new List<List<CountBound>> { Limits(problem) };
        for (var s = 0; s < problem.Partitions.Spreads.Length; s++)
        {
            var levels = Levels(problem, s);
            var wider = new List<List<CountBound>>();
            foreach (var set in sets)
            {
                foreach (var level in levels)
                {
                    if (wider.Count < MostSets) wider.Add([.. set, level]);
                }
            }

            sets = wider;
        }

        return sets;
    }

    private static List<CountBound> Limits(PlacementProblem problem)
    {
        var bounds = new List<CountBound>();
        for (var i = 0; i < problem.Partitions.Limits.Length; i++)
        {
            var limit = problem.Table.DomainLimits[i];
            bounds.Add(new(problem.Partitions.Limits[i], [.. problem.Kinds.Select(k => limit.Weights[k.Roles[0]])], null, limit.High));
        }

        return bounds;
    }

    private static List<CountBound> Levels(PlacementProblem problem, int s)
    {
        var spread = problem.Table.Spreads[s];
        var weights = problem.Kinds.Select(k => spread.Counts[k.Roles[0]] ? 1L : 0L).ToArray();
        var lowest = spread.Existing.Where((_, d) => spread.Countable[d]).DefaultIfEmpty(0).Min();

        var bounds = new List<CountBound>();
        var top = spread.ForceMinZero ? 0 : lowest + problem.Size;
        for (var level = spread.ForceMinZero ? 0 : lowest; level <= top; level++)
        {
            var low = new long[spread.Existing.Length];
            var high = new long[spread.Existing.Length];
            for (var d = 0; d < low.Length; d++)
            {
                low[d] = spread.ForceMinZero || !spread.Countable[d] ? 0 : Math.Max(0, level - spread.Existing[d]);
                high[d] = Math.Max(0, level + spread.MaxSkew - spread.Existing[d]);
            }

            if (low.Sum() <= problem.Size) bounds.Add(new(problem.Partitions.Spreads[s], weights, spread.ForceMinZero ? null : low, high));
        }

        return bounds;
    }
}
