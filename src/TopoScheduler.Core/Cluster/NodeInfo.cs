using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Cluster;

/// <summary>One Kubernetes node, as far as placement is concerned.</summary>
public sealed record NodeInfo
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its uid: the same name with another uid is another node.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Its labels.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Its taints.</summary>
    public ImmutableArray<Taint> Taints { get; init; } = [];

    /// <summary>Cordoned: takes no new member.</summary>
    public bool Unschedulable { get; init; }

    /// <summary>False when its Ready condition is not True: takes no new member.</summary>
    public bool Ready { get; init; } = true;

    /// <summary>Allocatable resources, <see cref="ResourceList.Pods"/> included.</summary>
    public ResourceList Allocatable { get; init; } = ResourceList.Empty;

    /// <summary>Where it is in the network.</summary>
    public NodeLocation Location { get; init; } = NodeLocation.Unknown;

    /// <summary>Where it hangs in the power tree.</summary>
    public PowerLocation PowerLocation { get; init; } = PowerLocation.None;

    /// <summary>Its watts.</summary>
    public NodePower Power { get; init; } = new() { MaxWatts = 0, IdleWatts = 0 };

    /// <summary>Accelerator product as in the accelerator table (<c>H100 SXM</c>), null when it has none or an unknown one.</summary>
    public string? Accelerator { get; init; }

    /// <summary>What is wrong with its labels.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>True when the other says the same of everything that planning looks at; most updates of a node are heartbeats.</summary>
    internal bool SaysTheSame(NodeInfo other) =>
        Uid == other.Uid && Unschedulable == other.Unschedulable && Ready == other.Ready && Accelerator == other.Accelerator
        && Allocatable.Equals(other.Allocatable) && Power == other.Power && PowerLocation == other.PowerLocation && Location.Equals(other.Location)
        && Taints.AsSpan().SequenceEqual(other.Taints.AsSpan())
        && Labels.Count == other.Labels.Count && Labels.All(l => other.Labels.TryGetValue(l.Key, out var value) && value == l.Value);
}
