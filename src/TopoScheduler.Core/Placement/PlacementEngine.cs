using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement;

/// <summary>Plans gangs. Pure: no clock, no I/O, no randomness.</summary>
public static class PlacementEngine
{
    /// <summary>Plans one gang on one snapshot.</summary>
    public static PlacementResult Plan(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy) => throw new NotImplementedException();
}
