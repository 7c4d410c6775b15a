using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Power;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Telemetry;
using TopoScheduler.Server.Telemetry.Exposition;
using TopoScheduler.Server.Tests.Telemetry.Exposition;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Clocks;

namespace TopoScheduler.Server.Tests.Telemetry;

public sealed class SchedulerGaugesTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Gauges_Asked_SayHowThingsStand()
    {
        var now = _time.GetUtcNow();
        var refused = new PlacementResult(PlacementOutcome.NoFit, null, [new(FitConstraint.Power, 3, null, "too few watts")], [], new(true, 1));
        var waiting = WaitingGangs.Of([(now.AddSeconds(-90), null), (now.AddSeconds(-30), new(WaitCause.RunningGangs, refused, null, null, null)), (now, new(WaitCause.RunningGangs, refused, null, null, null))]);
        var report = Report();
        var measured = Measure(new(_time)
        {
            Drift = () => new(1, 2, 3),
            Waiting = () => waiting,
            Leads = () => true,
            Cluster = () => TestServer.Cluster(),
            Watches = () => [new("pods", now.AddSeconds(-4), 17, 2, 1), new("nodes", null, 0, 0, 5)],
            Capacity = () => new([report], now.AddSeconds(-20), TimeSpan.FromSeconds(1.5)),
        });

        (string, double)[] expected =
        [
            ("toposcheduler_leader", 1), ("toposcheduler_nodes", 4),
            ("toposcheduler_ledger_drift pod_without_hold", 1), ("toposcheduler_ledger_drift hold_without_pod", 2), ("toposcheduler_ledger_drift other_node", 3),
            ("toposcheduler_gangs_waiting", 3), ("toposcheduler_gangs_waiting_oldest_seconds", 90),
            ("toposcheduler_gangs_waiting_for turn none", 1), ("toposcheduler_gangs_waiting_for running_gangs power", 2),
            ("toposcheduler_watch_contact_age_seconds pods", 4), ("toposcheduler_watch_events_total pods", 17), ("toposcheduler_watch_relists_total pods", 2),
            ("toposcheduler_watch_errors_total nodes", 5),
            ("toposcheduler_gpus nvidia.com/gpu busy", 5), ("toposcheduler_gpus nvidia.com/gpu closed", 8), ("toposcheduler_gpus nvidia.com/gpu free", 15),
            ("toposcheduler_gpus nvidia.com/gpu stranded", 4),
            ("toposcheduler_largest_gang_gpus nvidia.com/gpu leaf", 16), ("toposcheduler_free_slots nvidia.com/gpu 8", 2),
            ("toposcheduler_capacity_age_seconds", 20), ("toposcheduler_capacity_duration_seconds", 1.5),
        ];
        Assert.All(expected, e => Assert.Equal(e.Item2, measured[e.Item1]));
        Assert.DoesNotContain("toposcheduler_watch_contact_age_seconds nodes", measured.Keys);
    }

    [Fact]
    public void Gauges_NothingKnown_SaysNothingOfIt()
    {
        var measured = Measure(new(_time));
        Assert.Equal(0, measured["toposcheduler_leader"]);
        Assert.Equal(0, measured["toposcheduler_gangs_waiting"]);
        Assert.DoesNotContain(measured.Keys, k => k.StartsWith("toposcheduler_nodes", StringComparison.Ordinal) || k.StartsWith("toposcheduler_power", StringComparison.Ordinal));
        Assert.DoesNotContain(measured.Keys, k => k.StartsWith("toposcheduler_capacity", StringComparison.Ordinal) || k.StartsWith("toposcheduler_largest", StringComparison.Ordinal));
    }

    [Fact]
    public void Told_MoreDomainsThanAreTold_ThoseThatAreOverAndTheWidestAre()
    {
        PowerLevel[] levels =
        [
            .. Enumerable.Range(0, SchedulerGauges.MostPowerDomains + 50).Select(n => new PowerLevel(new(PowerDomainKind.Rack, $"r{n}"), 10, n == SchedulerGauges.MostPowerDomains + 49 ? 11 : 9)),
            new(new(PowerDomainKind.Row, "w"), 10, 9),
        ];
        var told = SchedulerGauges.Told(levels);

        Assert.Equal(SchedulerGauges.MostPowerDomains, told.Count);
        Assert.Equal(levels[SchedulerGauges.MostPowerDomains + 49], told[0]);
        Assert.Equal(levels[^1], told[1]);
    }

    [Fact]
    public void Gauges_APowerDomainOver_ItsFourFiguresAgree()
    {
        var watts = new NodePower { MaxWatts = 10_200, IdleWatts = 2_300 };
        var cluster = ClusterSnapshot.Create(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(2).Watts(watts).Racks(2, 1_000).BuildNodes(), []);
        var level = Assert.Single(PowerLevel.Of(cluster));
        var measured = Measure(new(_time) { Cluster = () => cluster });
        Assert.Equal(level.CommittedWatts, measured["toposcheduler_power_committed_watts rack r0000"]);
        Assert.Equal(1_000, measured["toposcheduler_power_budget_watts rack r0000"]);
        Assert.Equal(1_000 - level.CommittedWatts, measured["toposcheduler_power_headroom_watts rack r0000"]);
        Assert.Equal(level.CommittedWatts - 1_000, measured["toposcheduler_power_overshoot_watts rack r0000"]);
        Assert.True(level.OverWatts > 0);
    }

    [Fact]
    public void Drift_Total_SumsUp() => Assert.Equal(6, new LedgerDrift(1, 2, 3).Total);

    private static CapacityReport Report() => new()
    {
        Resource = "nvidia.com/gpu",
        GpusPerPod = 8,
        Gpus = 32,
        BusyGpus = 5,
        ClosedGpus = 8,
        FreeGpus = 19,
        RemainderGpus = 0,
        PowerStrandedGpus = 4,
        Largest = [new("leaf", 2, 16, "s0/l0", true)],
        Slots = [new(8, 1, 2, true, [])],
        Fragmentation = [],
    };

    private Dictionary<string, double> Measure(SchedulerGauges gauges)
    {
        using var metrics = new SchedulerMetrics(_time);
        gauges.Observe(metrics.Meter);
        using var page = new MetricsPage(metrics.Meter, _time, Assert.Fail);
        return ExpositionReader.Read(page.Read().Span).Samples.Where(s => !s.Labels.ContainsKey("le")).ToDictionary(s => s.Key, s => s.Value);
    }
}
