using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>Keys on pods and jobs of a cluster that decide something there: annotations beyond these are not kept. Labels all are, because any selector may name one.</summary>
internal static class PlannerKeys
{
    /// <summary>Labels and annotations that name the gang of a pod, or the pod.</summary>
    public static ImmutableArray<string> GangNames { get; } =
    [
        "jobset.sigs.k8s.io/jobset-name", "leaderworkerset.sigs.k8s.io/name", "training.kubeflow.org/job-name", "batch.kubernetes.io/job-name", "job-name",
        "volcano.sh/job-name", "ray.io/cluster", "ray.io/originated-from-cr-name", "sparkoperator.k8s.io/app-name", "statefulset.kubernetes.io/pod-name", AnnotationKeys.Gang, .. GroupNames.Labels, .. GroupNames.Annotations,
    ];

    /// <summary>Labels that carry the uid of a job.</summary>
    public static ImmutableArray<string> GangUids { get; } =
        ["jobset.sigs.k8s.io/jobset-uid", "batch.kubernetes.io/controller-uid", "controller-uid"];

    /// <summary>Labels that name the role of a pod in its job.</summary>
    public static ImmutableArray<string> Roles { get; } =
    [
        "jobset.sigs.k8s.io/replicatedjob-name", "volcano.sh/task-spec", "ray.io/group", "training.kubeflow.org/replica-type", "training.kubeflow.org/job-role", "spark-role",
        "trainer.kubeflow.org/trainjob-ancestor-step",
    ];

    /// <summary>Hints of other schedulers that say a level of the topology: the key of a node label, or an alias for one.</summary>
    public static ImmutableArray<string> Levels { get; } =
    [
        PeerKeys.KueueRequired, PeerKeys.KueuePreferred, PeerKeys.KueueSliceRequired, PeerKeys.KaiRequired, PeerKeys.KaiPreferred, PeerKeys.KaiSegmentRequired,
        PeerKeys.JobSetExclusive, PeerKeys.LwsExclusive, PeerKeys.LwsSubgroupExclusive,
    ];

    private static readonly ImmutableHashSet<string> Annotations =
    [
        "kubernetes.io/config.mirror", "jobset.sigs.k8s.io/restart-attempt", "volcano.sh/job-name", .. GroupNames.Annotations, .. PodOrder.IndexKeys, .. PeerKeys.All,
    ];

    /// <summary>Whether somebody reads an annotation of pods and jobs: ours, also misspelt ones, and those of other schedulers that say where a job may run.</summary>
    public static bool IsRead(string annotation) =>
        Annotations.Contains(annotation) || annotation.StartsWith(AnnotationKeys.Prefix, StringComparison.Ordinal)
        || PeerKeys.Prefixes.Any(p => annotation.StartsWith(p, StringComparison.Ordinal));
}
