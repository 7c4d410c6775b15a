using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>That there was no room for a gang, and for how long this need not be asked again.</summary>
/// <param name="Wish">What was asked for.</param>
/// <param name="Result">The answer of the engine.</param>
/// <param name="Freed">What had been freed until then.</param>
/// <param name="Beside">The head beside which it was asked for; null when it was asked for anywhere.</param>
/// <param name="Cluster">The snapshot, where pods that come may make room; else null.</param>
internal sealed record Refusal(GangWish Wish, PlacementResult Result, long Freed, HeadPlan? Beside, ClusterSnapshot? Cluster)
{
    /// <summary>True when there would be no room either if everything that runs had ended.</summary>
    public bool IsForGood { get; init; }

    /// <summary>True when asking would give the same: nothing was freed since, and where there is no room anywhere there is none beside the head.</summary>
    public bool StandsFor(GangWish wish, HeadPlan? beside, QueuePass pass) =>
        Freed == pass.Freed && Wish.HoldsOut == wish.HoldsOut && (Beside is null || ReferenceEquals(Beside, beside))
        && (Cluster is null || ReferenceEquals(Cluster, pass.Cluster));
}
