using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Cases;
using TopoScheduler.Testing.Oracles;
using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Placement;

/// <summary>The oracles against answers known by hand, and against each other.</summary>
public sealed class OracleTests(ITestOutputHelper output)
{
    [Fact]
    public void BruteForce_LeafTooSmall_NeedsTheSpine()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(2).Build();
        Assert.True(BruteForce.Fits(cluster, GangBuilder.Members(3).Required(Tier.Spine).Build()));
        Assert.False(BruteForce.Fits(cluster, GangBuilder.Members(3).Required(Tier.Leaf).Build()));
        Assert.True(BruteForce.Fits(cluster, GangBuilder.Members(2).Required(Tier.Leaf).Build()));
        Assert.False(BruteForce.Fits(cluster, GangBuilder.Members(5).Build()));
    }

    [Fact]
    public void BruteForce_RackBudget_AdmitsWhatItsWattsAllow()
    {
        // Four nodes of 2,300 W idle; a member adds 7,900 W: 26 kW take two members more than the 9,200 W idle.
        var cluster = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Racks(4, 26_000).Build();
        Assert.True(BruteForce.Fits(cluster, GangBuilder.Members(2).Build()));
        Assert.False(BruteForce.Fits(cluster, GangBuilder.Members(3).Build()));
    }

    [Fact]
    public void BruteForce_DualFeeds_CarryAllWhenOneIsLost()
    {
        // Either feed must carry both nodes alone: 20,400 W for two members, 12,500 W for one.
        Assert.True(BruteForce.Fits(Fed(20_400), GangBuilder.Members(2).Build()));
        Assert.False(BruteForce.Fits(Fed(20_399), GangBuilder.Members(2).Build()));
        Assert.True(BruteForce.Fits(Fed(12_500), GangBuilder.Members(1).Build()));
        Assert.False(BruteForce.Fits(Fed(12_499), GangBuilder.Members(1).Build()));

        static ClusterSnapshot Fed(long watts) => ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(2).Pdus(2, watts).PdusB(2, watts).Build();
    }

    [Fact]
    public void BruteForce_Segments_StayInOneDomainEach()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(3).Build();
        Assert.True(BruteForce.Fits(cluster, GangBuilder.Members(6).Segments(3, Tier.Leaf).Build()));
        Assert.False(BruteForce.Fits(cluster, GangBuilder.Members(6).Segments(2, Tier.Leaf).Build()));
        Assert.True(BruteForce.Fits(cluster, GangBuilder.Members(4).Segments(2, Tier.Leaf).Build()));
    }

    [Fact]
    public void BruteForce_MixedRoles_SegmentsRunAcrossRoles()
    {
        // Segment 0 is the launcher with one worker, segment 1 two workers; leaf capacities are 1 and 2 GPU members.
        var cluster = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(2).Busy(0).Build();
        var gang = GangBuilder.Mixed().Role("launcher", 1, 0).Role("worker", 3, 8).Segments(2, Tier.Leaf).Build();
        Assert.True(BruteForce.Fits(cluster, gang));
        Assert.False(BruteForce.Fits(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(2).Busy(0, 1).Build(), gang));
    }

    [Fact]
    public void BruteForce_SelfExclusion_TakesOneNodeEach()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(2).Build();
        Assert.True(BruteForce.Fits(cluster, GangBuilder.Members(3).GpusPerPod(4).Build()));
        Assert.False(BruteForce.Fits(cluster, GangBuilder.Members(3).GpusPerPod(4).SelfExclusion().Build()));
    }

    [Fact]
    public void BruteForce_GangMin_LeavesOutAsFewAsItMust()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Busy(1).Build();
        var answer = BruteForce.Solve(cluster, GangBuilder.Members(5).Min(2).Build());
        Assert.Equal(2, answer.Best.LeftOut);
    }

    [Fact]
    public void BruteForce_FreeLeafOrBrokenLeaf_PrefersTheBrokenOne()
    {
        // Two members fit in leaf 0 (broken already) and in leaf 1 (whole): equal time, equal domains used.
        var cluster = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(3).Busy(0).Build();
        var best = BruteForce.Solve(cluster, GangBuilder.Members(2).Build()).BestCounts!;
        Assert.Equal([0, 1, 1, 0, 0, 0], best.Select(c => c[0]));
    }

    [Fact]
    public void BruteForce_MirroredPlacements_ChangeNothing()
    {
        var placements = 0L;
        var mirrored = 0L;
        for (var seed = 0; seed < 150; seed++)
        {
            var drawn = SmallCases.Draw(seed);
            var some = BruteForce.Solve(drawn.Cluster, drawn.Gang);
            var all = BruteForce.Solve(drawn.Cluster, drawn.Gang, useTwins: false);
            Assert.Equal((all.Fits, all.Best), (some.Fits, some.Best));
            Assert.Equal(all.Fits, BruteForce.Fits(drawn.Cluster, drawn.Gang));
            placements += some.Placements;
            mirrored += all.Placements;
        }

        output.WriteLine($"{placements} placements looked at instead of {mirrored}");
        Assert.True(placements < mirrored);
    }

    [Fact]
    public void PowerModel_EveryDraw_AgreesWithTheFeedsPlayedThrough()
    {
        for (var seed = 0; seed < 1_000; seed++)
        {
            var drawn = SmallCases.Draw(seed);
            var cluster = drawn.Cluster;
            var naive = new NaivePower(cluster.Nodes);
            var draw = new long[cluster.Nodes.Length];
            for (var n = 0; n < draw.Length; n++)
            {
                var power = cluster.Nodes[n].Power;
                draw[n] = NaivePower.NodeWatts(power, cluster.PodsOf(n).Sum(p => NaivePower.PodWatts(power, p.Template.Power)));
                Assert.True(cluster.DrawOf(n) == draw[n], $"{cluster.Nodes[n].Name} draws {cluster.DrawOf(n)} W, expected {draw[n]} W; {drawn}");
            }

            var loads = cluster.ConstraintLoads();
            var over = cluster.Power.Constraints.Where(c => loads[c.Index] > c.LimitHalfWatts).Select(c => cluster.Power.Domains[c.Domain].Id).Distinct().Order();
            var expected = naive.PeakHalfWatts(draw).Where(p => naive.BudgetWatts.TryGetValue(p.Key, out var b) && p.Value > 2 * b).Select(p => p.Key).Order();
            Assert.True(expected.SequenceEqual(over), $"over: [{string.Join(' ', over)}], expected [{string.Join(' ', expected)}]; {drawn}");
        }
    }

    [Fact]
    public void TreeCount_ProvedClass_AgreesWithBruteForce()
    {
        var proved = 0;
        for (var seed = 0; seed < 1_500; seed++)
        {
            var drawn = SmallCases.Draw(seed);
            if (!drawn.Proved) continue;
            proved++;
            var most = TreeCount.MostMembers(drawn.Cluster, drawn.Gang);
            Assert.True(most >= drawn.Gang.MinMembers == BruteForce.Fits(drawn.Cluster, drawn.Gang), $"counted {most} members; {drawn}");
        }

        output.WriteLine($"{proved} cases");
        Assert.InRange(proved, 300, 1_500);
    }

    [Fact]
    public void PlantedCases_ProvedClass_FitByCounting()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var drawn = PlantedCases.Draw(seed);
            Assert.InRange(drawn.Nodes.Length, 64, 512);
            if (drawn.Proved) Assert.Equal(drawn.Gang.Size, TreeCount.MostMembers(drawn.Cluster, drawn.Gang));
        }
    }

    [Fact]
    public void MaxFlow_LeavesAndRacks_CountsByHand()
    {
        // Two leaves of three nodes, three racks of two; the middle rack spans both leaves.
        (int, int)[] free = [(0, 0), (0, 0), (0, 1), (1, 1), (1, 2), (1, 2)];
        Assert.Equal(6, MaxFlow.LeavesByRacks(free, [2, 2, 2]));
        Assert.Equal(4, MaxFlow.LeavesByRacks(free, [1, 2, 1]));
        Assert.Equal(3, MaxFlow.LeavesByRacks(free, [1, 1, 1], perLeaf: 2));
        Assert.Equal(2, MaxFlow.LeavesByRacks(free, [2, 2, 2], perLeaf: 1));
        Assert.Equal(0, MaxFlow.LeavesByRacks(free, [0, 0, -1]));
    }

    [Fact]
    public void MaxFlow_RandomRacks_AgreesWithBruteForce()
    {
        var random = new Random(7);
        for (var round = 0; round < 100; round++)
        {
            var rackOf = Enumerable.Range(0, 9).Select(_ => random.Next(3)).ToArray();
            var budgets = Enumerable.Range(0, 3).Select(r => (rackOf.Count(x => x == r) * 2_300L) + (random.Next(4) * 7_900) + random.Next(7_900)).ToArray();
            var busy = Enumerable.Range(0, 9).Where(_ => random.Next(4) == 0).ToHashSet();
            var cluster = ClusterBuilder.Spines(1).Leaves(3).NodesPerLeaf(3)
                .Nodes((i, n) => n with { Unschedulable = busy.Contains(i), PowerLocation = new() { Rack = $"r{rackOf[i]}", RackBudgetWatts = budgets[rackOf[i]] } })
                .Build();
            var slots = Enumerable.Range(0, 3).Select(r => (budgets[r] - (rackOf.Count(x => x == r) * 2_300L)) / 7_900).ToArray();
            var most = Enumerable.Range(0, 3).Max(leaf => MaxFlow.LeavesByRacks(
                [.. Enumerable.Range(3 * leaf, 3).Where(i => !busy.Contains(i)).Select(i => (leaf, rackOf[i]))], slots));
            for (var members = 1; members <= 4; members++)
            {
                Assert.Equal(members <= most, BruteForce.Fits(cluster, GangBuilder.Members(members).Required(Tier.Leaf).Build()));
            }
        }
    }
}
