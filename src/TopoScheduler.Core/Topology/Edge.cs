namespace TopoScheduler.Core.Topology;

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
