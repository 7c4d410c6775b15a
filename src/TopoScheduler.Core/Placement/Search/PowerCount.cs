namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Whether a gang fits inside one domain of a scope at all: inside each domain only the power tree (and the segments) matter, so tables over that tree
/// alone, restricted to the domain's nodes, are exact wherever each node has one path in it.
/// </summary>
internal sealed class PowerCount(DomainSearch search, int scope)
{
    private readonly PlacementProblem _problem = search.Problem;

    /// <summary>True when no domain has room, which proves that nothing fits.</summary>
    public bool ProvesNoFit { get; private set; }

    /// <summary>Counts every domain; returns a placement for each domain that holds the gang, power and segments respected where they nest.</summary>
    public List<int[][]> Run()
    {
        var found = new List<int[][]>();
        int[] segments = _problem.Partitions.Segment >= 0 ? [_problem.Partitions.Segment] : [];
        foreach (var nodes in Domains(_problem, scope))
        {
            found.AddRange(search.Tables(search.PowerTree(nodes, segments), -1, new TreeOptions { WattsFirst = true }, 1));
        }

        // Constraints left out of a tree only make its domain look roomier: what finds no room in it has none.
        ProvesNoFit = found.Count == 0;
        return found;
    }

    /// <summary>Most members of the only kind that one domain of the scope holds within its power budgets, and a node of that domain.</summary>
    public (int Members, int Node) MostMembers()
    {
        var best = (Members: 0, Node: -1);
        foreach (var nodes in Domains(_problem, scope, all: true))
        {
            if (MembersOn(nodes).Members is var most && most > best.Members) best = (most, nodes[0]);
        }

        return best;
    }

    /// <summary>Most members of the only kind that some nodes hold within the power budgets; exact unless budgets cross, else never too few.</summary>
    /// <param name="nodes">Active nodes, ascending.</param>
    public (int Members, bool IsExact) MembersOn(int[] nodes)
    {
        var tree = search.PowerTree(nodes, []);
        return (tree.HasUnevenWatts ? ByTables(tree) : ByAddingUp(tree), tree.Side.Count == 0);
    }

    private static int ByTables(LaminarTree tree)
    {
        using var tables = new TreeSearch(tree, new TreeOptions { WattsFirst = true }, null);
        tables.Run();
        return tables.MostMembers();
    }

    // Where all members below a budget draw alike it carries so many of them, whichever they are: from the nodes up each takes what is below it, within that.
    private int ByAddingUp(LaminarTree tree)
    {
        var kind = _problem.Kinds[0];
        var most = new long[tree.Count];
        for (var v = tree.Count - 1; v >= 0; v--)
        {
            if (tree.Children[v].Length == 0 && tree.NodeOf[v] is >= 0 and var node) most[v] = kind.Slots[node];
            foreach (var bound in tree.PowerOf(v) ?? [])
            {
                if (bound.UniformWatts is [> 0 and var watts]) most[v] = Math.Min(most[v], bound.Headroom / (watts * bound.Halves));
            }

            if (v > 0) most[tree.Parent(v)] += most[v];
        }

        return (int)Math.Min(most[0], kind.Count);
    }

    /// <summary>Active nodes of each domain of a scope (-1: of the cluster) that has slots enough for the gang, or of all of them.</summary>
    public static List<int[]> Domains(PlacementProblem problem, int scope, bool all = false)
    {
        if (scope < 0) return [problem.Active];
        var partition = problem.Partitions.All[scope];
        var members = new List<int>?[partition.Count];
        foreach (var node in problem.Active)
        {
            if (partition.DomainOf[node] is var d && d >= 0) (members[d] ??= []).Add(node);
        }

        return [.. members.OfType<List<int>>().Where(m => all || HasSlots(problem, m)).Select(m => m.ToArray())];
    }

    private static bool HasSlots(PlacementProblem problem, List<int> nodes)
    {
        foreach (var kind in problem.Kinds)
        {
            long slots = 0;
            foreach (var node in nodes)
            {
                slots += kind.Slots[node];
            }

            if (slots < kind.Count) return false;
        }

        return true;
    }
}
