using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>The head, what is kept for it, and who may go past it.</summary>
public sealed class GangQueueBackfillTests
{
    private static readonly DateTimeOffset Midnight = QueueWorld.Midnight;

    [Fact]
    public void Head_DoesNotFit_IsKeptTheNodesOfTheFirstToEnd()
    {
        var world = Blocked();

        var head = world.Queue.Head!;
        Assert.Equal("head", head.Gang.Name);
        Assert.Equal("short", head.Awaits.Name);
        Assert.Equal(Midnight.AddMinutes(10), head.ExpectedStart);
        Assert.Equal(Midnight.AddMinutes(10), world.Queue.WakeAt);
        Assert.Equal(4, head.Nodes.Length);
        Assert.Equal(head, world.Queue.ReasonOf(head.Gang)!.Target);
        Assert.Equal(WaitCause.RunningGangs, world.Queue.ReasonOf(head.Gang)!.Cause);

        world.Run();
        Assert.Equal(Midnight.AddMinutes(10), StartOf(world, "head"));
    }

    [Fact]
    public void Head_AnEndIsUnknown_IsCountedLast()
    {
        var world = Blocked(wanted: 5, statesShort: false);
        Assert.Equal("short", world.Queue.Head!.Awaits.Name);
        Assert.Null(world.Queue.Head.ExpectedStart);

        world = Blocked(statesShort: false);

        Assert.Equal("long", world.Queue.Head!.Awaits.Name);
        Assert.Equal(Midnight.AddMinutes(60), world.Queue.Head.ExpectedStart);
        world.End(Gang("long", 2).Key);
        world.Settle();
        Assert.Equal("head", world.History[^1].Gang.Key.Name);
    }

    [Fact]
    public void Next_BehindTheHead_TakesWhatIsNotKept()
    {
        // 6 nodes: short has 2 until 10, long 2 until 60, 2 are free; the head wants 4.
        var world = Blocked();
        world.Submit(Gang("small", 1), runs: 1_000);
        world.Settle();

        // Both free nodes and those of "short" are kept.
        Assert.Equal(["long", "short"], world.History.Select(h => h.Gang.Key.Name).Order());
        var reason = world.Queue.ReasonOf(Gang("small", 1).Key)!;
        Assert.Equal((WaitCause.Head, "head"), (reason.Cause, reason.Behind!.Value.Name));

        world = Blocked(wanted: 3);
        world.Submit(Gang("small", 1), runs: 1_000);
        world.Settle();
        Assert.Equal("small", world.History[^1].Gang.Key.Name);
        Assert.True(world.History[^1].Backfilled);
        Assert.DoesNotContain(world.Cluster.Nodes[NodeOf(world, "small")].Name, world.Queue.Head!.Nodes);
        world.Run();
        Assert.Equal(Midnight.AddMinutes(10), StartOf(world, "head"));
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    [InlineData(null, false)]
    public void Next_BehindTheHead_TakesKeptNodesOnlyWhenItEndsInTime(int? states, bool starts)
    {
        var world = Blocked();
        world.Submit(Gang("small", 2, states), runs: states ?? 5);
        world.Settle();

        Assert.Equal(starts, world.History[^1].Gang.Key.Name == "small");
        world.Run();
        Assert.Equal(Midnight.AddMinutes(10), StartOf(world, "head"));
    }

    [Fact]
    public void Next_KeptNodesTakenByOneThatOverstays_KeepsTheTarget()
    {
        var world = Blocked();
        world.Submit(Gang("small", 2, 10), runs: 30);
        world.Settle();
        var head = world.Queue.Head;
        world.RunUntil(20);

        Assert.Equal(head, world.Queue.Head);
        Assert.DoesNotContain(world.History, h => h.Gang.Key.Name == "head");
        world.Run();
        Assert.Equal(Midnight.AddMinutes(30), StartOf(world, "head"));
    }

    // Five nodes idle at 11,500 W. Three of them decode until minute 10 (5,128 W each); the head is going to train on three (7,900 W each).
    [Theory]
    [InlineData(43_099, false)]
    [InlineData(43_100, true)]
    public void Next_BehindTheHead_LeavesItsWatts(long budget, bool starts)
    {
        var world = new QueueWorld(ClusterBuilder.Spines(1).NodesPerLeaf(5).Pdus(5, budget).Build());
        world.Submit(Decoding("runs", 10), runs: 10);
        world.Settle();
        world.Submit(Gang("head", 3), runs: 10);
        world.Settle();
        Assert.NotNull(world.Queue.Head);
        world.Submit(Gang("small", 1), runs: 1_000);
        world.Settle();

        Assert.Equal(starts, world.History.Count == 2);
        Assert.Equal(starts, world.Queue.ReasonOf(Gang("small", 1).Key) is null);
        world.Run();
        Assert.Equal(Midnight.AddMinutes(10), StartOf(world, "head"));
    }

    [Fact]
    public void Next_WattsAboveTheHeadsNodesShort_StartsUnderAnotherBudget()
    {
        // Both leaves are alike, so the engine would take the first; but there the head is going to need the watts.
        var world = new QueueWorld(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(5).Pdus(5, 40_000).Build());
        world.Submit(Decoding("runs", 10), runs: 10);
        world.Settle();
        world.Submit(Decoding("runs-on", 60), runs: 60);
        world.Settle();
        world.Submit(GangBuilder.Members(3).Named("head").Required(Tier.Leaf).Build(), runs: 10);
        world.Settle();
        Assert.Equal(Midnight.AddMinutes(10), world.Queue.Head!.ExpectedStart);
        world.Submit(Gang("small", 1), runs: 1_000);
        world.Settle();

        Assert.True(NodeOf(world, "small") >= 5);
        world.Run();
        Assert.Equal(Midnight.AddMinutes(10), StartOf(world, "head"));
    }

    [Fact]
    public void Next_GangLargerThanTheCluster_HoldsNobodyUp()
    {
        var world = Blocked(wanted: 7);

        Assert.Null(world.Queue.Head);
        Assert.Equal(WaitCause.Capacity, world.Queue.ReasonOf(Gang("head", 7).Key)!.Cause);
        world.Submit(Gang("small", 2), runs: 1);
        world.Settle();
        Assert.Equal("small", world.History[^1].Gang.Key.Name);
        Assert.False(world.History[^1].Backfilled);
    }

    [Fact]
    public void Head_NodeLost_IsFoundOthers()
    {
        var world = Blocked(wanted: 3);
        var lost = world.Queue.Head!.Nodes[^1];
        var at = world.Cluster.IndexOf(lost);
        world.Cluster = world.Cluster.WithNode(at, world.Cluster.Nodes[at] with { Ready = false });
        world.Freed++;
        world.Settle();

        Assert.Equal("head", world.Queue.Head!.Gang.Name);
        Assert.DoesNotContain(lost, world.Queue.Head.Nodes);
    }

    [Fact]
    public void Head_StrangerOnItsNodes_IsFoundOthersThoughNothingWasFreed()
    {
        var world = Blocked(wanted: 3);
        var free = world.Queue.Head!.Nodes.First(n => world.Cluster.PodsOf(world.Cluster.IndexOf(n)).IsEmpty);
        world.Cluster = world.Cluster.Plus([ClusterBuilder.BoundPod(free, "stranger", 8)]);
        world.Settle();

        Assert.Equal("head", world.Queue.Head!.Gang.Name);
        Assert.DoesNotContain(free, world.Queue.Head.Nodes);
    }

    [Fact]
    public void Head_AMoreImportantGangComes_GivesWayAndComesBack()
    {
        var world = Blocked();
        world.Submit(Gang("vip", 5) with { Priority = 1 }, runs: 5);
        world.Settle();
        Assert.Equal("vip", world.Queue.Head!.Gang.Name);
        var reason = world.Queue.ReasonOf(Gang("head", 4).Key)!;
        Assert.Equal((WaitCause.Head, "vip"), (reason.Cause, reason.Behind!.Value.Name));

        Assert.True(world.Queue.Remove(Gang("vip", 5).Key));
        world.Settle();
        Assert.Equal("head", world.Queue.Head!.Gang.Name);
    }

    [Fact]
    public void Head_AnEqualOneOlderThanIt_DoesNotTakeItsPlace()
    {
        var world = Blocked();
        world.Queue.Put(new(Gang("older", 5), Midnight.AddMinutes(-5), null));
        world.Settle();

        Assert.Equal("head", world.Queue.Head!.Gang.Name);
        Assert.Equal("older", world.Queue.Waiting[0].Gang.Key.Name);
    }

    [Fact]
    public void Next_StreamOfSmallGangs_DoesNotStarveALargeOne()
    {
        // Nobody says how long it takes.
        var world = new QueueWorld(ClusterBuilder.Spines(2).Leaves(2).NodesPerLeaf(2).Build());
        for (var i = 0; i < 200; i++) world.Arrive(i * 0.25, Gang($"small-{i:D3}", 1 + i % 2), runs: 3 + i % 5);
        world.Arrive(20, Gang("large", 7), runs: 5);
        DateTimeOffset? latest = null;
        world.Settled = () => latest ??= world.Queue.Head?.Gang.Name == "large" ? world.Running.Max(r => r.End) : null;
        world.Run();

        Assert.NotNull(latest);
        Assert.True(StartOf(world, "large") <= latest);
        Assert.Contains(world.History, h => h.Backfilled);
        Assert.Equal(201, world.History.Count);
    }

    [Fact]
    public void Next_TwoGangsThatEachNeedMoreThanHalf_RunOneAfterTheOther()
    {
        var world = new QueueWorld(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(4).Build());
        world.Arrive(0, Gang("a", 5), runs: 10);
        world.Arrive(0, Gang("b", 6), runs: 10);
        world.Run();

        Assert.Equal([Midnight, Midnight.AddMinutes(10)], world.History.Select(h => h.Start));
    }

    // Six nodes: "short" has two until minute 10, "long" two until minute 60, two are free, and the head wants some.
    private static QueueWorld Blocked(int wanted = 4, bool statesShort = true)
    {
        var world = new QueueWorld(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(6).Build());
        world.Submit(Gang("short", 2, statesShort ? 10 : null), runs: 10);
        world.Submit(Gang("long", 2, 60), runs: 60);
        world.Settle();
        world.Submit(Gang("head", wanted, 5), runs: 5);
        world.Settle();
        return world;
    }

    private static Gang Gang(string name, int nodes, int? states = null) => GangBuilder.Members(nodes).Named(name)
        .Hints(h => h with { ExpectedDuration = states is { } minutes ? TimeSpan.FromMinutes(minutes) : null }).Build();

    private static Gang Decoding(string name, int states) => GangBuilder.Members(3).Named(name).Required(Tier.Leaf).Workload("decode")
        .Hints(h => h with { ExpectedDuration = TimeSpan.FromMinutes(states) }).Build();

    private static DateTimeOffset StartOf(QueueWorld world, string name) => world.History.Single(h => h.Gang.Key.Name == name).Start;

    private static int NodeOf(QueueWorld world, string name) =>
        Enumerable.Range(0, world.Cluster.Nodes.Length).First(n => world.Cluster.PodsOf(n).Any(p => p.Gang?.Name == name));
}
