using System.Collections.Immutable;

namespace TopoScheduler.Core.Gangs;

/// <summary>Operators of Kubernetes selectors.</summary>
public enum SelectorOperator
{
    /// <summary>The value is one of those listed.</summary>
    In,

    /// <summary>The value is none of those listed, or the key is missing.</summary>
    NotIn,

    /// <summary>The key is there.</summary>
    Exists,

    /// <summary>The key is not there.</summary>
    DoesNotExist,

    /// <summary>The value, an integer, is greater than the one listed.</summary>
    Gt,

    /// <summary>The value, an integer, is less than the one listed.</summary>
    Lt,
}

/// <summary>One requirement on a label (or on <c>metadata.name</c>).</summary>
/// <param name="Key">The label key.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Values">What it is compared with.</param>
public sealed record SelectorRequirement(string Key, SelectorOperator Operator, ImmutableArray<string> Values);

/// <summary>All requirements must hold. Empty matches everything.</summary>
/// <param name="Requirements">The requirements.</param>
public sealed record LabelSelector(ImmutableArray<SelectorRequirement> Requirements);

/// <summary>One term of required node affinity; terms are alternatives, requirements within a term must all hold.</summary>
/// <param name="Labels">Requirements on labels.</param>
/// <param name="Fields">Requirements on fields; only <c>metadata.name</c> exists.</param>
public sealed record NodeSelectorTerm(ImmutableArray<SelectorRequirement> Labels, ImmutableArray<SelectorRequirement> Fields);

/// <summary>A required pod (anti)affinity term.</summary>
/// <param name="Selector">Pods meant; null matches none.</param>
/// <param name="Namespaces">Namespaces meant, resolved; empty means all.</param>
/// <param name="TopologyKey">Node label whose equal values make one domain.</param>
public sealed record PodAffinityTerm(LabelSelector? Selector, ImmutableArray<string> Namespaces, string TopologyKey);

/// <summary>A topology spread constraint with <c>whenUnsatisfiable: DoNotSchedule</c>.</summary>
/// <param name="MaxSkew">Largest allowed difference, at least 1.</param>
/// <param name="TopologyKey">Node label whose equal values make one domain.</param>
/// <param name="Selector">Pods counted (same namespace); null counts none.</param>
/// <param name="MinDomains">Fewer eligible domains than this make the global minimum 0.</param>
/// <param name="HonorAffinity">Nodes excluded by node affinity are not counted (default true).</param>
/// <param name="HonorTaints">Nodes with untolerated taints are not counted (default false).</param>
public sealed record SpreadConstraint(int MaxSkew, string TopologyKey, LabelSelector? Selector, int MinDomains, bool HonorAffinity, bool HonorTaints);

/// <summary>A toleration; null fields match as Kubernetes says (no key with Exists tolerates all).</summary>
/// <param name="Key">Taint key; null or empty with Exists matches all.</param>
/// <param name="Exists">True for Exists, false for Equal.</param>
/// <param name="Value">Value for Equal.</param>
/// <param name="Effect">Taint effect; null matches all.</param>
public sealed record Toleration(string? Key, bool Exists, string? Value, string? Effect);

/// <summary>A taint of a node.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value.</param>
/// <param name="Effect"><c>NoSchedule</c>, <c>PreferNoSchedule</c> or <c>NoExecute</c>.</param>
public sealed record Taint(string Key, string? Value, string Effect);

/// <summary>A port a pod takes on its node.</summary>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="HostIp">The address; 0.0.0.0 conflicts with all.</param>
/// <param name="Port">The port number.</param>
public sealed record HostPort(string Protocol, string HostIp, int Port);
