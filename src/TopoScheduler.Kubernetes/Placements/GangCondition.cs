namespace TopoScheduler.Kubernetes.Placements;

/// <summary>Types of the conditions a gang has.</summary>
public static class GangCondition
{
    /// <summary>It has a plan, and capacity is held for it.</summary>
    public const string Planned = "Planned";

    /// <summary>Every member of the plan is bound.</summary>
    public const string Bound = "Bound";

    /// <summary>Members it had are gone or cannot be bound.</summary>
    public const string Degraded = "Degraded";

    /// <summary>It has waited for room so long that an autoscaler was turned to; the reason says how. Written before anything is done.</summary>
    public const string ScaleUp = "ScaleUp";
}
