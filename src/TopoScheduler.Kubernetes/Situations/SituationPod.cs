using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>A pod of a cluster file, with a node or without, as far as its waiting is concerned.</summary>
public sealed record SituationPod
{
    /// <summary>Namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Uid; empty where the file gives none.</summary>
    public required string Uid { get; init; }

    /// <summary>The gang it is a member of; its own where it is alone.</summary>
    public required GangKey Gang { get; init; }

    /// <summary>Its node; null for none.</summary>
    public string? Node { get; init; }

    /// <summary>The index its controller gave it; null for none.</summary>
    public int? Index { get; init; }

    /// <summary>Gates of others on it.</summary>
    public ImmutableArray<string> OtherGates { get; init; } = [];

    /// <summary>When it was created; null when the file does not say.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it started to run; null when it has not.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long it says it runs; null when it does not.</summary>
    public TimeSpan? Lasts { get; init; }

    /// <summary>It has succeeded or failed.</summary>
    public bool IsFinished { get; init; }

    /// <summary>It is being deleted.</summary>
    public bool Terminating { get; init; }

    /// <summary>What the scheduler said when it last could not bind it; null when it has not.</summary>
    public string? Unschedulable { get; init; }

    /// <summary>The pod as an object; null for one with a node whose gang nobody asks for.</summary>
    internal Tree? Tree { get; init; }

    /// <summary>True when it is in a gang by a controller or a group.</summary>
    internal bool IsKeyed { get; init; }

    /// <summary>It has neither a node nor an end.</summary>
    public bool IsPending => Node is null && !IsFinished && !Terminating;

    internal static SituationPod Read(Tree tree)
    {
        var pending = new PendingPod(tree);
        var (spec, status) = (tree["spec"], tree["status"]);
        var node = spec["nodeName"].Text;
        var gates = ImmutableArray.CreateBuilder<string>();
        foreach (var gate in spec["schedulingGates"].Items)
        {
            if (gate["name"].Text is { Length: > 0 } name && name != SchedulingGates.Gang) gates.Add(name);
        }

        return new()
        {
            Namespace = pending.Name.Namespace,
            Name = pending.Name.Name,
            Uid = pending.Name.Uid,
            Gang = pending.Key,
            Node = node.Length > 0 ? node : null,
            Index = pending.Index,
            OtherGates = gates.ToImmutable(),
            Created = MomentText.Written(tree["metadata"]["creationTimestamp"].Text),
            Started = MomentText.Written(status["startTime"].Text),
            Lasts = DurationText.TryParse(pending.Annotations.GetValueOrDefault(AnnotationKeys.ExpectedDuration) ?? "", out var lasts) ? lasts : null,
            IsFinished = status["phase"].Text is "Succeeded" or "Failed",
            Terminating = tree["metadata"]["deletionTimestamp"].Kind != TreeKind.Null,
            Unschedulable = UnschedulableOf(status["conditions"]),
            Tree = node.Length > 0 ? null : tree,
            IsKeyed = pending.IsKeyed,
        };
    }

    internal static SituationPod Of(PodInfo bound) => new()
    {
        Namespace = bound.Template.Namespace,
        Name = bound.Name,
        Uid = bound.Uid,
        Gang = bound.Gang ?? new(bound.Template.Namespace, "Pod", bound.Name, bound.Uid),
        Node = bound.NodeName,
        Index = bound.Member,
        Started = bound.StartedAt,
        Lasts = bound.EndsAt - bound.StartedAt,
        Terminating = bound.Terminating,
        IsKeyed = bound.Gang is not null,
    };

    private static string? UnschedulableOf(Tree conditions)
    {
        foreach (var condition in conditions.Items)
        {
            if (condition["type"].Text == "PodScheduled" && condition["status"].Text == "False" && condition["message"].Text is { Length: > 0 } message) return message;
        }

        return null;
    }
}
