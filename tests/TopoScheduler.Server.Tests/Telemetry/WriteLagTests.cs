using TopoScheduler.Server.Telemetry;
using TopoScheduler.Server.Telemetry.Exposition;
using TopoScheduler.Server.Tests.Telemetry.Exposition;
using TopoScheduler.Testing.Clocks;

namespace TopoScheduler.Server.Tests.Telemetry;

public sealed class WriteLagTests
{
    [Fact]
    public void Seen_WhatWeWrote_IsTimedOnce()
    {
        var time = new ManualTime();
        using var metrics = new SchedulerMetrics(time);
        using var page = new MetricsPage(metrics.Meter, time, Assert.Fail);
        metrics.Writes.Writing("a");
        metrics.Writes.Writing("refused");
        metrics.Writes.Failed("refused");
        time.Advance(TimeSpan.FromSeconds(2));
        foreach (var uid in (string[])["stranger", "a", "a", "refused"]) metrics.Writes.Seen(uid);

        var lags = ExpositionReader.Read(page.Read().Span).Samples.Where(s => s.Name.StartsWith("toposcheduler_watch_lag_seconds", StringComparison.Ordinal)).ToList();
        Assert.Equal(1, lags.Single(s => s.Name.EndsWith("_count", StringComparison.Ordinal)).Value);
        Assert.Equal(2, lags.Single(s => s.Name.EndsWith("_sum", StringComparison.Ordinal)).Value);
    }

    // The API server may never show what nobody knows the fate of.
    [Fact]
    public void Writing_ForEverUnseen_DoesNotGrow()
    {
        using var metrics = new SchedulerMetrics(TimeProvider.System);
        for (var i = 0; i < 100_000; i++) metrics.Writes.Writing($"{i}");
        Assert.InRange(metrics.Writes.Count, 1, 4_096);
    }
}
