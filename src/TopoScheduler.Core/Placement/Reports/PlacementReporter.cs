using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>Plans a gang and says everything worth saying about the answer. Costs several plans; for people, not for the request path.</summary>
public static class PlacementReporter
{
    /// <summary>The report for one gang.</summary>
    public static PlacementReport Report(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy) => throw new NotImplementedException();
}
