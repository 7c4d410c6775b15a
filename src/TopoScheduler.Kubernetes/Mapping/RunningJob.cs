using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>What a running pod tells of its job: when it started, when it should end, and what the job asked for, should it have to be placed again.</summary>
internal static class RunningJob
{
    private static readonly ImmutableArray<string> Asking =
    [
        AnnotationKeys.RequiredTopology, AnnotationKeys.PreferredTopology, AnnotationKeys.SegmentSize, AnnotationKeys.ExpectedDuration, AnnotationKeys.Model,
        AnnotationKeys.AllReduceBytes, AnnotationKeys.AllToAllBytes, AnnotationKeys.PointToPointBytes,
    ];

    /// <summary>When its kubelet took it; null before.</summary>
    public static DateTimeOffset? StartedAt(Tree pod) => pod["status"]["startTime"].Text is { Length: > 0 } text ? MomentText.Written(text) : null;

    /// <summary>The earlier of what it says of its duration (<c>expected-duration</c>) and what its spec allows (<c>activeDeadlineSeconds</c>); null when neither is known.</summary>
    public static DateTimeOffset? EndsAt(Tree pod, AnnotationValues values)
    {
        if (StartedAt(pod) is not { } started) return null;
        DateTimeOffset? expected = DurationText.TryParse(values.Text(AnnotationKeys.ExpectedDuration) ?? "", out var duration) ? started + duration : null;
        DateTimeOffset? deadline = long.TryParse(pod["spec"]["activeDeadlineSeconds"].Text, out var seconds) && seconds is > 0 and <= int.MaxValue ? started.AddSeconds(seconds) : null;
        return expected is null || deadline < expected ? deadline : expected;
    }

    /// <summary>
    /// What it asks of the network and says of its steps; null where it says nothing. What is wrong with it is told where jobs are read. Degrees of parallelism are
    /// left out: one pod does not know how many GPUs its gang has.
    /// </summary>
    public static GangHints? Hints(ImmutableDictionary<string, string> annotations) => Asking.Any(annotations.ContainsKey)
        ? HintReader.Read(new(annotations, new("")), HintReader.MostMembers, 0) with { Parallelism = [] }
        : null;
}
