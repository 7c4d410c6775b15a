using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>The engine with the plans it was asked for counted.</summary>
internal sealed class CountedEngine(PlacementPolicy policy)
{
    /// <summary>Plans until now.</summary>
    public long Plans { get; private set; }

    /// <summary>Plans one gang on some nodes of a snapshot; on all of them when these are null.</summary>
    public PlacementResult Plan(ClusterSnapshot cluster, Gang gang, bool[]? allowed = null)
    {
        Plans++;
        return PlacementEngine.Plan(cluster, gang, policy, allowed);
    }
}
