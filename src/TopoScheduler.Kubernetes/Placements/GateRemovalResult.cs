namespace TopoScheduler.Kubernetes.Placements;

/// <summary>What became of the gates of a cluster.</summary>
/// <param name="Removed">How many came off, by namespace.</param>
/// <param name="Left">Pods that still have it.</param>
public sealed record GateRemovalResult(IReadOnlyDictionary<string, int> Removed, IReadOnlyList<GateRemovalFailure> Left);

/// <summary>A pod whose gate stayed on.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Message">Why.</param>
public sealed record GateRemovalFailure(string Namespace, string Name, string Message);
