using TopoScheduler.Server.Telemetry.Exposition;
using TopoScheduler.Server.Tests.Telemetry.Exposition;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>What is counted of gangs with gates.</summary>
public sealed class GangMetricsTests
{
    [Fact]
    public async Task Step_OneGangStartsAndOneWaits_IsCounted()
    {
        var scene = new GangScene(nodes: 16);
        using var page = new MetricsPage(scene.Life.Metrics.Meter, scene.Time, Assert.Fail);
        scene.CreateJob("runs", 14);
        await scene.SettleAsync();
        scene.CreateJob("waits", 4);
        await scene.SettleAsync();

        var samples = ExpositionReader.Read(page.Read().Span).Samples;
        double Of(string key) => samples.Single(s => s.Key == key).Value;
        Assert.Equal(1, Of("toposcheduler_plans_total queue placed none"));
        Assert.Equal(14, Of("toposcheduler_gate_releases_total released"));
        Assert.Equal(1, Of("toposcheduler_gang_wait_seconds_count"));
        Assert.Equal(1, Of("toposcheduler_gang_communication_seconds_count"));
        Assert.True(Of("toposcheduler_gang_communication_seconds_sum") > 0);
        Assert.True(Of("toposcheduler_plan_duration_seconds_count queue") >= 2);
        Assert.Equal(0, Of("toposcheduler_gang_communication_gap_ratio_count"));
    }

    [Fact]
    public async Task Starts_SomebodyLooks_FindsOutTheGapBeside()
    {
        var scene = new GangScene(nodes: 16);
        using var page = new MetricsPage(scene.Life.Metrics.Meter, TimeProvider.System, Assert.Fail);
        scene.CreateJob("runs", 14);
        await scene.SettleAsync();
        using var stop = new CancellationTokenSource();
        var running = scene.Life.Starts.RunAsync(stop.Token);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        // A page is made once a second at most.
        while (!ExpositionReader.Read(page.Read().Span).Samples.Any(s => s is { Name: "toposcheduler_gang_communication_gap_ratio_count", Value: 1 }))
        {
            await Task.Delay(50, patience.Token);
        }

        // The best sixteen nodes are what it got.
        Assert.Contains(ExpositionReader.Read(page.Read().Span).Samples, s => s is { Name: "toposcheduler_gang_communication_gap_ratio_sum", Value: 0 });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
