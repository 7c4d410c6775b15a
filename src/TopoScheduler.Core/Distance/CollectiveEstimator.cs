using System.Numerics;

namespace TopoScheduler.Core.Distance;

/// <summary>
/// Time of collective operations by the shape of the communicator (<c>domain-model.md</c> §2.3 and §2.4). Pure functions; bytes are per rank,
/// times are in µs.
/// <code>
///   [ g ranks ]==NVLink==  …  [ g ranks ]        inside a domain: b0·η0, s(g) ring steps
///        |  g NICs, S/g each       |             between domains: b1·η1, stretched by shared uplinks;
///        +-------- fabric ---------+             the domain with the fewest ranks is the bottleneck
/// </code>
/// </summary>
public static class CollectiveEstimator
{
    private const double BytesPerUsPerGBps = 1e3;

    /// <summary>s(g): ring steps inside an NVLink domain that holds <paramref name="ranks"/> ranks.</summary>
    public static int NvLinkSteps(LinkTable links, int ranks) => Math.Min(Math.Max(ranks - 1, 0), links.Constants.MaxNvLinkSteps);

    /// <summary>AllReduce: the faster of ring and tree.</summary>
    /// <param name="links">Bandwidths, latencies and constants.</param>
    /// <param name="shape">The communicator.</param>
    /// <param name="bytes">S, bytes per rank.</param>
    /// <param name="nvLinkGBps">One-way GB/s per GPU inside an NVLink domain; 0 means <see cref="LinkTable.NvLink"/>.</param>
    public static double AllReduceUs(LinkTable links, in CommunicatorShape shape, double bytes, double nvLinkGBps = 0)
    {
        if (shape.Ranks <= 1 || bytes <= 0) return 0;
        var constants = links.Constants;
        var m = shape.Domains;
        var ring = constants.BaseUs + 2 * shape.NvLinkSteps * links.NvLink.LatencyUs + 2.0 * (m - 1) * links.Network.LatencyUs;
        var inside = 2.0 * (shape.MaxPerDomain - 1) / shape.MaxPerDomain * bytes / NvLinkBytesPerUs(links, nvLinkGBps);
        if (m == 1) return ring + inside;

        var between = 2.0 * (m - 1) / m * (bytes / shape.MinPerDomain) / NetworkBytesPerUs(links) * shape.Stretch;
        var transfer = Math.Max(inside, between);
        var rounds = BitOperations.Log2((uint)(m - 1)) + 1;
        var tree = constants.BaseUs
            + 2 * (NvLinkSteps(links, shape.MaxPerDomain) * constants.TreeNvLinkStepUs + rounds * links.Network.LatencyUs);
        return Math.Min(
            constants.RingLatencyFactor * ring + transfer, constants.TreeLatencyFactor * tree + transfer / constants.TreeBandwidthShare);
    }

    /// <summary>ReduceScatter of a full array of <paramref name="bytes"/>: half an AllReduce.</summary>
    public static double ReduceScatterUs(LinkTable links, in CommunicatorShape shape, double bytes, double nvLinkGBps = 0) =>
        AllReduceUs(links, shape, bytes, nvLinkGBps) / 2;

    /// <summary>AllGather of a full array of <paramref name="bytes"/>: half an AllReduce.</summary>
    public static double AllGatherUs(LinkTable links, in CommunicatorShape shape, double bytes, double nvLinkGBps = 0) =>
        AllReduceUs(links, shape, bytes, nvLinkGBps) / 2;

    /// <summary>
    /// AllToAll of <paramref name="bytes"/> sent by each rank. It gets no hierarchical saving: the share of peers beyond a rung crosses that rung.
    /// The latency part is not calibrated.
    /// </summary>
    /// <param name="links">Bandwidths, latencies and constants.</param>
    /// <param name="shape">The communicator.</param>
    /// <param name="bytes">S, bytes a rank sends in all.</param>
    /// <param name="uplinkLoad">max over the switch tiers of (share of a rank's peers outside its domain of the tier)·o; 0 when none is crossed.</param>
    /// <param name="nvLinkGBps">One-way GB/s per GPU inside an NVLink domain; 0 means <see cref="LinkTable.NvLink"/>.</param>
    public static double AllToAllUs(LinkTable links, in CommunicatorShape shape, double bytes, double uplinkLoad = 0, double nvLinkGBps = 0)
    {
        if (shape.Ranks <= 1 || bytes <= 0) return 0;
        double n = shape.Ranks;
        var inside = bytes * ((shape.MaxPerDomain - 1) / n) / NvLinkBytesPerUs(links, nvLinkGBps);
        var outside = bytes * Math.Max((n - shape.MinPerDomain) / n, uplinkLoad) / NetworkBytesPerUs(links);
        return links.Constants.RingLatencyFactor * (links.Constants.BaseUs + links.Network.LatencyUs) + Math.Max(inside, outside);
    }

    /// <summary>One message of <paramref name="bytes"/> between two ranks.</summary>
    /// <param name="links">Bandwidths and latencies.</param>
    /// <param name="sameDomain">True when both are in one NVLink domain.</param>
    /// <param name="bytes">Bytes sent.</param>
    /// <param name="oversubscription">Largest oversubscription on the way, at least 1.</param>
    /// <param name="nvLinkGBps">One-way GB/s per GPU inside an NVLink domain; 0 means <see cref="LinkTable.NvLink"/>.</param>
    public static double PointToPointUs(LinkTable links, bool sameDomain, double bytes, double oversubscription = 1, double nvLinkGBps = 0)
    {
        if (bytes <= 0) return 0;
        return sameDomain
            ? links.NvLink.LatencyUs + bytes / NvLinkBytesPerUs(links, nvLinkGBps)
            : links.Network.LatencyUs + bytes / NetworkBytesPerUs(links) * Math.Max(1, oversubscription);
    }

    private static double NvLinkBytesPerUs(LinkTable links, double nvLinkGBps) =>
        (nvLinkGBps > 0 ? nvLinkGBps : links.NvLink.UnidirGBps) * BytesPerUsPerGBps * links.NvLink.Efficiency;

    private static double NetworkBytesPerUs(LinkTable links) => links.Network.UnidirGBps * BytesPerUsPerGBps * links.Network.Efficiency;
}
