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

    /// <summary>
    /// Most members of the only kind that some nodes hold within the power budgets; exact unless budgets cross or tables do not fit, else never too few.
    /// </summary>
    /// <param name="nodes">Active nodes, ascending.</param>
    public (int Members, bool IsExact) MembersOn(int[] nodes)
    {
        if (nodes.Length == 1) return (OnOne(nodes[0]), true);
        var tree = search.PowerTree(nodes, []);
        var isExact = tree.Side.Count == 0;
        if (!tree.HasUnevenWatts) return (ByAddingUp(tree), isExact);
        if (IsLinear(nodes)) return (LightestFirst(tree), isExact);
        return search.TablesFit ? (ByTables(tree), isExact) : (Slots(nodes), false);
    }

    // On one node the draw of all members counts in every domain above it.
    private int OnOne(int node)
    {
        var kind = _problem.Kinds[0];
        for (var members = kind.Slots[node]; members > 0; members--)
        {
            var draw = _problem.AddedDraw(node, members * kind.Watts[node]);
            var fits = true;
            foreach (var share in _problem.Cluster.Power.SharesOf(node)) fits &= share.Halves * draw <= _problem.Headroom[share.Constraint];
            if (fits) return members;
        }

        return 0;
    }

    private int Slots(int[] nodes)
    {
        var slots = 0L;
        foreach (var node in nodes) slots += _problem.Kinds[0].Slots[node];
        return (int)Math.Min(slots, _problem.Kinds[0].Count);
    }

    // True when every member of a node adds as much as the first: no node's maximum bounds them.
    private bool IsLinear(int[] nodes)
    {
        var kind = _problem.Kinds[0];
        foreach (var node in nodes)
        {
            var all = kind.Slots[node] * kind.Watts[node];
            if (_problem.AddedDraw(node, all) != all) return false;
        }

        return true;
    }

    // Those that draw least come first, each where all budgets above it have room: whoever else is in the narrowest budget that has none draws at least as
    // much, so exchanging him would not make room for more.
    private int LightestFirst(LaminarTree tree)
    {
        var kind = _problem.Kinds[0];
        var left = new long[tree.Count];
        for (var v = 0; v < left.Length; v++)
        {
            left[v] = long.MaxValue;
            foreach (var bound in tree.PowerOf(v) ?? []) left[v] = Math.Min(left[v], bound.Headroom / bound.Halves);
        }

        var vertices = new List<int>(tree.Nodes.Length);
        for (var v = 0; v < tree.Count; v++)
        {
            if (tree.NodeOf[v] >= 0) vertices.Add(v);
        }

        vertices.Sort((a, b) => (kind.Watts[tree.NodeOf[a]], a).CompareTo((kind.Watts[tree.NodeOf[b]], b)));
        var members = 0L;
        foreach (var vertex in vertices)
        {
            var node = tree.NodeOf[vertex];
            var (here, watts) = ((long)kind.Slots[node], kind.Watts[node]);
            if (watts > 0)
            {
                for (var v = vertex; v >= 0; v = tree.Parent(v)) here = Math.Min(here, left[v] / watts);
                for (var v = vertex; v >= 0; v = tree.Parent(v)) left[v] -= here * watts;
            }

            members += here;
        }

        return (int)Math.Min(members, kind.Count);
    }

    private static int ByTables(LaminarTree tree)
    {
        using var tables = new TreeSearch(tree, new TreeOptions { WattsFirst = true, CountOnly = true }, null);
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
