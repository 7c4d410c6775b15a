namespace TopoScheduler.Core.Placement.Search;

/// <summary>Integer flow from a source to a sink by shortest augmenting paths, as many at a time as there are of one length; capacities may be raised between augmentations, which keeps the flow.</summary>
internal sealed class FlowNetwork(int vertices)
{
    private readonly List<int>[] _edgesOf = new List<int>[vertices];
    private readonly List<int> _to = [];
    private readonly List<long> _left = [];
    private readonly int[] _level = new int[vertices];
    private readonly int[] _next = new int[vertices];
    private readonly int[] _queue = new int[vertices];

    /// <summary>Edges looked at so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Adds an edge; returns its number.</summary>
    public int Add(int from, int to, long capacity)
    {
        var edge = _to.Count;
        (_edgesOf[from] ??= []).Add(edge);
        (_edgesOf[to] ??= []).Add(edge + 1);
        _to.Add(to);
        _to.Add(from);
        _left.Add(capacity);
        _left.Add(0);
        return edge;
    }

    /// <summary>Flow on an edge.</summary>
    public long FlowOn(int edge) => _left[edge + 1];

    /// <summary>What may still go through an edge.</summary>
    public long LeftOn(int edge) => _left[edge];

    /// <summary>Raises (or lowers, not below its flow) the capacity of an edge.</summary>
    public void Raise(int edge, long by) => _left[edge] += by;

    /// <summary>All capacities and flows, to come back to with <see cref="Restore"/>.</summary>
    public long[] Save() => [.. _left];

    /// <summary>Comes back to a saved state.</summary>
    public void Restore(long[] saved)
    {
        for (var e = 0; e < saved.Length; e++)
        {
            _left[e] = saved[e];
        }
    }

    /// <summary>Pushes up to <paramref name="most"/> more units; returns how many went through.</summary>
    public long Push(int source, int sink, long most)
    {
        long pushed = 0;
        while (pushed < most && FindLevels(source, sink))
        {
            Array.Clear(_next);
            while (pushed < most && Augment(source, sink, most - pushed) is > 0 and var amount)
            {
                pushed += amount;
            }
        }

        return pushed;
    }

    /// <summary>Takes back one unit that runs through an edge, from the source over the edge to the sink. The network has no cycles.</summary>
    public void PullBack(int source, int edge, int sink)
    {
        Cancel(edge);
        for (var v = _to[edge]; v != sink; v = _to[Follow(v, true)])
        {
        }

        for (var v = _to[edge ^ 1]; v != source; v = _to[Follow(v, false)])
        {
        }
    }

    private void Cancel(int edge)
    {
        _left[edge]++;
        _left[edge ^ 1]--;
    }

    // Cancels one unit on some flow-carrying edge out of (or into) a vertex; returns the half edge that leads on.
    private int Follow(int vertex, bool forward)
    {
        foreach (var edge in _edgesOf[vertex])
        {
            var isForward = (edge & 1) == 0;
            if (isForward != forward || _left[edge | 1] == 0) continue;
            Cancel(edge & ~1);
            return edge;
        }

        throw new InvalidOperationException("A unit of flow ends nowhere.");
    }

    // Breadth first: how far each vertex is from the source. Paths then go one level further with every edge, so they are the shortest there are.
    private bool FindLevels(int source, int sink)
    {
        Array.Fill(_level, -1);
        var (head, tail) = (0, 0);
        _queue[tail++] = source;
        _level[source] = 0;
        while (head < tail && _level[sink] < 0)
        {
            var v = _queue[head++];
            foreach (var edge in _edgesOf[v] ?? [])
            {
                Steps++;
                var next = _to[edge];
                if (_left[edge] <= 0 || _level[next] >= 0) continue;
                _level[next] = _level[v] + 1;
                _queue[tail++] = next;
            }
        }

        return _level[sink] >= 0;
    }

    // Depth first, in the order edges were added. An edge that has led nowhere leads nowhere until levels change.
    private long Augment(int vertex, int sink, long most)
    {
        if (vertex == sink) return most;
        var edges = _edgesOf[vertex];
        for (; _next[vertex] < (edges?.Count ?? 0); _next[vertex]++)
        {
            Steps++;
            var edge = edges![_next[vertex]];
            var to = _to[edge];
            if (_left[edge] <= 0 || _level[to] != _level[vertex] + 1) continue;
            if (Augment(to, sink, Math.Min(most, _left[edge])) is not (> 0 and var amount)) continue;
            _left[edge] -= amount;
            _left[edge ^ 1] += amount;
            return amount;
        }

        return 0;
    }
}
