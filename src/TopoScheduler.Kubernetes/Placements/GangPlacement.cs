using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Kubernetes.Placements;

/// <summary>
/// The custom resource that stands for one gang (<c>toposcheduler.io/v1alpha1</c>, <c>design.md</c> §5): what was planned, so that a new leader goes on where
/// the old one stopped, and why it is as it is. Its spec says whose it is; all else is status.
/// </summary>
public sealed record GangPlacement
{
    /// <summary>The gang. Its namespace is that of the resource.</summary>
    public required GangKey Gang { get; init; }

    /// <summary>Name of the resource.</summary>
    public required string Name { get; init; }

    /// <summary>Its uid; empty as long as it has not been created.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Its version: a precondition of the next write.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>The object that made the pods: when it goes, the resource goes. Null for plain pods, whose resource we delete.</summary>
    public OwnerReference? Owner { get; init; }

    /// <summary>Members in all.</summary>
    public int Size { get; init; }

    /// <summary>Fewest members it starts with.</summary>
    public int Min { get; init; }

    /// <summary>GPUs in all.</summary>
    public int Gpus { get; init; }

    /// <summary>How it stands.</summary>
    public GangPlacementStatus Status { get; init; } = new();
}
