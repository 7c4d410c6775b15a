using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>What the reports of one call share.</summary>
/// <param name="cluster">The cluster without the jobs of the call.</param>
internal sealed class CallMemory(ClusterSnapshot cluster)
{
    /// <summary>The same nodes emptied.</summary>
    public EmptiedCluster Emptied { get; } = new(cluster);

    /// <summary>Offers made so far.</summary>
    public OfferBook Offers { get; } = new();
}
