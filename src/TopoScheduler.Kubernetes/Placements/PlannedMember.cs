namespace TopoScheduler.Kubernetes.Placements;

/// <summary>Where a member goes.</summary>
/// <param name="Member">Member index.</param>
/// <param name="Node">Name of the node.</param>
public readonly record struct PlannedMember(int Member, string Node);
