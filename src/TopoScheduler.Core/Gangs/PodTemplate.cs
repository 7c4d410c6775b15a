using System.Collections.Immutable;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Gangs;

/// <summary>Everything about a pod that decides which nodes it may run on: what kube-scheduler's default filters judge.</summary>
public sealed record PodTemplate
{
    /// <summary>The pod's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The pod's labels.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Effective request: max of init, sidecar and main containers, pod-level resources, overhead. Without <c>pods</c>.</summary>
    public ResourceList Requests { get; init; } = ResourceList.Empty;

    /// <summary>Accelerators per pod: its ranks. 0 for a launcher or a CPU-only pod.</summary>
    public int Gpus { get; init; }

    /// <summary>What it asks of the power model.</summary>
    public PodPower Power { get; init; } = new();

    /// <summary>Labels the node must have.</summary>
    public ImmutableDictionary<string, string> NodeSelector { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Required node affinity: alternatives; empty allows all nodes.</summary>
    public ImmutableArray<NodeSelectorTerm> NodeAffinity { get; init; } = [];

    /// <summary>Tolerations.</summary>
    public ImmutableArray<Toleration> Tolerations { get; init; } = [];

    /// <summary>Ports taken on the node.</summary>
    public ImmutableArray<HostPort> HostPorts { get; init; } = [];

    /// <summary>Required pod affinity.</summary>
    public ImmutableArray<PodAffinityTerm> Affinity { get; init; } = [];

    /// <summary>Required pod anti-affinity.</summary>
    public ImmutableArray<PodAffinityTerm> AntiAffinity { get; init; } = [];

    /// <summary>Topology spread with DoNotSchedule.</summary>
    public ImmutableArray<SpreadConstraint> Spread { get; init; } = [];

    /// <summary>Node affinity of bound volumes: all must hold, each a list of alternatives.</summary>
    public ImmutableArray<ImmutableArray<NodeSelectorTerm>> VolumeAffinity { get; init; } = [];

    /// <summary>The node named by <c>spec.nodeName</c> or nominated; the pod may go nowhere else.</summary>
    public string? NodeName { get; init; }
}
