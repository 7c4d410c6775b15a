namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// The union of partitions and power constraints as one tree, as far as they nest: two sets are either disjoint or one holds the other. What crosses
/// is left outside (<see cref="Side"/>) and has to be met by other means.
/// <code>
///            root                     vertex = a set of nodes; equal sets share a vertex
///          /      \                   (a leaf switch that is also a rack and an NVLink domain)
///     spine-1    spine-2 + row
///      /   \        |
///   leaf  leaf    leaf + rack
///    n n   n n      n n               bottom: one vertex per active node
/// </code>
/// </summary>
internal sealed class LaminarTree
{
    private readonly int[] _deepest;
    private readonly List<int> _parent = [];
    private readonly List<int> _size = [];
    private readonly List<ulong> _partitions = [];
    private readonly List<List<PowerBound>?> _power = [];
    private readonly List<int> _first = [];
    private readonly bool[] _inTree;

    private readonly int[] _nodes;

    private LaminarTree(PlacementProblem problem, int[] nodes)
    {
        Problem = problem;
        _nodes = nodes;
        _deepest = new int[problem.Cluster.Nodes.Length];
        _inTree = new bool[problem.Partitions.All.Count];
        AddVertex(-1, nodes.Length, nodes.Length > 0 ? nodes[0] : 0);
    }

    /// <summary>The problem it was made for.</summary>
    public PlacementProblem Problem { get; }

    /// <summary>The active nodes it is over, ascending.</summary>
    public int[] Nodes => _nodes;

    /// <summary>Vertices; 0 is the root. A vertex comes after its parent.</summary>
    public int Count => _parent.Count;

    /// <summary>Constraints that cross the tree, or count some nodes in half and others in full.</summary>
    public List<PowerBound> Side { get; } = [];

    /// <summary>By vertex: children, in the order of their first node.</summary>
    public int[][] Children { get; private set; } = [];

    /// <summary>By vertex: the node it stands for, or -1.</summary>
    public int[] NodeOf { get; private set; } = [];

    /// <summary>Parent of a vertex, -1 for the root.</summary>
    public int Parent(int vertex) => _parent[vertex];

    /// <summary>Bit p is set where the vertex is a domain of partition p.</summary>
    public ulong PartitionsOf(int vertex) => _partitions[vertex];

    /// <summary>Power constraints at a vertex; null for none.</summary>
    public List<PowerBound>? PowerOf(int vertex) => _power[vertex];

    /// <summary>Any node below a vertex; 0 where there is none.</summary>
    public int FirstNode(int vertex) => _first[vertex];

    /// <summary>True when some power constraint in the tree sees different watts on different nodes.</summary>
    public bool HasUnevenWatts => _power.Exists(bounds => bounds is not null && bounds.Exists(b => b.UniformWatts is null));

    /// <summary>True when all domains of the partition are vertices.</summary>
    public bool Holds(int partition) => _inTree[partition];

    /// <summary>True when the domains of all tiers of the order are vertices.</summary>
    public bool HoldsTiers
    {
        get
        {
            for (var p = 0; p < Problem.Partitions.TierCount; p++)
            {
                if (p != Problem.Partitions.Node && !_inTree[p]) return false;
            }

            return true;
        }
    }

    /// <summary>
    /// Builds the tree over some of the active nodes. Partitions go in first, in the order given; a partition that crosses an earlier one stays out as a whole. Power constraints
    /// follow, widest first; each that crosses becomes a side constraint.
    /// </summary>
    /// <param name="problem">The configured problem.</param>
    /// <param name="nodes">Active nodes, ascending.</param>
    /// <param name="partitions">Partitions, those that must hold first.</param>
    /// <param name="power">Power constraints, widest first.</param>
    /// <param name="split">A tier: side constraints count inside its domains as far as they reach there, where all tiers nest, so that tables do not propose what no domain can hold. -1 for none.</param>
    public static LaminarTree Build(PlacementProblem problem, int[] nodes, IEnumerable<int> partitions, IEnumerable<PowerBound> power, int split = -1)
    {
        var tree = new LaminarTree(problem, nodes);
        var sets = new SetIndex(problem.Cluster.Nodes.Length);
        foreach (var p in partitions.Distinct())
        {
            var own = tree.SetsOf(p);
            if (!own.TrueForAll(sets.Nests)) continue;
            tree._inTree[p] = true;
            own.ForEach(sets.Add);
        }

        foreach (var bound in power)
        {
            var set = new NodeSet(bound.Nodes, -1, bound);
            if (bound.Halves == 0 || !sets.Nests(set)) tree.Side.Add(bound);
            else sets.Add(set);
        }

        if (split >= 0 && tree.HoldsTiers) tree.AddParts(sets, split);

        tree.Insert(sets.All);
        tree.Finish();
        return tree;
    }

    // A domain can draw no more from a crossing constraint than its headroom: that much of it nests.
    private void AddParts(SetIndex sets, int split)
    {
        var domainOf = Problem.Partitions.All[split].DomainOf;
        foreach (var bound in Side)
        {
            foreach (var part in bound.Nodes.GroupBy(n => domainOf[n]))
            {
                if (bound.Part(Problem, [.. part]) is not { } inside) continue;
                var set = new NodeSet(inside.Nodes, -1, inside);
                if (sets.Nests(set)) sets.Add(set);
            }
        }
    }

    // Domains of a partition as sets of active nodes. A node in no domain is in no set.
    private List<NodeSet> SetsOf(int partition)
    {
        var p = Problem.Partitions.All[partition];
        var members = new List<int>?[p.Count];
        foreach (var node in _nodes)
        {
            var d = p.DomainOf[node];
            if (d >= 0) (members[d] ??= []).Add(node);
        }

        return [.. members.Where(m => m is not null).Select(m => new NodeSet([.. m!], partition, null))];
    }

    private void Insert(IReadOnlyList<NodeSet> sets)
    {
        foreach (var set in sets.OrderByDescending(s => s.Nodes.Length))
        {
            if (set.Nodes.Length == 0) continue;
            var vertex = _deepest[set.Nodes[0]];
            if (_size[vertex] != set.Nodes.Length)
            {
                vertex = AddVertex(vertex, set.Nodes.Length, set.Nodes[0]);
                foreach (var node in set.Nodes)
                {
                    _deepest[node] = vertex;
                }
            }

            if (set.Power is { } power) (_power[vertex] ??= []).Add(power);
            else _partitions[vertex] |= 1UL << set.Partition;
        }
    }

    private int AddVertex(int parent, int size, int first)
    {
        _parent.Add(parent);
        _size.Add(size);
        _partitions.Add(0);
        _power.Add(null);
        _first.Add(first);
        return _parent.Count - 1;
    }

    // Bottom: one vertex per node, then children lists in node order.
    private void Finish()
    {
        foreach (var node in _nodes)
        {
            var vertex = _deepest[node];
            if (_size[vertex] != 1 || _first[vertex] != node)
            {
                _deepest[node] = AddVertex(vertex, 1, node);
            }

            _partitions[_deepest[node]] |= 1UL << Problem.Partitions.Node;
        }

        NodeOf = new int[Count];
        Array.Fill(NodeOf, -1);
        foreach (var node in _nodes)
        {
            NodeOf[_deepest[node]] = node;
        }

        var children = new List<int>[Count];
        for (var v = 1; v < Count; v++)
        {
            (children[_parent[v]] ??= []).Add(v);
        }

        Children = new int[Count][];
        for (var v = 0; v < Count; v++)
        {
            children[v]?.Sort((a, b) => _first[a] != _first[b] ? _first[a].CompareTo(_first[b]) : a.CompareTo(b));
            Children[v] = children[v] is { } list ? [.. list] : [];
        }
    }
}
