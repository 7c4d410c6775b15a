using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>A gang of a cluster file: its pods, what its job says, and what the controller has written down about it.</summary>
public sealed record SituationGang
{
    /// <summary>The gang; without roles where it cannot be read, its problems then say why.</summary>
    public required Gang Gang { get; init; }

    /// <summary>Its pods, finished ones too, in order of name.</summary>
    public required ImmutableArray<SituationPod> Pods { get; init; }

    /// <summary>Its resource; null where the file has none.</summary>
    public GangPlacement? Placement { get; init; }

    /// <summary>Its job is suspended by Kueue, which makes its pods when it is admitted.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>Its job has no pods, though Kueue does not hold it back: it is new, it is suspended by somebody else, or a quota or a webhook refuses them.</summary>
    public bool AwaitsPods { get; init; }

    /// <summary>Its job has no pods and is suspended, whoever has done it.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Pods that are there and not over.</summary>
    public int There => Pods.Count(p => p is { IsFinished: false, Terminating: false });

    /// <summary>True when some of it waits: pods without a node, or pods that are to be made.</summary>
    public bool Waits => IsSuspended || AwaitsPods || Pods.Any(p => p.IsPending);

    /// <summary>When its last pod was created; null when the file does not say.</summary>
    public DateTimeOffset? Since => Pods.Where(p => !p.IsFinished).Max(p => p.Created);

    /// <summary>When it is expected to end, of a gang that runs; null when that is not known.</summary>
    public DateTimeOffset? EndsAt
    {
        get
        {
            var started = Placement?.Status.StartedAt ?? Pods.Where(p => p.Node is not null).Max(p => p.Started);
            return started + (Gang.Hints.ExpectedDuration ?? Pods.Max(p => p.Lasts));
        }
    }
}
