namespace TopoScheduler.Kubernetes.Mapping.Ranks;

/// <summary>Where a member of a gang has gone.</summary>
/// <param name="Member">Its index.</param>
/// <param name="Pod">Name of its pod.</param>
/// <param name="Node">Its node.</param>
/// <param name="Host">How the other members reach it; null: by the name of the pod.</param>
public sealed record PlacedMember(int Member, string Pod, string Node, string? Host = null);
