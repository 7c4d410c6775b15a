using System.Collections.Immutable;

namespace TopoScheduler.Core.Topology;

/// <summary>
/// The network as a graph: typed vertices and undirected links with bandwidth and latency. For questions about single pairs and for drawing; placement
/// itself works on the dense arrays of <see cref="ClusterTopology"/>. Immutable. The one place a graph package would replace.
/// </summary>
public sealed class TopologyGraph
{
    private readonly ImmutableArray<Edge>[] _edgesOf;
    private readonly Dictionary<(VertexKind, string), int> _indexOf;

    internal TopologyGraph(ImmutableArray<Vertex> vertices, ImmutableArray<Edge> edges)
    {
        Vertices = vertices;
        Edges = edges;
        _indexOf = new(vertices.Length);
        foreach (var vertex in vertices)
        {
            _indexOf[(vertex.Kind, vertex.Name)] = vertex.Index;
        }

        var lists = new List<Edge>[vertices.Length];
        for (var v = 0; v < lists.Length; v++)
        {
            lists[v] = [];
        }

        foreach (var edge in edges)
        {
            lists[edge.A].Add(edge);
            lists[edge.B].Add(edge);
        }

        _edgesOf = [.. lists.Select(list => list.ToImmutableArray())];
    }

    /// <summary>All vertices: nodes, NVLink domains, switches by tier, then what was added.</summary>
    public ImmutableArray<Vertex> Vertices { get; }

    /// <summary>All links, ordered by their ends.</summary>
    public ImmutableArray<Edge> Edges { get; }

    /// <summary>The vertex of a kind and name, or null. Switches are named by tier and path: <c>leaf s1/l1</c>; unknown ones also by number.</summary>
    public Vertex? Find(VertexKind kind, string name) => _indexOf.TryGetValue((kind, name), out var index) ? Vertices[index] : null;

    /// <summary>Links of a vertex.</summary>
    public ImmutableArray<Edge> EdgesOf(int vertex) => _edgesOf[vertex];

    /// <summary>Vertices joined to a vertex by one link, ascending.</summary>
    public ImmutableArray<int> Neighbours(int vertex) => [.. _edgesOf[vertex].Select(e => e.OtherEnd(vertex)).Distinct().Order()];

    /// <summary>
    /// The path of least latency between two vertices, of equal ones the one of fewest hops, then of lowest vertex indices; null when there is none.
    /// Nodes are ends, not switches, and racks and power domains carry no data: no path leads through any of them.
    /// </summary>
    public GraphPath? ShortestPath(int from, int to)
    {
        var best = new (double LatencyUs, int Hops, Edge? Via)[Vertices.Length];
        Array.Fill(best, (double.PositiveInfinity, int.MaxValue, null));
        best[from] = (0, 0, null);
        var open = new PriorityQueue<int, (double, int, int)>();
        open.Enqueue(from, (0, 0, from));
        var done = new bool[Vertices.Length];
        while (open.TryDequeue(out var at, out _))
        {
            if (done[at])
            {
                continue;
            }

            done[at] = true;
            if (at == to)
            {
                return Trace(best, from, to);
            }

            if (at != from && Vertices[at].Kind == VertexKind.Node)
            {
                continue;
            }

            foreach (var edge in _edgesOf[at])
            {
                Relax(best, open, at, edge);
            }
        }

        return null;
    }

    private static void Relax(
        (double LatencyUs, int Hops, Edge? Via)[] best, PriorityQueue<int, (double, int, int)> open, int at, Edge edge)
    {
        var next = edge.OtherEnd(at);
        var latency = best[at].LatencyUs + edge.LatencyUs;
        var hops = best[at].Hops + 1;
        var known = best[next];
        var better = latency < known.LatencyUs
            || (latency == known.LatencyUs && (hops < known.Hops || (hops == known.Hops && known.Via is not null && at < known.Via.OtherEnd(next))));
        if (edge.CarriesData && better)
        {
            best[next] = (latency, hops, edge);
            open.Enqueue(next, (latency, hops, next));
        }
    }

    private static GraphPath Trace((double LatencyUs, int Hops, Edge? Via)[] best, int from, int to)
    {
        var vertices = ImmutableArray.CreateBuilder<int>();
        var bottleneck = double.PositiveInfinity;
        for (var at = to; ; at = best[at].Via!.OtherEnd(at))
        {
            vertices.Add(at);
            if (at == from)
            {
                break;
            }

            bottleneck = Math.Min(bottleneck, best[at].Via!.BandwidthGBps);
        }

        vertices.Reverse();
        return new(vertices.ToImmutable(), best[to].LatencyUs, bottleneck);
    }
}

/// <summary>A path through the graph.</summary>
/// <param name="Vertices">Vertex indices from one end to the other, both included.</param>
/// <param name="LatencyUs">Sum of the latencies of its links in µs.</param>
/// <param name="BottleneckGBps">Least bandwidth among its links in GB/s; infinite for a path without links.</param>
public sealed record GraphPath(ImmutableArray<int> Vertices, double LatencyUs, double BottleneckGBps)
{
    /// <summary>How many links it has.</summary>
    public int Hops => Vertices.Length - 1;
}
