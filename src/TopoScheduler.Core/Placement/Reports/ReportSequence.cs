using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>Reports on several gangs, one after the other: each is planned with the placed ones before it on their nodes. Not for several threads.</summary>
/// <remarks>After some thousand plans for offers, later gangs are made none, and a problem of theirs says so.</remarks>
/// <param name="cluster">The cluster without them.</param>
/// <param name="policy">What plans depend on.</param>
/// <param name="now">The moment, for what will have ended later; null where nobody knows.</param>
public sealed class ReportSequence(ClusterSnapshot cluster, PlacementPolicy policy, DateTimeOffset? now = null)
{
    private readonly CallMemory _memory = new(cluster);

    /// <summary>The cluster with those that were placed.</summary>
    public ClusterSnapshot Cluster { get; private set; } = cluster;

    /// <summary>Reports on the next one.</summary>
    public PlacementReport Next(Gang gang)
    {
        var (report, plan) = PlacementReporter.ReportWithPlan(Cluster, gang, policy, now, _memory);
        if (plan is not null) Cluster = Cluster.Plus(PlannedPods.Of(Cluster, gang, plan));
        return report;
    }
}
