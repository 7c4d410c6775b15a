namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Proves that nothing fits by adding up watts: the members that find no slot outside of a power domain must be inside, and even those that draw least there may draw
/// more than it has left. Says nothing where they do not. Of one kind of members only.
/// </summary>
internal static class PowerShortage
{
    /// <summary>True when some power constraint cannot carry the members that must be below it.</summary>
    /// <param name="problem">The configured problem.</param>
    /// <param name="power">Constraints that can bind.</param>
    public static bool IsProved(PlacementProblem problem, IReadOnlyList<PowerBound> power)
    {
        if (power.Count == 0 || problem.Kinds.Length != 1) return false;
        var kind = problem.Kinds[0];
        var slots = problem.Active.Sum(n => (long)kind.Slots[n]);
        foreach (var bound in power)
        {
            var needed = kind.Count - (slots - bound.Nodes.Sum(n => (long)kind.Slots[n]));
            if (needed > 0 && Least(problem, kind, bound, needed) > bound.Headroom) return true;
        }

        return false;
    }

    // Half watts that so many members add at the least. A node's maximum may bound its members: each then counts with its share of what a full node adds.
    private static long Least(PlacementProblem problem, MemberKind kind, PowerBound bound, long members)
    {
        if (bound is { UniformWatts: { } uniform, Halves: > 0 }) return members * uniform[0] * bound.Halves;
        var cheapest = bound.Nodes.Where(n => kind.Slots[n] > 0).Select(n => (Each: EachOn(n), Slots: (long)kind.Slots[n])).Order();
        var least = 0L;
        foreach (var (each, there) in cheapest)
        {
            var taken = Math.Min(members, there);
            least += taken * each;
            members -= taken;
            if (members == 0) break;
        }

        return least;

        long EachOn(int node) => PowerBound.HalvesOf(problem, node, bound.Constraint) * problem.AddedDraw(node, kind.Slots[node] * kind.Watts[node]) / kind.Slots[node];
    }
}
