namespace TopoScheduler.Core.Topology;

/// <summary>What a vertex of a <see cref="TopologyGraph"/> stands for.</summary>
public enum VertexKind
{
    /// <summary>A Kubernetes node.</summary>
    Node,

    /// <summary>The switches of an NVLink domain that joins several nodes.</summary>
    NvLinkDomain,

    /// <summary>A leaf, spine, core or wider switch domain.</summary>
    Switch,

    /// <summary>A rack, where given.</summary>
    Rack,

    /// <summary>A PDU, row or facility, where given.</summary>
    PowerDomain,
}

/// <summary>A vertex of a <see cref="TopologyGraph"/>.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Tier">Its rung of the network; null for racks and power domains.</param>
/// <param name="Name">Its name, unique within its kind.</param>
/// <param name="Label">What a drawing shows.</param>
public sealed record Vertex(int Index, VertexKind Kind, Tier? Tier, string Name, string Label);

/// <summary>A link between two vertices; direction means nothing.</summary>
/// <param name="A">The end with the lower index.</param>
/// <param name="B">The end with the higher index.</param>
/// <param name="BandwidthGBps">GB/s one way, per GPU; 0 for links that carry no data.</param>
/// <param name="LatencyUs">Latency in µs.</param>
public sealed record Edge(int A, int B, double BandwidthGBps, double LatencyUs)
{
    /// <summary>False for "stands in" and "is fed by".</summary>
    public bool CarriesData => BandwidthGBps > 0;

    /// <summary>The end that is not <paramref name="vertex"/>.</summary>
    public int OtherEnd(int vertex) => vertex == A ? B : A;
}

/// <summary>Bandwidth and latency of the links below one tier: node to NVLink domain, node to leaf, leaf to spine, and so on.</summary>
/// <param name="BandwidthGBps">GB/s one way, per GPU.</param>
/// <param name="LatencyUs">Latency of the link in µs.</param>
public readonly record struct TierLink(double BandwidthGBps, double LatencyUs);

/// <summary>Something beside the network that nodes stand in or hang on: a rack, a PDU.</summary>
/// <param name="Kind"><see cref="VertexKind.Rack"/> or <see cref="VertexKind.PowerDomain"/>.</param>
/// <param name="Name">Its name, unique within its kind.</param>
/// <param name="Parents">Names and kinds of what it hangs on.</param>
/// <param name="Nodes">Node indices directly below it.</param>
public sealed record GraphGroup(VertexKind Kind, string Name, IReadOnlyList<(VertexKind Kind, string Name)> Parents, IReadOnlyList<int> Nodes);
