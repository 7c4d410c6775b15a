using System.Diagnostics.Metrics;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Server.Controllers;

namespace TopoScheduler.Server.Telemetry;

/// <summary>Everything that is measured, each with its unit and what it says; listed in <c>docs/reference/metrics.md</c>.</summary>
internal sealed class SchedulerMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "TopoScheduler";

    /// <summary>Power domains of which is told: a series for each rack of a large site, and no more.</summary>
    public const int MostPowerDomains = 2_000;


    /// <summary>Measures.</summary>
    /// <param name="drift">Where the ledger and the cluster differ now.</param>
    /// <param name="waiting">Gangs that wait for their turn now.</param>
    /// <param name="leads">Whether this replica schedules.</param>
    /// <param name="power">What every power domain with a budget carries now.</param>
    public SchedulerMetrics(Func<LedgerDrift> drift, Func<int> waiting, Func<bool> leads, Func<IReadOnlyCollection<PowerLevel>> power)
    {
        Meter.CreateObservableGauge("toposcheduler_ledger_drift", () => Drift(drift()), "{pod}", "Pods for which the ledger of promises and the cluster differ, by kind; 0 but for moments.");
        Meter.CreateObservableGauge("toposcheduler_gangs_waiting", waiting, "{gang}", "Gangs that wait for their turn.");
        Meter.CreateObservableGauge("toposcheduler_leader", () => leads() ? 1 : 0, "1", "1 while this replica schedules, else 0.");
        Gauge("toposcheduler_power_committed_watts", l => l.CommittedWatts, "What a power domain carries in the worst feed state, by kind and name.");
        Gauge("toposcheduler_power_budget_watts", l => l.BudgetWatts, "The budget of a power domain now, by kind and name.");
        Gauge("toposcheduler_power_headroom_watts", l => l.HeadroomWatts, "Budget less what a power domain carries, by kind and name; negative for one that is over.");
        Gauge("toposcheduler_power_overshoot_watts", l => l.OverWatts, "Watts of a power domain over its budget, by kind and name; 0 while it is not.");

        void Gauge(string name, Func<PowerLevel, long> value, string description) =>
            Meter.CreateObservableGauge(name, () => Measure(power(), value), "W", description);
    }

    /// <summary>Where the instruments hang: each process has one, a process of tests several.</summary>
    internal Meter Meter { get; } = new(MeterName);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    // Of more domains than are told those that are over come first, then the widest.
    private static IEnumerable<Measurement<long>> Measure(IReadOnlyCollection<PowerLevel> levels, Func<PowerLevel, long> value)
    {
        var told = levels.Count <= MostPowerDomains ? levels : levels.OrderByDescending(l => l.OverWatts > 0).ThenByDescending(l => l.Domain.Kind).Take(MostPowerDomains);
        return told.Select(l => new Measurement<long>(
            value(l), new KeyValuePair<string, object?>("kind", l.Domain.Kind.ToString().ToLowerInvariant()), new KeyValuePair<string, object?>("name", l.Domain.Name)));
    }

    private static Measurement<int>[] Drift(LedgerDrift drift) =>
    [
        new(drift.PodsWithoutHold, new KeyValuePair<string, object?>("kind", "pod_without_hold")),
        new(drift.HoldsWithoutPod, new KeyValuePair<string, object?>("kind", "hold_without_pod")),
        new(drift.OtherNode, new KeyValuePair<string, object?>("kind", "other_node")),
    ];
}
