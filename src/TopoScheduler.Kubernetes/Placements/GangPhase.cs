namespace TopoScheduler.Kubernetes.Placements;

/// <summary>How far a gang has come. When its last pod is gone so is its resource.</summary>
public enum GangPhase
{
    /// <summary>It has no plan: it is incomplete, does not fit, or others come first.</summary>
    Waiting,

    /// <summary>It has a plan and capacity is held for it; not all of its members are bound yet.</summary>
    Planned,

    /// <summary>Every member of the plan is bound.</summary>
    Bound,

    /// <summary>Members it had are gone, or cannot go where they were pinned: they are replaced beside the rest.</summary>
    Degraded,
}
