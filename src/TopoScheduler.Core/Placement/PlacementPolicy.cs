using TopoScheduler.Core.Distance;

namespace TopoScheduler.Core.Placement;

/// <summary>Everything configurable that a plan depends on. Immutable; equal policy and snapshot give the equal plan.</summary>
public sealed record PlacementPolicy
{
    /// <summary>The defaults.</summary>
    public static PlacementPolicy Default { get; } = new();

    /// <summary>Bandwidths, latencies and oversubscription.</summary>
    public LinkTable Links { get; init; } = LinkTable.Default;

    /// <summary>
    /// Most steps of the search where counting does not prove the answer; giving up is <see cref="PlacementOutcome.Undecided"/>. Steps, never time.
    /// </summary>
    /// <value>Default 400,000; more is slower and decides more.</value>
    public long MaxSteps { get; init; } = 400_000;

    /// <summary>Take requirements that are not judged (DRA claims, unbound volumes) as met.</summary>
    public bool AssumeSchedulable { get; init; }

    /// <summary>Leaves part 7 of the order out: to measure what it is good for, no option.</summary>
    internal bool WithoutPowerFill { get; init; }
}
