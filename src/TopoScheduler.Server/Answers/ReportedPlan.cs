using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Server.Answers;

/// <summary>A report and the snapshot its gang was planned on: earlier gangs are on it, the gang itself is not. A page draws its map from it.</summary>
/// <param name="Report">The report; its problems begin with those of all of the input.</param>
/// <param name="Cluster">The snapshot.</param>
public sealed record ReportedPlan(PlacementReport Report, ClusterSnapshot Cluster)
{
    /// <summary>The problems of this gang alone.</summary>
    public ImmutableArray<Problem> OwnProblems { get; init; } = [];
}
