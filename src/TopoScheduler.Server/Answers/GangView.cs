using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Answers;

/// <summary>How a gang of the cluster stands: its GangPlacement.</summary>
public sealed record GangView
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = AnswerJson.ApiVersion;

    /// <summary><c>GangReport</c>.</summary>
    public string Kind { get; init; } = "GangReport";

    /// <summary>Namespace of the gang.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the GangPlacement.</summary>
    public required string Name { get; init; }

    /// <summary>The gang: <c>job/ml/llama</c>.</summary>
    public required string Gang { get; init; }

    /// <summary>Its uid; empty as long as it has none.</summary>
    public required string Uid { get; init; }

    /// <summary>Members in all.</summary>
    public required int Size { get; init; }

    /// <summary>Fewest members it starts with.</summary>
    public required int Min { get; init; }

    /// <summary>GPUs in all.</summary>
    public required int Gpus { get; init; }

    /// <summary><c>Waiting</c>, <c>Planned</c>, <c>Bound</c> or <c>Degraded</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Members that are bound.</summary>
    public required int Bound { get; init; }

    /// <summary>Narrowest tier that holds all members; null without a plan.</summary>
    public string? Tier { get; init; }

    /// <summary>Path of the domain of that tier; null without a plan.</summary>
    public string? Domain { get; init; }

    /// <summary>Nodes it uses.</summary>
    public required int Nodes { get; init; }

    /// <summary>Watts it adds to the draw of its nodes.</summary>
    public required long AddedWatts { get; init; }

    /// <summary>Power cap of each of its GPUs; null for none.</summary>
    public int? GpuCapWatts { get; init; }

    /// <summary>Communication per step, estimated; null when not known.</summary>
    public double? EstimateMs { get; init; }

    /// <summary>When all of the plan were bound for the first time; null: not yet.</summary>
    public string? StartedAt { get; init; }

    /// <summary>Where it is, or why it waits, in one sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Where each member goes, in member order.</summary>
    public required ImmutableArray<GangMember> Members { get; init; }

    /// <summary>What will happen by itself, the first to come first.</summary>
    public required ImmutableArray<GangEvent> Deadlines { get; init; }

    /// <summary>Its conditions, in the order of their types.</summary>
    public required ImmutableArray<GangStanding> Conditions { get; init; }

    /// <summary>The view of a resource.</summary>
    public static GangView Of(GangPlacement placement) => new()
    {
        Namespace = placement.Gang.Namespace,
        Name = placement.Name,
        Gang = placement.Gang.Id,
        Uid = placement.Gang.Uid,
        Size = placement.Size,
        Min = placement.Min,
        Gpus = placement.Gpus,
        Phase = placement.Status.Phase.ToString(),
        Bound = placement.Status.Bound,
        Tier = placement.Status.Tier,
        Domain = placement.Status.Domain,
        Nodes = placement.Status.Nodes,
        AddedWatts = placement.Status.Watts,
        GpuCapWatts = placement.Status.GpuCapWatts,
        EstimateMs = placement.Status.EstimateMs,
        StartedAt = placement.Status.StartedAt is { } at ? MomentText.Write(at) : null,
        Message = placement.Status.Message,
        Members = [.. placement.Status.Plan.Select(m => new GangMember(m.Member, m.Node, m.Pod.Length > 0 ? m.Pod : null))],
        Deadlines = [.. placement.Status.Deadlines.Select(d => new GangEvent(d.What, MomentText.Write(d.At)))],
        Conditions = [.. placement.Status.Conditions.Select(c => new GangStanding(c.Type, c.Holds, c.Reason, c.Message, MomentText.Write(c.Since)))],
    };
}
