using System.Collections.Immutable;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>The request of preempt (ExtenderPreemptionArgs).</summary>
/// <param name="Pod">The pod that wants to preempt.</param>
/// <param name="PodJson">The same as received, in Kubernetes JSON.</param>
/// <param name="Candidates">Nodes with their victims, in the order received.</param>
public sealed record PreemptionArgs(PodIdentity Pod, ReadOnlyMemory<byte> PodJson, ImmutableArray<NodeVictims> Candidates);
