using System.Diagnostics.Metrics;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Tests.Telemetry;

public sealed class SchedulerMetricsTests
{
    [Fact]
    public void Metrics_Measured_SayWhatTheyAreAskedAndAreListed()
    {
        using var metrics = new SchedulerMetrics(() => new(1, 2, 3), () => 7, () => true);
        var measured = new Dictionary<string, int>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == SchedulerMetrics.MeterName) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => measured[$"{instrument.Name} {(tags.IsEmpty ? "" : tags[0].Value)}".Trim()] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(1, measured["toposcheduler_ledger_drift pod_without_hold"]);
        Assert.Equal(2, measured["toposcheduler_ledger_drift hold_without_pod"]);
        Assert.Equal(3, measured["toposcheduler_ledger_drift other_node"]);
        Assert.Equal(7, measured["toposcheduler_gangs_waiting"]);
        Assert.Equal(1, measured["toposcheduler_leader"]);
        var page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "reference", "metrics.md"));
        Assert.All(measured.Keys.Select(k => k.Split(' ')[0]).Distinct(), name => Assert.Contains($"| `{name}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Drift_Total_SumsUp() => Assert.Equal(6, new LedgerDrift(1, 2, 3).Total);
}
