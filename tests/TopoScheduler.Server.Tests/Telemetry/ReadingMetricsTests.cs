using TopoScheduler.Server.Telemetry;
using TopoScheduler.Server.Telemetry.Exposition;
using TopoScheduler.Server.Tests.Telemetry.Exposition;
using TopoScheduler.Testing.Clocks;

namespace TopoScheduler.Server.Tests.Telemetry;

public sealed class ReadingMetricsTests
{
    [Fact]
    public void Metrics_Measured_SayWhatTheyAreAsked()
    {
        var time = new ManualTime();
        using var metrics = new SchedulerMetrics(time);
        using var page = new MetricsPage(metrics.Meter, time, Assert.Fail);
        var readings = new ReadingMetrics(metrics.Meter, () => [("node", "fresh", 3), ("node", "stale", 1)], () => [("push", 2.5)]);
        readings.Error("prometheus", "timeout", 2);
        readings.Error("prometheus", "nothing", 0);

        Assert.Equal(
            [
                ("toposcheduler_power_readings node fresh", 3), ("toposcheduler_power_readings node stale", 1),
                ("toposcheduler_telemetry_errors_total prometheus timeout", 2), ("toposcheduler_telemetry_success_age_seconds push", 2.5),
            ],
            ExpositionReader.Read(page.Read().Span).Samples.Where(s => s.Labels.ContainsKey("source") || s.Labels.ContainsKey("state"))
                .Select(s => (s.Key, s.Value)).OrderBy(m => m.Key, StringComparer.Ordinal));
    }
}
