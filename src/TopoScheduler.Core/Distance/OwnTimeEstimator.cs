using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Distance;

/// <summary>What a placement costs, for reports.</summary>
/// <param name="CommunicationMs">Own time per step: <see cref="OwnTimeEstimator.OwnTimeMs"/>.</param>
/// <param name="CrossTierBytes">Bytes per step that cross each tier, by tier name; tiers not crossed are left out.</param>
/// <param name="Uniformity">U of <c>domain-model.md</c> §2.6, 0 to 1.</param>
public sealed record CommunicationEstimate(double CommunicationMs, ImmutableSortedDictionary<string, double> CrossTierBytes, double Uniformity);

/// <summary>
/// Own time of one gang on one network (<c>domain-model.md</c> §2.4): made once per gang, asked for many placements. Keeps scratch arrays: not for
/// several threads at once.
/// </summary>
public sealed class OwnTimeEstimator
{
    /// <summary>Prepares the estimator.</summary>
    /// <param name="links">Bandwidths and latencies.</param>
    /// <param name="topology">The network.</param>
    /// <param name="gang">The gang: its GPUs, workload, parallelism and byte hints.</param>
    /// <param name="scaleUpGBps">By node index: one-way GB/s per GPU inside its NVLink domain; 0 means <see cref="LinkTable.NvLink"/>.</param>
    public OwnTimeEstimator(LinkTable links, ClusterTopology topology, Gang gang, double[] scaleUpGBps) => throw new NotImplementedException();

    /// <summary>What was assumed about the traffic, as info problems ("assumed: AllReduce of 1 GiB per rank and step").</summary>
    public ImmutableArray<Problem> Assumptions => throw new NotImplementedException();

    /// <summary>
    /// Communication per step in ms, for ordering placements: rounded up to three significant digits, and never falling when more NVLink domains are
    /// used (the maximum with the equal split over every smaller number of domains).
    /// </summary>
    /// <param name="nodeOfRank">Node index by rank; may be shorter than the gang when members are left out.</param>
    public double OwnTimeMs(ReadOnlySpan<int> nodeOfRank) => throw new NotImplementedException();

    /// <summary>The same with its parts, for reports.</summary>
    public CommunicationEstimate Estimate(ReadOnlySpan<int> nodeOfRank) => throw new NotImplementedException();
}
