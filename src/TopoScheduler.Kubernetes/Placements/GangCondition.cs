namespace TopoScheduler.Kubernetes.Placements;

/// <summary>A condition as all resources have them.</summary>
/// <param name="Type">One of <see cref="Planned"/>, <see cref="Bound"/>, <see cref="Degraded"/>, <see cref="ScaleUp"/>.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Since">Since when it has held, or not held.</param>
public sealed record GangCondition(string Type, bool Holds, string Reason, string Message, DateTimeOffset Since)
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
