namespace TopoScheduler.Server.Telemetry;

/// <summary>Every metric there is. A new one gets a row in <c>docs/reference/metrics.md</c>: a test holds the two to each other.</summary>
internal static class MetricCatalogue
{
    // An answer to kube-scheduler takes from a fraction of a millisecond to a few; what takes a second holds the scheduler up, and at five it gives up.
    private static readonly double[] Answers = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    // One plan takes milliseconds; the search is bounded by steps, and its bound is some seconds away.
    private static readonly double[] Searches = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    // A gang starts at once, in minutes, or when others have ended: hours or days.
    private static readonly double[] Waits = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 43_200, 86_400];

    // Communication of one training step.
    private static readonly double[] Steps = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    // Longer than the best possible by none, a twentieth, a fifth, half, as much again, and more.
    private static readonly double[] Gaps = [0, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

    // The watch shows what was written in milliseconds; from a second on we plan on what is past.
    private static readonly double[] Lags = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60];

    /// <summary>The program.</summary>
    public static Metric BuildInfo { get; } = new("toposcheduler_build_info", MetricKind.Gauge, "1", "Always 1; the version is the label.", "version");

    /// <summary>Time of the verbs.</summary>
    public static Metric ExtenderDuration { get; } = new(
        "toposcheduler_extender_duration_seconds", MetricKind.Histogram, "s", "Time from the head of a request of kube-scheduler to our answer, by verb and outcome.", "verb", "outcome")
    { Buckets = Answers };

    /// <summary>Answers of filter.</summary>
    public static Metric Filtered { get; } = new(
        "toposcheduler_filter_answers_total", MetricKind.Counter, "{pod}", "Pods filter was asked about, by the main reason why no node takes them; fits where one does.", "reason");

    /// <summary>Bindings.</summary>
    public static Metric Binds { get; } = new("toposcheduler_binds_total", MetricKind.Counter, "{pod}", "Pods we were asked to bind, by outcome.", "outcome");

    /// <summary>Gates.</summary>
    public static Metric Releases { get; } = new("toposcheduler_gate_releases_total", MetricKind.Counter, "{pod}", "Tries to take the gate off a pod, by outcome.", "outcome");

    /// <summary>Time of planning.</summary>
    public static Metric PlanDuration { get; } = new(
        "toposcheduler_plan_duration_seconds", MetricKind.Histogram, "s", "Time of planning gangs: of one for filter, of one look through the queue.", "by")
    { Buckets = Searches };

    /// <summary>Outcomes of planning.</summary>
    public static Metric PlanOutcomes { get; } = new("toposcheduler_plans_total", MetricKind.Counter, "{plan}", "Plans of gangs, by who asked, outcome and first reason.", "by", "outcome", "reason");

    /// <summary>Gangs that wait.</summary>
    public static Metric GangsWaiting { get; } = new("toposcheduler_gangs_waiting", MetricKind.Gauge, "{gang}", "Gangs that wait for their turn.");

    /// <summary>Why they do.</summary>
    public static Metric GangsWaitingFor { get; } = new(
        "toposcheduler_gangs_waiting_for", MetricKind.Gauge, "{gang}", "Gangs that wait for their turn, by what they wait for and the first reason why they do not fit.", "cause", "reason");

    /// <summary>The oldest of them.</summary>
    public static Metric OldestWaiting { get; } = new(
        "toposcheduler_gangs_waiting_oldest_seconds", MetricKind.Gauge, "s", "How long the gang that has waited longest has; 0 while none waits.");

    /// <summary>How long gangs had waited.</summary>
    public static Metric GangWait { get; } = new("toposcheduler_gang_wait_seconds", MetricKind.Histogram, "s", "How long gangs had been whole when they got their plan.") { Buckets = Waits };

    /// <summary>The estimate.</summary>
    public static Metric Estimate { get; } = new(
        "toposcheduler_gang_communication_seconds", MetricKind.Histogram, "s", "Estimated communication per step of gangs when they got their plan.")
    { Buckets = Steps };

    /// <summary>The gap.</summary>
    public static Metric Gap { get; } = new(
        "toposcheduler_gang_communication_gap_ratio", MetricKind.Histogram, "1", "By how much that is above the best possible on these nodes were they empty: 0.2 is a fifth longer.")
    { Buckets = Gaps };

    /// <summary>The leader.</summary>
    public static Metric Leader { get; } = new("toposcheduler_leader", MetricKind.Gauge, "1", "1 while this replica schedules, else 0.");

    /// <summary>Ledger and cluster.</summary>
    public static Metric LedgerDrift { get; } = new(
        "toposcheduler_ledger_drift", MetricKind.Gauge, "{pod}", "Pods for which the ledger of promises and the cluster differ, by kind; 0 but for moments.", "kind");

    /// <summary>Nodes.</summary>
    public static Metric Nodes { get; } = new("toposcheduler_nodes", MetricKind.Gauge, "{node}", "Nodes that are known.");

    /// <summary>Time since a watch was heard.</summary>
    public static Metric WatchAge { get; } = new(
        "toposcheduler_watch_contact_age_seconds", MetricKind.Gauge, "s", "Time since the API server was last heard on a watch: an answer, an event, a bookmark.", "resource");

    /// <summary>Objects told.</summary>
    public static Metric WatchEvents { get; } = new("toposcheduler_watch_events_total", MetricKind.Counter, "{event}", "Objects told by a watch.", "resource");

    /// <summary>Relists.</summary>
    public static Metric WatchRelists { get; } = new("toposcheduler_watch_relists_total", MetricKind.Counter, "{list}", "Times all objects were read anew.", "resource");

    /// <summary>Failures.</summary>
    public static Metric WatchErrors { get; } = new("toposcheduler_watch_errors_total", MetricKind.Counter, "{error}", "Failures of a watch; each is tried again.", "resource");

    /// <summary>Lag.</summary>
    public static Metric WatchLag { get; } = new(
        "toposcheduler_watch_lag_seconds", MetricKind.Histogram, "s", "From our writing to a pod, a binding or the end of its gate, until the watch shows it.")
    { Buckets = Lags };

    /// <summary>Load.</summary>
    public static Metric CommittedWatts { get; } = Power("committed", "What a power domain carries in the worst feed state, by kind and name.");

    /// <summary>Budgets.</summary>
    public static Metric BudgetWatts { get; } = Power("budget", "The budget of a power domain now, by kind and name.");

    /// <summary>What is left.</summary>
    public static Metric HeadroomWatts { get; } = Power("headroom", "Budget less what a power domain carries, by kind and name; negative for one that is over.");

    /// <summary>What is too much.</summary>
    public static Metric OvershootWatts { get; } = Power("overshoot", "Watts of a power domain over its budget, by kind and name; 0 while it is not.");

    /// <summary>Devices.</summary>
    public static Metric Gpus { get; } = new(
        "toposcheduler_gpus", MetricKind.Gauge, "{gpu}", "Devices by resource and state: busy, closed (free on a node that takes no pods), free, stranded (free, but short of watts).", "resource", "state");

    /// <summary>Room for one gang.</summary>
    public static Metric LargestGang { get; } = new(
        "toposcheduler_largest_gang_gpus", MetricKind.Gauge, "{gpu}", "Devices of the largest gang that fits now into one domain of a tier, watts included.", "resource", "tier");

    /// <summary>Room for many.</summary>
    public static Metric FreeSlots { get; } = new(
        "toposcheduler_free_slots", MetricKind.Gauge, "{gang}", "Gangs of so many devices that fit now one after the other, watts included.", "resource", "gpus");

    /// <summary>Age of the last figures.</summary>
    public static Metric CapacityAge { get; } = new(
        "toposcheduler_capacity_age_seconds", MetricKind.Gauge, "s", "Time since largest gangs, slots and devices were counted.");

    /// <summary>Time of counting.</summary>
    public static Metric CapacityDuration { get; } = new("toposcheduler_capacity_duration_seconds", MetricKind.Gauge, "s", "Time the last count took, beside the scheduling.");

    /// <summary>Readings.</summary>
    public static Metric Readings { get; } = new(
        "toposcheduler_power_readings", MetricKind.Gauge, "{reading}", "Readings by kind and state: fresh, stale (reserved watts count instead), refused (not believed when last looked at).", "kind", "state");

    /// <summary>Age of readings.</summary>
    public static Metric ReadingAge { get; } = new(
        "toposcheduler_telemetry_success_age_seconds", MetricKind.Gauge, "s", "Time since readings last came without an error, by source.", "source");

    /// <summary>Faults of readings.</summary>
    public static Metric ReadingErrors { get; } = new(
        "toposcheduler_telemetry_errors_total", MetricKind.Counter, "{error}", "What went wrong with readings, by source and reason.", "source", "reason");

    /// <summary>Whom nobody let in.</summary>
    public static Metric AccessRefused { get; } = new("toposcheduler_access_refused_total", MetricKind.Counter, "{request}", "Requests and connections that were refused, by reason.", "reason");

    /// <summary>Time of questions.</summary>
    public static Metric ApiDuration { get; } = new(
        "toposcheduler_api_duration_seconds", MetricKind.Histogram, "s", "Time from a question of the API to its answer, by door, method and outcome.", "door", "method", "outcome")
    { Buckets = Searches };

    /// <summary>Those who watch.</summary>
    public static Metric ApiWatches { get; } = new("toposcheduler_api_watches", MetricKind.Gauge, "{call}", "Watches and pushes over gRPC that are open.");

    /// <summary>What the record lacks.</summary>
    public static Metric AuditLost { get; } = new(
        "toposcheduler_audit_lost_total", MetricKind.Counter, "{line}", "Decisions that are not in the record because it could not be written in time.");

    /// <summary>All of them, in the order of the page.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        BuildInfo, Leader, Nodes, ExtenderDuration, Filtered, Binds, PlanDuration, PlanOutcomes, GangsWaiting, GangsWaitingFor, OldestWaiting, GangWait, Releases, Estimate, Gap, LedgerDrift,
        WatchAge, WatchLag, WatchEvents, WatchRelists, WatchErrors, CommittedWatts, BudgetWatts, HeadroomWatts, OvershootWatts, Gpus, LargestGang, FreeSlots, CapacityAge, CapacityDuration,
        Readings, ReadingAge, ReadingErrors, ApiDuration, ApiWatches, AccessRefused, AuditLost,
    ];

    private static Metric Power(string what, string says) => new($"toposcheduler_power_{what}_watts", MetricKind.Gauge, "W", says, "kind", "name");
}
