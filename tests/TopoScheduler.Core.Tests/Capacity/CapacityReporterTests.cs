using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Capacity;

public sealed class CapacityReporterTests
{
    private static readonly CapacityQuestion EightGpus = new() { Resource = GangBuilder.Gpu, PerPod = 8, PhysicalPerPod = 8 };

    [Fact]
    public void Report_EmptyCluster_TakesEverythingAtEveryTier()
    {
        var report = Report(ClusterBuilder.Spines(2).Leaves(2).NodesPerLeaf(4).Build());

        Assert.Equal(["node 1", "nvlink-domain 1", "leaf 4", "spine 8", "cluster 16"], report.Largest.Select(l => $"{l.Tier} {l.Pods}"));
        Assert.Equal(["8: 16", "16: 8", "64: 2", "256: 0"], report.Slots.Select(s => $"{s.Gpus}: {s.Count}"));
        Assert.Equal(["spine 2"], report.Slots[2].WithinTier.Select(t => $"{t.Tier} {t.Count}"));
        Assert.All(report.Fragmentation, f => Assert.Equal((f.Domains, 0L), (f.WholeDomains, f.StrandedGpus)));
        Assert.Equal((128, 0, 0, 128), (report.Gpus, report.BusyGpus, report.ClosedGpus, report.FreeGpus));
    }

    [Fact]
    public void Report_OneBusyNodeInALeaf_StrandsTheRestOfTheLeaf()
    {
        var report = Report(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(4).Busy(0).Build());

        var leaf = report.Fragmentation.Single(f => f.Tier == "leaf");
        Assert.Equal((2, 1, 24L), (leaf.Domains, leaf.WholeDomains, leaf.StrandedGpus));
        Assert.Equal(24.0 / 56, leaf.Share, 6);
    }

    [Fact]
    public void Report_TightRacks_CountsWattsNotGpus()
    {
        // A rack of four nodes idles at 9,200 W; 26 kW take two at 10,200 W.
        var report = Report(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(4).Racks(4, 26_000).Build());

        Assert.Equal(["1", "1", "2", "4", "4"], report.Largest.Select(l => $"{l.Pods}"));
        Assert.Equal(32, report.PowerStrandedGpus);
        Assert.Equal(0, report.Fragmentation.Single(f => f.Tier == "leaf").WholeDomains);
    }

    [Fact]
    public void Report_ClosedNodes_AreNotFree()
    {
        var report = Report(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Nodes((i, n) => i switch
        {
            0 => n with { Ready = false },
            1 => n with { Unschedulable = true },
            2 => n with { Taints = [new("node.kubernetes.io/unreachable", null, "NoSchedule")] },
            _ => n with { Taints = [new("nvidia.com/gpu", "present", "NoSchedule")] },
        }).Build());

        Assert.Equal((8, 24), (report.FreeGpus, report.ClosedGpus));
        Assert.Equal(1, report.Largest[^1].Pods);
    }

    [Fact]
    public void Report_PartlyFreeNodes_LeaveARemainder()
    {
        var report = Report(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(2).Pod(0, 3).Build());

        Assert.Equal((13, 5), (report.FreeGpus, report.RemainderGpus));
    }

    [Fact]
    public void Slots_NestedBudgets_NeedNoPlans()
    {
        var report = Report(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(8).Racks(4, 26_000).Build(), EightGpus with { MostPlans = 0, SlotSizes = [8, 16] });

        Assert.Equal([(4, true), (2, true)], report.Slots.Select(s => (s.Count, s.Proved)));
    }

    // Readings may hide room that shows only once pods are there, so the engine is asked whether there is.
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Slots_NoPlanLeftToTellThatThereAreNoMore_SaysAtLeast(int plans, bool proved)
    {
        var rack = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Racks(4, 27_000).Build();
        var cluster = rack.WithReadings([new(PowerReadingKind.Rack, "r0000", 9_500, DateTimeOffset.UnixEpoch)], new());

        var report = Report(cluster, EightGpus with { MostPlans = plans, SlotSizes = [8] });

        Assert.Equal((2, proved), (report.Slots[0].Count, report.Slots[0].Proved));
    }

    // A rack is cut for three servers; one pod has ended since 17.4 kW were measured, 300 W more than were reserved: nobody's going makes room, but whoever comes draws what it drew.
    [Fact]
    public void Slots_PodsGoneSinceTheReading_CountWhatTakesTheirPlace()
    {
        var before = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Racks(4, 34_000).Busy(0).Build();
        var cluster = before.WithReadings([new(PowerReadingKind.Rack, "r0000", 17_400, DateTimeOffset.UnixEpoch)], new()).WithPods(_ => false);

        var report = Report(cluster, EightGpus with { SlotSizes = [8] });

        Assert.Equal((PackedSlots.OneByOne(cluster, CapacityQuestion.Gang(EightGpus.Pod(cluster), 1, "slot", null)).Count, true), (report.Slots[0].Count, report.Slots[0].Proved));
        Assert.True(report.Slots[0].Count > report.Largest[^1].Pods);
    }

    [Fact]
    public void Report_NoSuchResource_IsAllZero()
    {
        var report = Report(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(2).Build(), EightGpus with { Resource = "amd.com/gpu" });

        Assert.Equal(0, report.Gpus);
        Assert.All(report.Largest, l => Assert.Equal((0, true), (l.Pods, l.Proved)));
    }

    [Fact]
    public void Headroom_BudgetsOverAndUnder_IsBudgetLessDraw()
    {
        var rows = CapacityReporter.Headroom(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Racks(2, 12_000).Busy(0, 1).Build());

        Assert.Equal([(12_000, 20_400, -8_400), (12_000, 4_600, 7_400)], rows.Select(r => (r.BudgetWatts, r.DrawWatts, r.HeadroomWatts)));
        Assert.All(rows, r => Assert.Equal(20_400, r.FullDrawWatts));
    }

    private static CapacityReport Report(ClusterSnapshot cluster, CapacityQuestion? question = null) =>
        CapacityReporter.Report(cluster, question ?? EightGpus, PlacementPolicy.Default);
}
