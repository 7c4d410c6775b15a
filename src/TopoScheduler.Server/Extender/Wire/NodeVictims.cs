using System.Collections.Immutable;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>A node and the pods that would be evicted from it.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Uids">The uids of the pods; the scheduler may send none.</param>
/// <param name="PdbViolations">How many pod disruption budgets that violates.</param>
public sealed record NodeVictims(string Node, ImmutableArray<string> Uids, long PdbViolations);
