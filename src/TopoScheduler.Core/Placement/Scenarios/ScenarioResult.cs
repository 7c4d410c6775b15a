using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>A cluster as it would be.</summary>
public sealed record ScenarioResult
{
    /// <summary>The cluster with all changes made; as it was when <see cref="Problems"/> holds an error.</summary>
    public required ClusterSnapshot Cluster { get; init; }

    /// <summary>What was changed, in a fixed order.</summary>
    public ImmutableArray<ScenarioChange> Changes { get; init; } = [];

    /// <summary>Gangs and lone pods that lost their place, the most important first, as far as their pods tell what they were. They are not on the cluster.</summary>
    public ImmutableArray<Gang> Displaced { get; init; } = [];

    /// <summary>What is not understood: one error each, about <c>field="value"</c>.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>True when it was understood.</summary>
    public bool IsUnderstood => Problems.IsEmpty;
}
