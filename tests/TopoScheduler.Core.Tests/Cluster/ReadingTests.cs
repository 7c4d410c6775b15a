using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>Measured watts: four nodes of 2,300 W idle and 10,200 W at full draw in one rack of 40,000 W, some of them busy.</summary>
public sealed class ReadingTests
{
    private const int Busy = 7_900;
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly ReadingOptions Recover = new(Recover: true, GuardPercent: 10);

    [Fact]
    public void CommittedWatts_MeasuredAboveReserved_IsMeasured()
    {
        var cluster = Rack(0).WithReadings([Of(PowerReadingKind.Rack, "r0000", 21_000)], new());
        Assert.Equal((21_000, 21_000L), (cluster.CommittedWatts(0), cluster.MeasuredWatts(0)));
        Assert.Equal(2 * 19_000, cluster.HeadroomOf(0));
    }

    [Fact]
    public void CommittedWatts_MeasuredBelowReserved_StaysReservedUnlessRecovered()
    {
        PowerReading[] low = [Of(PowerReadingKind.Rack, "r0000", 12_000)];
        Assert.Equal(17_100, Rack(0).WithReadings(low, new()).CommittedWatts(0));
        // 12,000 W and a guard of a tenth of the budget.
        Assert.Equal(16_000, Rack(0).WithReadings(low, Recover).CommittedWatts(0));
        Assert.Equal(17_100, Rack(0).WithReadings(low, Recover with { GuardPercent = 50 }).CommittedWatts(0));
    }

    [Fact]
    public void CommittedWatts_ReadingsGone_AreReservedAgain()
    {
        var cluster = Rack(0).WithReadings([Of(PowerReadingKind.Rack, "r0000", 12_000)], Recover);
        Assert.Equal(17_100, cluster.WithReadings([], Recover).CommittedWatts(0));
    }

    [Fact]
    public void CommittedWatts_PodAddedSince_CountsInFullOnTopOfWhatWasMeasured()
    {
        var (low, high) = (Rack(0).WithReadings([Of(PowerReadingKind.Rack, "r0000", 12_000)], Recover), Rack(0).WithReadings([Of(PowerReadingKind.Rack, "r0000", 21_000)], new()));
        Assert.Equal(16_000 + Busy, low.Plus([ClusterBuilder.BoundPod("n0001", "new", 8)]).CommittedWatts(0));
        Assert.Equal(21_000 + Busy, high.Plus([ClusterBuilder.BoundPod("n0001", "new", 8)]).CommittedWatts(0));
    }

    [Fact]
    public void CommittedWatts_PodGoneSince_MakesNoRoomBelowWhatWasMeasured()
    {
        var high = Rack(0, 1).WithReadings([Of(PowerReadingKind.Rack, "r0000", 30_000)], new());
        Assert.Equal(30_000, high.WithPods(p => p.Name != "busy-0001").CommittedWatts(0));
        // A pod goes and another comes: the meter has not seen the other yet.
        var low = Rack(0, 1).WithReadings([Of(PowerReadingKind.Rack, "r0000", 12_000)], Recover);
        var changed = low.WithPods(p => p.Name != "busy-0001").Plus([ClusterBuilder.BoundPod("n0002", "new", 8)]);
        Assert.Equal(12_000 + 4_000 + Busy, changed.CommittedWatts(0));
    }

    [Fact]
    public void CommittedWatts_NodeReadings_CountForTheirNodes()
    {
        PowerReading[] readings = [Of(PowerReadingKind.Node, "n0000", 6_000), Of(PowerReadingKind.Node, "n0001", 3_000)];
        // Without leave to recover only the idle node that draws more than idle counts; with it the busy one that draws less, too.
        Assert.Equal(17_100 + 700, Rack(0).WithReadings(readings, new()).CommittedWatts(0));
        Assert.Equal(6_000 + 3_000 + 4_600, Rack(0).WithReadings(readings, Recover with { GuardPercent = 0 }).CommittedWatts(0));
        Assert.Null(Rack(0).WithReadings(readings, new()).MeasuredWatts(0));
    }

    [Fact]
    public void CommittedWatts_GpuReadings_GetTheNodeAround()
    {
        // Eight busy GPUs at 500 W, and what the node has beside them at full: 10,200 − 8 × 700. An idle node has 2,300 − 8 × 70.
        var cluster = Rack(0).WithReadings([Of(PowerReadingKind.NodeGpus, "n0000", 4_000), Of(PowerReadingKind.NodeGpus, "n0001", 800)], Recover with { GuardPercent = 0 });
        Assert.Equal(4_000 + 4_600 + 800 + 1_740 + 4_600, cluster.CommittedWatts(0));
    }

    [Fact]
    public void CommittedWatts_RackMeterAndNodeMeters_TheMeterOfTheRackIsTrusted()
    {
        PowerReading[] readings = [Of(PowerReadingKind.Rack, "r0000", 15_000), Of(PowerReadingKind.Node, "n0000", 9_000)];
        Assert.Equal(15_000, Rack(0).WithReadings(readings, Recover with { GuardPercent = 0 }).CommittedWatts(0));
    }

    [Fact]
    public void CommittedWatts_RowAboveMeteredRacks_AddsThemUp()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Racks(2, 20_000).Rows(4, 40_000).Busy(0).Build();
        PowerReading[] readings = [Of(PowerReadingKind.Rack, "r0000", 14_000), Of(PowerReadingKind.Rack, "r0001", 4_000)];
        // Rack 0 is 1,500 W above what is reserved in it, rack 1 is 600 W below, and may rise.
        Assert.Equal(17_100 + 1_500, cluster.WithReadings(readings, new()).CommittedWatts(2));
        Assert.Equal(18_000, cluster.WithReadings(readings, Recover with { GuardPercent = 0 }).CommittedWatts(2));
        Assert.Equal(18_000, cluster.WithReadings(readings, new()).MeasuredWatts(2));
    }

    [Fact]
    public void CommittedWatts_OneFeedMeasuredHigh_CountsTwiceForWhenTheOtherIsLost()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Pdus(4, 40_000).PdusB(4, 40_000).Busy(0).Build();
        var high = cluster.WithReadings([Of(PowerReadingKind.Pdu, "p0000", 10_000)], new());
        Assert.Equal((20_000, 10_000L), (high.CommittedWatts(0), high.MeasuredWatts(0)));
        // A low reading of one cord says nothing of what that cord carries alone.
        Assert.Equal(17_100, cluster.WithReadings([Of(PowerReadingKind.Pdu, "p0000", 6_000)], Recover).CommittedWatts(0));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(81_601)]
    [InlineData(4_599)]
    public void WithReadings_AbsurdReading_IsAProblemAndReservedWattsCount(double watts)
    {
        var cluster = Rack(0).WithReadings([Of(PowerReadingKind.Rack, "r0000", watts)], Recover);
        Assert.Equal(17_100, cluster.CommittedWatts(0));
        var problem = Assert.Single(cluster.RefusedReadings).Problem;
        Assert.Equal((Severity.Warning, "rack/r0000"), (problem.Severity, problem.Object));
    }

    [Fact]
    public void WithReadings_UnknownNames_AreProblems()
    {
        var cluster = Rack(0).WithReadings([Of(PowerReadingKind.Rack, "r9", 12_000), Of(PowerReadingKind.Node, "gone", 900), Of(PowerReadingKind.Facility, "r0000", 9_000)], new());
        Assert.Equal(["node/gone", "rack/r9", "facility/r0000"], cluster.RefusedReadings.Select(r => r.Problem.Object));
    }

    [Fact]
    public void Plan_HighReading_LeavesNoRoom()
    {
        var gang = GangBuilder.Members(2).Build();
        Assert.NotNull(PlacementEngine.Plan(Rack(0), gang, PlacementPolicy.Default).Plan);
        var high = Rack(0).WithReadings([Of(PowerReadingKind.Rack, "r0000", 25_000)], new());
        Assert.Contains(PlacementEngine.Plan(high, gang, PlacementPolicy.Default).Reasons, r => r.Constraint == FitConstraint.Power);
    }

    [Fact]
    public void State_RebuiltForANewNode_KeepsWhatWasMeasuredAndWhatCameSince()
    {
        var builder = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(5).Racks(5, 60_000).Busy(0);
        var state = new ClusterState();
        state.SetTime(Now, TimeSpan.FromDays(1));
        state.ReplaceNodes(builder.BuildNodes().Take(4));
        state.ReplacePods(builder.BuildPods());
        state.SetTime(Now.AddMinutes(10), TimeSpan.FromDays(1));
        state.SetReadings([Of(PowerReadingKind.Rack, "r0000", 12_000)], Recover with { GuardPercent = 0 });
        state.Upsert(ClusterBuilder.BoundPod("n0001", "new", 8));
        Assert.Equal(12_000 + Busy, state.Current.CommittedWatts(0));
        state.Upsert(builder.BuildNodes()[4]);
        Assert.Equal(12_000 + Busy + 2_300, state.Current.CommittedWatts(0));
    }

    [Fact]
    public void State_PodThatHasJustBeenBoundOrIsOnlyPromised_CountsWithWhatIsReserved()
    {
        var state = new ClusterState();
        state.ReplaceNodes(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Racks(4, 60_000).BuildNodes());
        state.SetTime(Now, TimeSpan.FromDays(1));
        state.Upsert(ClusterBuilder.BoundPod("n0000", "old", 8));
        state.SetTime(Now.AddMinutes(9), TimeSpan.FromDays(1));
        var gang = GangBuilder.Members(1).Build();
        Assert.True(state.TryAssume(gang.Key, ClusterBuilder.BoundPod("n0001", "promised", 8), gang, Now.AddDays(1)).MayBind);
        // Nobody computes yet: all four nodes draw what they draw idle.
        Measure();
        Assert.Equal(25_000, state.Current.CommittedWatts(0));
        state.SetTime(Now.AddMinutes(10), TimeSpan.FromDays(1));
        Measure();
        Assert.Equal(9_200 + Busy, state.Current.CommittedWatts(0));

        void Measure() => state.SetReadings([Of(PowerReadingKind.Rack, "r0000", 9_200)], Recover with { GuardPercent = 0 });
    }

    // What it draws is what is reserved for it: it is not to be counted twice because it has just been bound, or because we have just begun.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void State_PodThatHasJustBeenBoundDraws_CountsOnce(bool recover)
    {
        var state = RackState();
        state.Upsert(ClusterBuilder.BoundPod("n0000", "new", 8));
        foreach (var watts in new[] { 9_200, 14_000, 9_200 + Busy })
        {
            state.SetReadings([Of(PowerReadingKind.Rack, "r0000", watts)], Recover with { Recover = recover });
            Assert.Equal(9_200 + Busy, state.Current.CommittedWatts(0));
        }

        state.SetReadings([Of(PowerReadingKind.Rack, "r0000", 9_200 + Busy + 1_000)], Recover with { Recover = recover });
        Assert.Equal(9_200 + Busy + 1_000, state.Current.CommittedWatts(0));
    }

    // Others drew 2,000 W too much before it came: that is not what the new pod draws, whether it draws yet or not.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void State_PodBoundWhereOthersDrawTooMuch_ComesOnTop(bool recover)
    {
        var state = RackState();
        state.SetReadings([Of(PowerReadingKind.Rack, "r0000", 11_200)], Recover with { Recover = recover });
        state.Upsert(ClusterBuilder.BoundPod("n0000", "new", 8));
        Assert.Equal(11_200 + Busy, state.Current.CommittedWatts(0));
        foreach (var watts in new[] { 11_200, 11_200 + Busy })
        {
            state.SetReadings([Of(PowerReadingKind.Rack, "r0000", watts)], Recover with { Recover = recover });
            Assert.Equal(11_200 + Busy, state.Current.CommittedWatts(0));
            // A rebuild (a node of another rack) forgets nothing of it.
            state.Upsert(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(6).BuildNodes()[5]);
            Assert.Equal(11_200 + Busy, state.Current.CommittedWatts(0));
        }
    }

    private static ClusterState RackState()
    {
        var state = new ClusterState();
        state.SetTime(Now, TimeSpan.FromDays(1));
        state.ReplaceNodes(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Racks(4, 60_000).BuildNodes());
        return state;
    }

    private static ClusterSnapshot Rack(params int[] busy) => ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Racks(4, 40_000).Busy(busy).Build();

    private static PowerReading Of(PowerReadingKind kind, string name, double watts) => new(kind, name, watts, Now);
}
