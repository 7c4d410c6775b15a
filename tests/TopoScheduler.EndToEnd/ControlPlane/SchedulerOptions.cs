namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>One kube-scheduler process.</summary>
/// <param name="Name">The <c>schedulerName</c> of the pods it schedules; also its name in the harness.</param>
internal sealed record SchedulerOptions(string Name)
{
    /// <summary>The name of pods that name no scheduler.</summary>
    public const string DefaultName = "default-scheduler";

    /// <summary>Extenders it asks, in order.</summary>
    public IReadOnlyList<SchedulerExtender> Extenders { get; init; } = [];

    /// <summary>Share of nodes it scores. All by default: below it an extender sees a rotating sample.</summary>
    public int PercentageOfNodesToScore { get; init; } = 100;

    /// <summary>First wait after a pod did not fit.</summary>
    public int PodInitialBackoffSeconds { get; init; } = 1;

    /// <summary>Longest wait after a pod did not fit.</summary>
    public int PodMaxBackoffSeconds { get; init; } = 10;

    /// <summary>Whether it takes part in an election; then processes of one <see cref="LeaseName"/> are replicas.</summary>
    public bool LeaderElect { get; init; }

    /// <summary>The lease in <c>kube-system</c> of that election.</summary>
    public string LeaseName { get; init; } = "kube-scheduler";

    /// <summary>Pods of this name are scheduled; <see cref="Name"/> unless replicas need names of their own.</summary>
    public string? ProfileName { get; init; }

    /// <summary>Further flags, as <c>--feature-gates=…</c> or <c>-v=5</c>.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];
}
