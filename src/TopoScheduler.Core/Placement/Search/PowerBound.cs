namespace TopoScheduler.Core.Placement.Search;

/// <summary>A power constraint that can bind for this gang, over the nodes that can hold a member.</summary>
/// <param name="Constraint">Index of the constraint.</param>
/// <param name="Nodes">Active nodes it counts, ascending.</param>
/// <param name="Headroom">Half watts left.</param>
/// <param name="Halves">1 or 2 when every node counts alike, 0 when nodes differ.</param>
/// <param name="UniformWatts">By kind: watts a member adds on every one of its nodes, when that is the same everywhere and no node's maximum clamps
/// it; else null.</param>
internal sealed record PowerBound(int Constraint, int[] Nodes, long Headroom, int Halves, long[]? UniformWatts)
{
    /// <summary>
    /// The constraints that can bind: a constraint whose headroom covers the most that its nodes could add, or all that the gang could add, is slack
    /// and costs nothing.
    /// </summary>
    public static List<PowerBound> Binding(PlacementProblem problem)
    {
        var power = problem.Cluster.Power;
        var most = new long[power.Constraints.Length];
        var largest = new long[most.Length];
        var size = new int[most.Length];
        foreach (var node in problem.Active)
        {
            var shares = power.SharesOf(node);
            if (shares.IsEmpty) continue;
            var (full, one) = MostDraw(problem, node);
            foreach (var share in shares)
            {
                size[share.Constraint]++;
                most[share.Constraint] += share.Halves * full;
                largest[share.Constraint] = Math.Max(largest[share.Constraint], share.Halves * one);
            }
        }

        var nodes = new int[]?[most.Length];
        var any = false;
        for (var c = 0; c < most.Length; c++)
        {
            if (size[c] == 0 || problem.Headroom[c] >= most[c] || problem.Headroom[c] >= problem.Size * largest[c]) continue;
            nodes[c] = new int[size[c]];
            any = true;
        }

        return any ? [.. Collect(problem, nodes)] : [];
    }

    // Most clusters have far more constraints than can bind: nodes are listed for these alone.
    private static IEnumerable<PowerBound> Collect(PlacementProblem problem, int[]?[] nodesOf)
    {
        var next = new int[nodesOf.Length];
        foreach (var node in problem.Active)
        {
            foreach (var share in problem.Cluster.Power.SharesOf(node))
            {
                if (nodesOf[share.Constraint] is { } nodes) nodes[next[share.Constraint]++] = node;
            }
        }

        for (var c = 0; c < nodesOf.Length; c++)
        {
            if (nodesOf[c] is { } nodes) yield return new(c, nodes, problem.Headroom[c], HalvesOf(problem, nodes, c), Uniform(problem, nodes));
        }
    }

    /// <summary>The constraint as some of the nodes see it; null where none of its nodes is among them.</summary>
    public PowerBound? Within(PlacementProblem problem, bool[] nodes)
    {
        var inside = new List<int>();
        foreach (var node in Nodes)
        {
            if (nodes[node]) inside.Add(node);
        }

        if (inside.Count == 0) return null;
        if (inside.Count == Nodes.Length) return this;
        int[] some = [.. inside];
        return new(Constraint, some, Headroom, HalvesOf(problem, some, Constraint), Uniform(problem, some));
    }

    /// <summary>The constraint over a few of its nodes; null where it cannot bind there, or sees different watts or shares.</summary>
    public PowerBound? Part(PlacementProblem problem, int[] nodes)
    {
        var (most, largest, halves) = (0L, 0L, HalvesOf(problem, nodes, Constraint));
        foreach (var node in nodes)
        {
            var (full, one) = MostDraw(problem, node);
            most += halves * full;
            largest = Math.Max(largest, halves * one);
        }

        if (Headroom >= most || Headroom >= problem.Size * largest || Uniform(problem, nodes) is not { } uniform) return null;
        return new(Constraint, nodes, Headroom, halves, uniform);
    }

    /// <summary>Halves with which a node counts in this constraint.</summary>
    public static int HalvesOf(PlacementProblem problem, int node, int constraint)
    {
        foreach (var share in problem.Cluster.Power.SharesOf(node))
        {
            if (share.Constraint == constraint) return share.Halves;
        }

        return 0;
    }

    private static (long Full, long One) MostDraw(PlacementProblem problem, int node)
    {
        long all = 0;
        long one = 0;
        foreach (var kind in problem.Kinds)
        {
            all += kind.Slots[node] * kind.Watts[node];
            if (kind.Slots[node] > 0) one = Math.Max(one, kind.Watts[node]);
        }

        return (problem.AddedDraw(node, all), problem.AddedDraw(node, one));
    }

    private static int HalvesOf(PlacementProblem problem, ReadOnlySpan<int> nodes, int constraint)
    {
        var halves = HalvesOf(problem, nodes[0], constraint);
        foreach (var node in nodes)
        {
            if (HalvesOf(problem, node, constraint) != halves) return 0;
        }

        return halves;
    }

    private static long[]? Uniform(PlacementProblem problem, ReadOnlySpan<int> nodes)
    {
        var watts = new long[problem.Kinds.Length];
        Array.Fill(watts, -1);
        foreach (var node in nodes)
        {
            long all = 0;
            for (var k = 0; k < watts.Length; k++)
            {
                var kind = problem.Kinds[k];
                if (kind.Slots[node] == 0) continue;
                if (watts[k] < 0) watts[k] = kind.Watts[node];
                if (watts[k] != kind.Watts[node]) return null;
                all += kind.Slots[node] * kind.Watts[node];
            }

            if (problem.AddedDraw(node, all) != all) return null;
        }

        return watts;
    }
}
