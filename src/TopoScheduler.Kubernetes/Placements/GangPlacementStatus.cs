using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Placements;

/// <summary>The status of a <see cref="GangPlacement"/>. Absent values are null; nothing planned is an empty <see cref="Plan"/>.</summary>
public sealed record GangPlacementStatus
{
    /// <summary>How far it has come.</summary>
    public GangPhase Phase { get; init; }

    /// <summary>Where each member goes, in member order. With <see cref="GangCondition.ScaleUp"/> all in here that is acted on after a restart.</summary>
    public ImmutableArray<PlannedMember> Plan { get; init; } = [];

    /// <summary>Members that are bound.</summary>
    public int Bound { get; init; }

    /// <summary>Narrowest tier that holds all members.</summary>
    public string? Tier { get; init; }

    /// <summary>Path of the domain of that tier.</summary>
    public string? Domain { get; init; }

    /// <summary>Nodes it uses.</summary>
    public int Nodes { get; init; }

    /// <summary>Watts it adds to the draw of its nodes.</summary>
    public long Watts { get; init; }

    /// <summary>Power cap of every GPU of the gang, in watts.</summary>
    public int? GpuCapWatts { get; init; }

    /// <summary>Communication per step in milliseconds, estimated.</summary>
    public double? EstimateMs { get; init; }

    /// <summary>When every member of the plan was bound for the first time.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>One sentence: where it is, or why it waits and what would make it fit.</summary>
    public string Message { get; init; } = "";

    /// <summary>What will happen by itself, and when; the first to come first.</summary>
    public ImmutableArray<GangDeadline> Deadlines { get; init; } = [];

    /// <summary>Conditions, in the order of their types.</summary>
    public ImmutableArray<ObjectCondition> Conditions { get; init; } = [];
}
