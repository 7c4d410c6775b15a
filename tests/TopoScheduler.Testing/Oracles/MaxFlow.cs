namespace TopoScheduler.Testing.Oracles;

/// <summary>Dinic's maximum flow over a small directed graph with whole capacities.</summary>
public sealed class MaxFlow
{
    private readonly List<int>[] _edgesOf;
    private readonly List<int> _to = [];
    private readonly List<long> _capacity = [];

    public MaxFlow(int vertices) => _edgesOf = [.. Enumerable.Range(0, vertices).Select(_ => new List<int>())];

    /// <summary>Adds an edge.</summary>
    public void Edge(int from, int to, long capacity)
    {
        _edgesOf[from].Add(_to.Count);
        _to.Add(to);
        _capacity.Add(capacity);
        _edgesOf[to].Add(_to.Count);
        _to.Add(from);
        _capacity.Add(0);
    }

    /// <summary>The maximum flow; uses the graph up.</summary>
    public long Run(int source, int sink)
    {
        long flow = 0;
        while (Levels(source, sink) is { } level)
        {
            var next = new int[_edgesOf.Length];
            for (long pushed; (pushed = Push(source, sink, long.MaxValue, level, next)) > 0;) flow += pushed;
        }

        return flow;
    }

    /// <summary>
    /// Most members that nodes can take when each takes one, all draw the same, each rack admits a number of them and each leaf at most
    /// <paramref name="perLeaf"/>: flow from leaves to racks.
    /// </summary>
    /// <param name="free">The free nodes as (leaf, rack).</param>
    /// <param name="rackSlots">Members each rack's headroom admits.</param>
    /// <param name="perLeaf">Most members in one leaf.</param>
    public static long LeavesByRacks(IReadOnlyCollection<(int Leaf, int Rack)> free, IReadOnlyList<long> rackSlots, long perLeaf = long.MaxValue)
    {
        var leaves = free.Select(f => f.Leaf).Distinct().Order().ToList();
        var leafVertex = leaves.Select((leaf, i) => (leaf, i)).ToDictionary(p => p.leaf, p => 1 + p.i);
        var graph = new MaxFlow(2 + leaves.Count + rackSlots.Count);
        var sink = 1 + leaves.Count + rackSlots.Count;
        foreach (var leaf in leaves) graph.Edge(0, leafVertex[leaf], perLeaf);
        foreach (var pair in free.GroupBy(f => f)) graph.Edge(leafVertex[pair.Key.Leaf], 1 + leaves.Count + pair.Key.Rack, pair.Count());
        for (var r = 0; r < rackSlots.Count; r++) graph.Edge(1 + leaves.Count + r, sink, Math.Max(0, rackSlots[r]));
        return graph.Run(0, sink);
    }

    private int[]? Levels(int source, int sink)
    {
        var level = new int[_edgesOf.Length];
        Array.Fill(level, -1);
        level[source] = 0;
        var queue = new Queue<int>([source]);
        while (queue.TryDequeue(out var v))
        {
            foreach (var e in _edgesOf[v].Where(e => _capacity[e] > 0 && level[_to[e]] < 0))
            {
                level[_to[e]] = level[v] + 1;
                queue.Enqueue(_to[e]);
            }
        }

        return level[sink] < 0 ? null : level;
    }

    private long Push(int v, int sink, long limit, int[] level, int[] next)
    {
        if (v == sink) return limit;
        for (; next[v] < _edgesOf[v].Count; next[v]++)
        {
            var e = _edgesOf[v][next[v]];
            if (_capacity[e] == 0 || level[_to[e]] != level[v] + 1) continue;
            var pushed = Push(_to[e], sink, Math.Min(limit, _capacity[e]), level, next);
            if (pushed == 0) continue;
            _capacity[e] -= pushed;
            _capacity[e ^ 1] += pushed;
            return pushed;
        }

        return 0;
    }
}
