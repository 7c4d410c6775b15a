using System.Diagnostics.Metrics;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Tests.Telemetry;

public sealed class ReadingMetricsTests
{
    [Fact]
    public void Metrics_Measured_SayWhatTheyAreAskedAndAreListed()
    {
        // Other tests measure in meters of the same name at the same time: these words are nobody else's.
        using var metrics = new ReadingMetrics(() => [("kind-of-mine", "fresh", 3), ("kind-of-mine", "stale", 1)], () => [("source-of-mine", 2.5)]);
        var measured = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == SchedulerMetrics.MeterName) l.EnableMeasurementEvents(instrument);
            },
        };
        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var key = $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(t => t.Value))}";
            if (key.Contains("-of-mine", StringComparison.Ordinal)) measured[key] = value;
        }

        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        metrics.Error("source-of-mine", "timeout", 2);
        metrics.Error("source-of-mine", "nothing", 0);

        Assert.Equal(
            [
                ("toposcheduler_power_readings kind-of-mine fresh", 3), ("toposcheduler_power_readings kind-of-mine stale", 1),
                ("toposcheduler_telemetry_errors_total source-of-mine timeout", 2), ("toposcheduler_telemetry_success_age source-of-mine", 2.5),
            ],
            measured.Select(m => (m.Key, m.Value)).OrderBy(m => m.Key, StringComparer.Ordinal));
        var page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "reference", "metrics.md"));
        Assert.All(measured.Keys.Select(k => k.Split(' ')[0]).Distinct(), name => Assert.Contains($"| `{name}` |", page, StringComparison.Ordinal));
    }
}
