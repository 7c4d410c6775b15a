using System.Diagnostics.Metrics;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Power;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Tests.Telemetry;

public sealed class SchedulerMetricsTests
{
    [Fact]
    public void Metrics_Measured_SayWhatTheyAreAskedAndAreListed()
    {
        using var metrics = new SchedulerMetrics(() => new(1, 2, 3), () => 7, () => true, () => [new(new(PowerDomainKind.Rack, "r7"), 40_000, 41_200)]);
        var measured = Measure(metrics);
        Assert.Equal(1, measured["toposcheduler_ledger_drift pod_without_hold"]);
        Assert.Equal(2, measured["toposcheduler_ledger_drift hold_without_pod"]);
        Assert.Equal(3, measured["toposcheduler_ledger_drift other_node"]);
        Assert.Equal(7, measured["toposcheduler_gangs_waiting"]);
        Assert.Equal(1, measured["toposcheduler_leader"]);
        Assert.Equal(41_200, measured["toposcheduler_power_committed_watts rack r7"]);
        Assert.Equal(40_000, measured["toposcheduler_power_budget_watts rack r7"]);
        Assert.Equal(-1_200, measured["toposcheduler_power_headroom_watts rack r7"]);
        Assert.Equal(1_200, measured["toposcheduler_power_overshoot_watts rack r7"]);
        var page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "reference", "metrics.md"));
        Assert.All(measured.Keys.Select(k => k.Split(' ')[0]).Distinct(), name => Assert.Contains($"| `{name}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Metrics_MoreDomainsThanAreTold_ThoseThatAreOverAndTheWidestAre()
    {
        PowerLevel[] levels =
        [
            .. Enumerable.Range(0, SchedulerMetrics.MostPowerDomains + 50).Select(n => new PowerLevel(new(PowerDomainKind.Rack, $"r{n}"), 10, n == SchedulerMetrics.MostPowerDomains + 49 ? 11 : 9)),
            new(new(PowerDomainKind.Row, "w"), 10, 9),
        ];
        using var metrics = new SchedulerMetrics(() => new(1, 2, 3), () => 7, () => true, () => levels);
        var overshoots = Measure(metrics).Where(m => m.Key.StartsWith("toposcheduler_power_overshoot_watts", StringComparison.Ordinal)).ToDictionary();

        Assert.Equal(SchedulerMetrics.MostPowerDomains, overshoots.Count);
        Assert.Equal(1, overshoots[$"toposcheduler_power_overshoot_watts rack r{SchedulerMetrics.MostPowerDomains + 49}"]);
        Assert.Equal(0, overshoots["toposcheduler_power_overshoot_watts row w"]);
    }

    [Fact]
    public void Drift_Total_SumsUp() => Assert.Equal(6, new LedgerDrift(1, 2, 3).Total);

    private static Dictionary<string, long> Measure(SchedulerMetrics metrics)
    {
        var measured = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (ReferenceEquals(instrument.Meter, metrics.Meter)) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => measured[Key(instrument, tags)] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured[Key(instrument, tags)] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return measured;

        static string Key(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            string.Join(' ', [instrument.Name, .. tags.ToArray().Select(t => (string)t.Value!)]);
    }
}
