using System.Collections.Immutable;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>Annotations and labels by which other schedulers are told where a job may run; read as aliases of ours.</summary>
public static class PeerKeys
{
    /// <summary>Kueue: all pods of the pod set inside one domain.</summary>
    public const string KueueRequired = "kueue.x-k8s.io/podset-required-topology";

    /// <summary>Kueue: the same, if it can be had.</summary>
    public const string KueuePreferred = "kueue.x-k8s.io/podset-preferred-topology";

    /// <summary>Kueue: anywhere.</summary>
    public const string KueueUnconstrained = "kueue.x-k8s.io/podset-unconstrained-topology";

    /// <summary>Kueue: every slice of the pod set inside one domain.</summary>
    public const string KueueSliceRequired = "kueue.x-k8s.io/podset-slice-required-topology";

    /// <summary>Kueue: pods of a slice.</summary>
    public const string KueueSliceSize = "kueue.x-k8s.io/podset-slice-size";

    /// <summary>Kueue: pod sets of one name share the domain.</summary>
    public const string KueueGroupName = "kueue.x-k8s.io/podset-group-name";

    /// <summary>Kueue: label of the pods of a group of plain pods.</summary>
    public const string KueuePodGroup = "kueue.x-k8s.io/pod-group-name";

    /// <summary>Kueue: how many pods such a group has.</summary>
    public const string KueuePodGroupSize = "kueue.x-k8s.io/pod-group-total-count";

    /// <summary>KAI: the Topology whose levels are named.</summary>
    public const string KaiTopology = "kai.scheduler/topology";

    /// <summary>KAI: all pods inside one domain.</summary>
    public const string KaiRequired = "kai.scheduler/topology-required-placement";

    /// <summary>KAI: the same, if it can be had.</summary>
    public const string KaiPreferred = "kai.scheduler/topology-preferred-placement";

    /// <summary>KAI: pods of a segment.</summary>
    public const string KaiSegmentSize = "kai.scheduler/segment-size";

    /// <summary>KAI: every segment inside one domain.</summary>
    public const string KaiSegmentRequired = "kai.scheduler/segment-topology-required-placement";

    /// <summary>KAI: fewest pods of a batch Job to start with.</summary>
    public const string KaiMinMember = "kai.scheduler/batch-min-member";

    /// <summary>Volcano: <c>hard</c> or <c>soft</c>.</summary>
    public const string VolcanoMode = "volcano.sh/network-topology-mode";

    /// <summary>Volcano: widest tier allowed.</summary>
    public const string VolcanoHighestTier = "volcano.sh/network-topology-highest-tier";

    /// <summary>JobSet: every child job in a domain of its own.</summary>
    public const string JobSetExclusive = "alpha.jobset.sigs.k8s.io/exclusive-topology";

    /// <summary>LeaderWorkerSet: every group in a domain of its own.</summary>
    public const string LwsExclusive = "leaderworkerset.sigs.k8s.io/exclusive-topology";

    /// <summary>LeaderWorkerSet: every subgroup in a domain of its own.</summary>
    public const string LwsSubgroupExclusive = "leaderworkerset.sigs.k8s.io/subgroup-exclusive-topology";

    /// <summary>All that are read.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        KueueRequired, KueuePreferred, KueueUnconstrained, KueueSliceRequired, KueueSliceSize, KueueGroupName, KueuePodGroup, KueuePodGroupSize, KaiTopology,
        KaiRequired, KaiPreferred, KaiSegmentSize, KaiSegmentRequired, KaiMinMember, VolcanoMode, VolcanoHighestTier, JobSetExclusive, LwsExclusive,
        LwsSubgroupExclusive,
    ];

    /// <summary>Starts of keys that say where a job may run; one that is not among <see cref="All"/> is reported.</summary>
    public static ImmutableArray<string> Prefixes { get; } =
    [
        "kueue.x-k8s.io/podset-", "kueue.x-k8s.io/pod-index-offset", "kai.scheduler/topology", "kai.scheduler/segment-", "kai.scheduler/pod-index-label",
        "volcano.sh/network-topology-", "alpha.jobset.sigs.k8s.io/exclusive-topology", "leaderworkerset.sigs.k8s.io/exclusive-topology",
        "leaderworkerset.sigs.k8s.io/subgroup-exclusive-topology", "gang.scheduling.koordinator.sh/network-topology", "hivedscheduler.microsoft.com/pod-scheduling-spec",
    ];
}
