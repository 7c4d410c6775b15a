namespace TopoScheduler.Kubernetes.Placements;

/// <summary>Where a member goes.</summary>
/// <param name="Member">Member index.</param>
/// <param name="Node">Name of the node.</param>
/// <param name="Pod">Name of the pod that is this member; empty as long as none is. No pod goes before its name is written down: so a new leader can ask for
/// those its watch has not shown yet.</param>
public readonly record struct PlannedMember(int Member, string Node, string Pod = "");
