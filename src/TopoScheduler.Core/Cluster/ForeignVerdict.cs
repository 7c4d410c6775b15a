namespace TopoScheduler.Core.Cluster;

/// <summary>Whether somebody else may bind a pod to a node.</summary>
/// <param name="Breach">The limit that forbids it; null when none does.</param>
/// <param name="OtherNode">The node that is promised to the pod, or that it is on, where that is another one; else null.</param>
public readonly record struct ForeignVerdict(LimitBreach? Breach, string? OtherNode)
{
    /// <summary>True when the pod may be bound.</summary>
    public bool MayBind => Breach is null && OtherNode is null;
}
