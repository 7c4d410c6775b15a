using System.Diagnostics.Metrics;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Controllers;

namespace TopoScheduler.Server.Telemetry;

/// <summary>What is asked for when somebody looks: how things stand.</summary>
/// <param name="time">The clock.</param>
internal sealed class SchedulerGauges(TimeProvider time)
{
    /// <summary>Power domains of which is told: a series for each rack of a large site, and no more.</summary>
    public const int MostPowerDomains = 2_000;

    private volatile LevelsOfCluster? _levels;

    /// <summary>Where the ledger and the cluster differ now.</summary>
    public Func<LedgerDrift> Drift { get; init; } = () => default;

    /// <summary>Gangs that wait for their turn now.</summary>
    public Func<WaitingGangs> Waiting { get; init; } = () => WaitingGangs.None;

    /// <summary>Whether this replica schedules.</summary>
    public Func<bool> Leads { get; init; } = () => false;

    /// <summary>The cluster now; null as long as it is not known.</summary>
    public Func<ClusterSnapshot?> Cluster { get; init; } = () => null;

    /// <summary>How the watches do.</summary>
    public Func<IEnumerable<WatchContact>> Watches { get; init; } = () => [];

    /// <summary>How much room there is; null: it was not counted.</summary>
    public Func<CapacityFigures?> Capacity { get; init; } = () => null;

    /// <summary>Hangs the gauges on a meter.</summary>
    public void Observe(Meter meter)
    {
        var version = typeof(SchedulerGauges).Assembly.GetName().Version?.ToString(3) ?? "";
        MetricCatalogue.BuildInfo.Observe<int>(meter, () => [MetricCatalogue.BuildInfo.Of(1, version)]);
        MetricCatalogue.Leader.Observe<int>(meter, () => [MetricCatalogue.Leader.Of(Leads() ? 1 : 0)]);
        MetricCatalogue.Nodes.Observe<int>(meter, () => Cluster() is { } cluster ? [MetricCatalogue.Nodes.Of(cluster.Nodes.Length)] : []);
        MetricCatalogue.LedgerDrift.Observe(meter, () => Drifts(Drift()));
        ObserveWaiting(meter);
        ObserveWatches(meter);
        ObserveCapacity(meter);
        ObservePower(meter, MetricCatalogue.CommittedWatts, l => l.CommittedWatts);
        ObservePower(meter, MetricCatalogue.BudgetWatts, l => l.BudgetWatts);
        ObservePower(meter, MetricCatalogue.HeadroomWatts, l => l.HeadroomWatts);
        ObservePower(meter, MetricCatalogue.OvershootWatts, l => l.OverWatts);
    }

    /// <summary>The power domains of which is told. Of more than that those that are over come first, then the widest.</summary>
    internal static IReadOnlyList<PowerLevel> Told(IReadOnlyList<PowerLevel> levels) => levels.Count <= MostPowerDomains
        ? levels
        : [.. levels.OrderByDescending(l => l.OverWatts > 0).ThenByDescending(l => l.Domain.Kind).Take(MostPowerDomains)];

    private static IEnumerable<Measurement<int>> Drifts(LedgerDrift drift) =>
    [
        MetricCatalogue.LedgerDrift.Of(drift.PodsWithoutHold, "pod_without_hold"),
        MetricCatalogue.LedgerDrift.Of(drift.HoldsWithoutPod, "hold_without_pod"),
        MetricCatalogue.LedgerDrift.Of(drift.OtherNode, "other_node"),
    ];

    private void ObserveWaiting(Meter meter)
    {
        MetricCatalogue.GangsWaiting.Observe<int>(meter, () => [MetricCatalogue.GangsWaiting.Of(Waiting().Count)]);
        MetricCatalogue.GangsWaitingFor.Observe(
            meter,
            () => Waiting().Reasons.Select(r => MetricCatalogue.GangsWaitingFor.Of(r.Value, Words.Of(r.Key.Cause), r.Key.Reason is { } reason ? Words.Of(reason) : "none")));
        MetricCatalogue.OldestWaiting.Observe<double>(
            meter, () => [MetricCatalogue.OldestWaiting.Of(Waiting().Oldest is { } since ? Math.Max(0, (time.GetUtcNow() - since).TotalSeconds) : 0)]);
    }

    private void ObserveWatches(Meter meter)
    {
        MetricCatalogue.WatchAge.Observe(
            meter, () => Watches().Where(w => w.LastContact is not null).Select(w => MetricCatalogue.WatchAge.Of(Math.Max(0, (time.GetUtcNow() - w.LastContact!.Value).TotalSeconds), w.Resource)));
        MetricCatalogue.WatchEvents.Observe(meter, () => Watches().Select(w => MetricCatalogue.WatchEvents.Of(w.Events, w.Resource)));
        MetricCatalogue.WatchRelists.Observe(meter, () => Watches().Select(w => MetricCatalogue.WatchRelists.Of(w.Relists, w.Resource)));
        MetricCatalogue.WatchErrors.Observe(meter, () => Watches().Select(w => MetricCatalogue.WatchErrors.Of(w.Errors, w.Resource)));
    }

    private void ObserveCapacity(Meter meter)
    {
        MetricCatalogue.Gpus.Observe(meter, () => Figures(f => f.Reports.SelectMany(Devices)));
        MetricCatalogue.LargestGang.Observe(meter, () => Figures(f => f.Reports.SelectMany(r => r.Largest.Select(l => MetricCatalogue.LargestGang.Of(l.Gpus, r.Resource, l.Tier)))));
        MetricCatalogue.FreeSlots.Observe(meter, () => Figures(f => f.Reports.SelectMany(r => r.Slots.Select(s => MetricCatalogue.FreeSlots.Of(s.Count, r.Resource, $"{s.Gpus}")))));
        MetricCatalogue.CapacityAge.Observe(meter, () => Figures<double>(f => [MetricCatalogue.CapacityAge.Of(Math.Max(0, (time.GetUtcNow() - f.At).TotalSeconds))]));
        MetricCatalogue.CapacityDuration.Observe(meter, () => Figures<double>(f => [MetricCatalogue.CapacityDuration.Of(f.Took.TotalSeconds)]));

        IEnumerable<Measurement<T>> Figures<T>(Func<CapacityFigures, IEnumerable<Measurement<T>>> of)
            where T : struct => Capacity() is { } figures ? of(figures) : [];
    }

    private static IEnumerable<Measurement<long>> Devices(CapacityReport report) =>
    [
        MetricCatalogue.Gpus.Of(report.BusyGpus, report.Resource, "busy"),
        MetricCatalogue.Gpus.Of(report.ClosedGpus, report.Resource, "closed"),
        MetricCatalogue.Gpus.Of(report.FreeGpus - report.PowerStrandedGpus, report.Resource, "free"),
        MetricCatalogue.Gpus.Of(report.PowerStrandedGpus, report.Resource, "stranded"),
    ];

    private void ObservePower(Meter meter, Metric metric, Func<PowerLevel, long> value) => metric.Observe(
        meter, () => Levels().Select(l => metric.Of(value(l), KindOf(l), l.Domain.Name)));

    private static string KindOf(PowerLevel level) => PowerKinds[(int)level.Domain.Kind];

    private static readonly string[] PowerKinds = [.. Enum.GetNames<Core.Power.PowerDomainKind>().Select(n => n.ToLowerInvariant())];

    // Four gauges ask one after the other, and the levels of a snapshot never change.
    private IReadOnlyList<PowerLevel> Levels()
    {
        if (Cluster() is not { } cluster) return [];
        if (_levels is not { } levels || !ReferenceEquals(levels.Cluster, cluster)) _levels = levels = new(cluster, Told(PowerLevel.Of(cluster)));
        return levels.Levels;
    }

    // One object, because a scrape and a sending may ask at the same time.
    private sealed record LevelsOfCluster(ClusterSnapshot Cluster, IReadOnlyList<PowerLevel> Levels);
}
