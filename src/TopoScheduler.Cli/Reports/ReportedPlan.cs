using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>A report and the snapshot its gang was planned on: earlier gangs are on it, the gang itself is not. The page draws its map from it.</summary>
internal sealed record ReportedPlan(PlacementReport Report, ClusterSnapshot Cluster);
