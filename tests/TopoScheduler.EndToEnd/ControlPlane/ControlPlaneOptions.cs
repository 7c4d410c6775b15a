namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>What a control plane is started with.</summary>
internal sealed record ControlPlaneOptions
{
    /// <summary>Controllers that act without kubelets: nothing here evicts pods of a node that is not Ready.</summary>
    public const string SafeControllers = "job,replicaset,deployment,statefulset,garbagecollector,namespace,serviceaccount,disruption";

    /// <summary>Whether kube-controller-manager runs, which makes the pods of Jobs.</summary>
    public bool ControllerManager { get; init; }

    /// <summary>Its controllers.</summary>
    public string Controllers { get; init; } = SafeControllers;

    /// <summary>kube-schedulers to start at once; more can be started later.</summary>
    public IReadOnlyList<SchedulerOptions> Schedulers { get; init; } = [];

    /// <summary>
    /// Whether kube-apiserver keeps its own window of events. Without it every watch is etcd's, so that a compaction of etcd is all it takes for a
    /// watch at an older version to answer 410.
    /// </summary>
    public bool WatchCache { get; init; } = true;

    /// <summary>Further flags of kube-apiserver, as <c>--feature-gates=…</c>.</summary>
    public IReadOnlyList<string> ApiServerFlags { get; init; } = [];

    /// <summary>Further flags of kube-controller-manager.</summary>
    public IReadOnlyList<string> ControllerManagerFlags { get; init; } = [];
}
