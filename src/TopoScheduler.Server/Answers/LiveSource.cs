using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Situations;

namespace TopoScheduler.Server.Answers;

/// <summary>What <see cref="LiveQuestions"/> are answered from.</summary>
public sealed record LiveSource
{
    /// <summary>The live state.</summary>
    public required ClusterState State { get; init; }

    /// <summary>True once all of the cluster has been read.</summary>
    public required Func<bool> IsKnown { get; init; }

    /// <summary>What pods may refer to by name.</summary>
    public required Func<ClusterObjects> Objects { get; init; }

    /// <summary>What plans depend on where a question does not say.</summary>
    public required PlacementPolicy Policy { get; init; }

    /// <summary>Namespaces whose hints may lower the draw on nodes that do not enforce caps.</summary>
    public required ImmutableHashSet<string> Trusted { get; init; }

    /// <summary>How far ahead budgets must hold for jobs that do not say how long they run.</summary>
    public required TimeSpan Horizon { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The GangPlacements of the cluster; null where there is no API server.</summary>
    public GangPlacements? Gangs { get; init; }

    /// <summary>The gangs this replica places; null as long as it places none.</summary>
    public Func<LiveQueue?> Queue { get; init; } = static () => null;

    /// <summary>What waits in the cluster, with what is asked about whole.</summary>
    public required Func<SubjectRequest, CancellationToken, Task<ClusterSituation>> Situation { get; init; }

    /// <summary>What is wrong with the objects of the cluster beyond <see cref="ClusterSnapshot.Problems"/>: known of files alone.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}
