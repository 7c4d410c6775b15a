using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>What <see cref="Explainer"/> is asked.</summary>
public sealed record ExplainQuestion
{
    /// <summary>The cluster, with everything that is promised in it.</summary>
    public required ClusterSnapshot Cluster { get; init; }

    /// <summary>What is asked about.</summary>
    public required ExplanationSubject Subject { get; init; }

    /// <summary>The gang, or the gang of the pod; null for a node. Gangs of one have one too.</summary>
    public Gang? Gang { get; init; }

    /// <summary>What is known beyond the cluster.</summary>
    public WaitFacts Facts { get; init; } = WaitFacts.None;

    /// <summary>The policy plans are made with.</summary>
    public PlacementPolicy Policy { get; init; } = PlacementPolicy.Default;

    /// <summary>
    /// Most domains whose room is decided by planning in them, over all tiers; where free slots and watts can be counted none is. Plans, never time.
    /// </summary>
    /// <value>Default 64; more is slower and leaves fewer domains undecided.</value>
    public int MostDomainPlans { get; init; } = 64;
}
