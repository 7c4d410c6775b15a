using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>What may be done with a gang so that a power domain carries less.</summary>
public enum PowerReliefKind
{
    /// <summary>Its GPUs run under a lower power limit.</summary>
    Cap,

    /// <summary>It leaves the domain as a whole: moved, or stopped.</summary>
    Move,
}

/// <summary>One gang that is to be capped or moved, and what that is worth.</summary>
public sealed record PowerRelief
{
    /// <summary>What to do.</summary>
    public required PowerReliefKind Kind { get; init; }

    /// <summary>With whom; a pod of no gang is one by itself, of kind <c>Pod</c>.</summary>
    public required GangKey Gang { get; init; }

    /// <summary>The highest priority among its pods in the domain.</summary>
    public required int Priority { get; init; }

    /// <summary>Its pods in the domain, by node, then name.</summary>
    public required ImmutableArray<PodInfo> Pods { get; init; }

    /// <summary>The power limit of each of its GPUs, in watts; null for a move.</summary>
    public int? CapWatts { get; init; }

    /// <summary>How much longer its compute takes under the limit: 1.08 for 8%; null for a move.</summary>
    public double? Slowdown { get; init; }

    /// <summary>Watts it frees in the domain, in the feed state of the overshoot, once those before it in the list are done.</summary>
    public required long FreesWatts { get; init; }

    /// <summary>Watts over the budget that are left then, in the worst feed state; 0: enough.</summary>
    public required long LeftWatts { get; init; }
}
