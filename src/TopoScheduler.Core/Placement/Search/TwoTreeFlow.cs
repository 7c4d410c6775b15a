namespace TopoScheduler.Core.Placement.Search;

/// <summary>The flow of <see cref="FlowSearch"/>: members through a first tree, a node, and a second tree.</summary>
internal sealed class TwoTreeFlow
{
    private readonly LaminarTree _first;
    private readonly FlowNetwork _network;
    private readonly Dictionary<int, int> _edgeOfNode = [];
    private readonly int[] _edgeOfVertex;
    private readonly int _nodes;
    private readonly int _sink;

    public TwoTreeFlow(PlacementProblem problem, LaminarTree first, LaminarTree second, long[] caps, Func<int, int> slots)
    {
        _first = first;
        _nodes = problem.Cluster.Nodes.Length;
        _sink = first.Count;
        _network = new FlowNetwork(first.Count + second.Count);
        _edgeOfVertex = new int[first.Count];
        for (var v = 1; v < first.Count; v++)
        {
            _edgeOfVertex[v] = _network.Add(first.Parent(v), v, Cap(first, v, caps));
        }

        var bottom = new Dictionary<int, int>();
        for (var v = 0; v < second.Count; v++)
        {
            if (second.NodeOf[v] >= 0) bottom[second.NodeOf[v]] = _sink + v;
            if (v > 0) _network.Add(_sink + v, _sink + second.Parent(v), Cap(second, v, caps));
        }

        for (var v = 0; v < first.Count; v++)
        {
            if (first.NodeOf[v] is var node && node >= 0) _edgeOfNode[node] = _network.Add(v, bottom[node], slots(node));
        }

        Limit = Math.Min(Cap(first, 0, caps), Cap(second, 0, caps));
    }

    /// <summary>What the constraints over all nodes admit.</summary>
    public long Limit { get; }

    /// <summary>Steps of the flow.</summary>
    public long Steps => _network.Steps;

    /// <summary>Puts this many members down; false when they do not fit.</summary>
    public bool Fill(int members) => members <= Limit && _network.Push(0, _sink, members) == members;

    /// <summary>Vertices of the first tree that are domains of a partition.</summary>
    public List<int> Domains(int partition)
    {
        var domains = new List<int>();
        for (var v = 1; v < _first.Count; v++)
        {
            if ((_first.PartitionsOf(v) >> partition & 1) != 0) domains.Add(v);
        }

        return domains;
    }

    /// <summary>Closes a domain: nothing goes in until it is opened by <see cref="Add"/>. Returns what it admitted.</summary>
    public long Close(int vertex)
    {
        var edge = _edgeOfVertex[vertex];
        var capacity = _network.LeftOn(edge);
        _network.Raise(edge, -capacity);
        return capacity;
    }

    /// <summary>Adds members to a domain, re-routing others inside their own domains; false, and nothing changed, when they do not fit.</summary>
    public bool Add(int vertex, int members)
    {
        var saved = _network.Save();
        _network.Raise(_edgeOfVertex[vertex], members);
        if (_network.Push(0, _sink, members) == members) return true;
        _network.Restore(saved);
        return false;
    }

    /// <summary>Takes members out of a domain: whichever of its nodes hold them.</summary>
    public void Remove(int vertex, int members)
    {
        for (var i = 0; i < members; i++)
        {
            _network.PullBack(0, _edgeOfVertex[vertex], _sink);
        }

        _network.Raise(_edgeOfVertex[vertex], -members);
    }

    /// <summary>All capacities and flows, to come back to.</summary>
    public long[] Save() => _network.Save();

    /// <summary>Comes back to a saved state.</summary>
    public void Restore(long[] saved) => _network.Restore(saved);

    /// <summary>Members by node index.</summary>
    public int[] Counts()
    {
        var counts = new int[_nodes];
        foreach (var (node, edge) in _edgeOfNode)
        {
            counts[node] = (int)_network.FlowOn(edge);
        }

        return counts;
    }

    private static long Cap(LaminarTree tree, int vertex, long[] caps)
    {
        long cap = int.MaxValue;
        foreach (var bound in tree.PowerOf(vertex) ?? [])
        {
            cap = Math.Min(cap, caps[bound.Constraint]);
        }

        return cap;
    }
}
