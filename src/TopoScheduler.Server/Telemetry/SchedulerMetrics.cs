using System.Diagnostics.Metrics;
using TopoScheduler.Server.Controllers;

namespace TopoScheduler.Server.Telemetry;

/// <summary>Everything that is measured, each with its unit and what it says; listed in <c>docs/reference/metrics.md</c>.</summary>
internal sealed class SchedulerMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "TopoScheduler";

    private readonly Meter _meter = new(MeterName);

    /// <summary>Measures.</summary>
    /// <param name="drift">Where the ledger and the cluster differ now.</param>
    /// <param name="waiting">Gangs that wait for their turn now.</param>
    /// <param name="leads">Whether this replica schedules.</param>
    public SchedulerMetrics(Func<LedgerDrift> drift, Func<int> waiting, Func<bool> leads)
    {
        _meter.CreateObservableGauge("toposcheduler_ledger_drift", () => Drift(drift()), "{pod}", "Pods for which the ledger of promises and the cluster differ, by kind; 0 but for moments.");
        _meter.CreateObservableGauge("toposcheduler_gangs_waiting", waiting, "{gang}", "Gangs that wait for their turn.");
        _meter.CreateObservableGauge("toposcheduler_leader", () => leads() ? 1 : 0, "1", "1 while this replica schedules, else 0.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static Measurement<int>[] Drift(LedgerDrift drift) =>
    [
        new(drift.PodsWithoutHold, new KeyValuePair<string, object?>("kind", "pod_without_hold")),
        new(drift.HoldsWithoutPod, new KeyValuePair<string, object?>("kind", "hold_without_pod")),
        new(drift.OtherNode, new KeyValuePair<string, object?>("kind", "other_node")),
    ];
}
