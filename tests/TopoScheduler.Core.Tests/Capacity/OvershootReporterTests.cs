using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Capacity;

/// <summary>Who is to be capped or moved first, by hand. A node draws 2,300 W idle; each of its GPUs adds 987.5 W at full draw, 630 of them its own.</summary>
public sealed class OvershootReporterTests
{
    [Fact]
    public void Report_WithinBudgets_SaysNothing()
    {
        var cluster = Nodes(2).Racks(2, 20_400).Pods([Pod(0, "a"), Pod(1, "b")]).Build();

        Assert.False(OvershootReporter.IsAnyOver(cluster));
        Assert.Empty(OvershootReporter.Report(cluster));
    }

    [Fact]
    public void Report_OnePriority_MovesTheSmallestThatIsEnoughAlone()
    {
        // 5 and 3 GPUs beside 8, both nodes at their maximum: 900 W too many.
        var over = Only(Nodes(2).Racks(2, 19_500).Pods([Pod(0, "a", 5), Pod(0, "b", 3), Pod(1, "c", 8)]).Build());

        Assert.Equal((new PowerDomainId(PowerDomainKind.Rack, "r0000"), FeedState.Normal, 20_400, 900, true), (over.Domain, over.Feed, over.CommittedWatts, over.OverWatts, over.Enough));
        Assert.Equal([("b", PowerReliefKind.Move, 2_962L, 0L)], over.Reliefs.Select(Row));
        Assert.Equal("rack/r0000 carries 20,400 W, 900 W over its budget of 19,500 W; move first: job/ml/b (priority 0, frees 2,962 W).", over.Summary);
    }

    [Fact]
    public void Report_NoneEnoughAlone_MovesTheLargestAndThenTheSmallestThatIsEnough()
    {
        var over = Only(Nodes(2).Racks(2, 10_000).Pods([Pod(0, "a", 4), Pod(0, "b", 3), Pod(0, "c", 1), Pod(1, "d", 8)]).Build());

        // 10,400 W too many: d frees 7,900, a and b are enough for the rest of 2,500, b is the smaller.
        Assert.Equal([("d", PowerReliefKind.Move, 7_900L, 2_500L), ("b", PowerReliefKind.Move, 2_962, 0)], over.Reliefs.Select(Row));
    }

    [Fact]
    public void Report_Priorities_TheLowestGoesFirstEvenIfItIsLarger()
    {
        var over = Only(Nodes(2).Racks(2, 20_000).Pods([Pod(0, "low", priority: -5), Pod(1, "high", 1)]).Build() is var c ? c.WithPower(c.Power.WithBudgets(Budget("rack/r0000", 13_000))) : null!);

        Assert.Equal([("low", -5)], over.Reliefs.Select(r => (r.Gang.Name, r.Priority)));
    }

    [Fact]
    public void Report_LowPrioritiesThatHelpNothing_AreNotListed()
    {
        // 1 GPU of priority 0 is not enough, and what is is enough without it.
        var over = Only(Nodes(2).Racks(2, 11_000).Pods([Pod(0, "small", 1), Pod(1, "large", 8, 9)]).Build());

        Assert.Equal([("large", PowerReliefKind.Move, 7_900L, 0L)], over.Reliefs.Select(Row));
    }

    [Fact]
    public void Report_GangAcceptsCaps_HighestCapThatIsEnough()
    {
        // 500 W too many: 62.5 W a GPU; 635 W is the highest multiple of 5 that frees them.
        var over = Only(Enforcing(1).Racks(1, 9_700).Pods([Pod(0, "a") with { LowestCapWatts = 400 }]).Build());
        var cap = Assert.Single(over.Reliefs);

        Assert.Equal((PowerReliefKind.Cap, 635, 520L, 0L), (cap.Kind, cap.CapWatts, cap.FreesWatts, cap.LeftWatts));
        Assert.Equal(Math.Round(Math.Sqrt(630.0 / 565), 4), cap.Slowdown);
        Assert.Equal("rack/r0000 carries 10,200 W, 500 W over its budget of 9,700 W; cap first: job/ml/a at 635 W a GPU (frees 520 W, compute takes about 6% longer).", over.Summary);
    }

    [Fact]
    public void Report_CapsAndMoves_CapsComeFirstAndMovesOnlyForTheRest()
    {
        // Capped at 400 W gang a frees 2,400 W of 4,000; b need not go whole, but a gang cannot go in part.
        var over = Only(Enforcing(2).Racks(2, 16_400).Pods([Pod(0, "a", priority: 9) with { LowestCapWatts = 400 }, Pod(1, "b", 2), Pod(1, "c", 6, 3)]).Build());

        Assert.Equal([("a", PowerReliefKind.Cap), ("b", PowerReliefKind.Move)], over.Reliefs.Select(r => (r.Gang.Name, r.Kind)));
        Assert.True(over.Enough);
        // b frees 1,975 of 4,000 W, so the cap is higher than it might be.
        Assert.Equal(445, over.Reliefs[0].CapWatts);
        Assert.Contains("; cap first: job/ml/a at 445 W a GPU (frees 2,040 W, ", over.Summary, StringComparison.Ordinal);
        Assert.EndsWith("; then move: job/ml/b (priority 0, frees 1,975 W).", over.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 400, 8)]
    [InlineData(true, null, 8)]
    [InlineData(true, 700, 8)]
    public void Report_CapsNobodyEnforcesOrAccepts_AreNotListed(bool enforced, int? accepted, int gpus)
    {
        var over = Only((enforced ? Enforcing(1) : Nodes(1)).Racks(1, 9_700).Pods([Pod(0, "a", gpus) with { LowestCapWatts = accepted }]).Build());

        Assert.Equal(PowerReliefKind.Move, Assert.Single(over.Reliefs).Kind);
    }

    [Fact]
    public void Report_AcceptsLessThanTheProductTakes_KeepsToTheProduct()
    {
        // 4,100 W too many: even at the product's 200 W the GPUs free 4,000.
        var over = Only(Enforcing(1).Racks(1, 6_100).Pods([Pod(0, "a") with { LowestCapWatts = 1 }]).Build());

        Assert.Equal(PowerReliefKind.Move, Assert.Single(over.Reliefs).Kind);
    }

    [Fact]
    public void Report_DaemonsAndPodsBeingDeleted_AreNobodyToMove()
    {
        var leaving = Pod(1, "leaving") with { Terminating = true };
        var over = Only(Nodes(2).Racks(2, 14_000).Pods([ClusterBuilder.BoundPod("n0000", "daemon", 0, daemon: true), leaving, Pod(0, "a", 4)]).Build());

        Assert.Empty(over.Reliefs);
        Assert.Equal((16_450L, 7_900L, true), (over.CommittedWatts, over.LeavingWatts, over.Enough));
        Assert.EndsWith("; pods that are being deleted free 7,900 W.", over.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_IdleDrawAloneIsTooMuch_SaysWhatIsLeft()
    {
        var over = Only(Nodes(2).Racks(2, 4_000).Pods([Pod(0, "a", 4)]).Build());

        Assert.Equal([("a", PowerReliefKind.Move, 3_950L, 600L)], over.Reliefs.Select(Row));
        Assert.Equal((false, 600L), (over.Enough, over.LeftWatts));
        Assert.EndsWith("; 600 W stay over whatever is done: no gang draws them.", over.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_FeedLost_IsTheStateThatIsTold()
    {
        // Both PDUs carry half of 20,400 W; with A lost PDU B carries all of it.
        var over = Only(Nodes(2).Pdus(2, 30_000).PdusB(2, 15_000).Pods([Pod(0, "a", 8), Pod(1, "b", 8)]).Build());

        Assert.Equal((new PowerDomainId(PowerDomainKind.Pdu, "q0000"), FeedState.LostA, 20_400, 5_400), (over.Domain, over.Feed, over.CommittedWatts, over.OverWatts));
        Assert.Equal(7_900, Assert.Single(over.Reliefs).FreesWatts);
        Assert.StartsWith("pdu/q0000 carries 20,400 W with feed A lost, 5,400 W over", over.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_GangOnSeveralDomains_FreesInEachWhatItDrawsThere()
    {
        var gang = new GangKey("ml", "Job", "wide");
        var pods = new[] { Pod(0, "x", 8) with { Gang = gang }, Pod(1, "y", 4) with { Gang = gang }, Pod(2, "z", 8) with { Gang = gang } };
        var overs = OvershootReporter.Report(Nodes(4).Racks(2, 10_000).Rows(4, 20_000).Pods(pods).Build());

        Assert.Equal(["row/w0000", "rack/r0000", "rack/r0001"], overs.Select(o => o.Domain.ToString()));
        Assert.Equal([(3, 19_750L), (2, 11_850), (1, 7_900)], overs.Select(o => (o.Reliefs[0].Pods.Length, o.Reliefs[0].FreesWatts)));
    }

    [Fact]
    public void Of_Levels_AreThoseOfTheWorstFeedState()
    {
        var levels = PowerLevel.Of(Nodes(2).Racks(2, 10_000).Pdus(2, null).PdusB(2, 15_000).Pods([Pod(0, "a", 8)]).Build());

        Assert.Equal([("rack/r0000", 10_000L, 12_500L, -2_500L, 2_500L), ("pdu/q0000", 15_000, 12_500, 2_500, 0)],
            levels.Select(l => (l.Domain.ToString(), l.BudgetWatts, l.CommittedWatts, l.HeadroomWatts, l.OverWatts)));
    }

    [Fact]
    public void IsAnyOver_Asked_AllocatesNothing()
    {
        var cluster = Nodes(8).Racks(2, 20_000).Rows(4, 20_000).Build();
        OvershootReporter.IsAnyOver(cluster);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) OvershootReporter.IsAnyOver(cluster);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static Dictionary<string, long?> Budget(string id, long watts) => new() { [id] = watts };

    private static PowerOvershoot Only(ClusterSnapshot cluster) => Assert.Single(OvershootReporter.Report(cluster));

    private static ClusterBuilder Nodes(int count) => ClusterBuilder.Spines(1).NodesPerLeaf(count);

    private static ClusterBuilder Enforcing(int count) => Nodes(count).Nodes((_, n) => n with { Power = n.Power with { CapsEnforced = true } });

    private static (string, PowerReliefKind, long, long) Row(PowerRelief relief) => (relief.Gang.Name, relief.Kind, relief.FreesWatts, relief.LeftWatts);

    private static PodInfo Pod(int node, string name, int gpus = 8, int priority = 0) =>
        ClusterBuilder.BoundPod(ClusterBuilder.NameOf(node), name, gpus) with { Priority = priority, Gang = new("ml", "Job", name) };
}
