using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>The order of the queue, holding out, and what need not be asked again.</summary>
public sealed class GangQueueTests
{
    private static readonly DateTimeOffset Midnight = QueueWorld.Midnight;

    [Fact]
    public void Waiting_AnyOrderOfArrival_IsByPriorityThenAgeThenKey()
    {
        WaitingGang[] gangs =
        [
            new(Nodes("urgent-young", 1) with { Priority = 5 }, Midnight.AddMinutes(9), null),
            new(Nodes("old", 1), Midnight, null),
            new(Nodes("young-a", 1), Midnight.AddMinutes(1), null),
            new(Nodes("young-b", 1), Midnight.AddMinutes(1), null),
            new(Nodes("lazy", 1) with { Priority = -1 }, Midnight.AddMinutes(-9), null),
        ];
        for (var seed = 0; seed < 20; seed++)
        {
            var queue = new GangQueue(PlacementPolicy.Default, QueueLimits.Default);
            var shuffled = gangs.ToArray();
            new Random(seed).Shuffle(shuffled);
            foreach (var gang in shuffled) queue.Put(gang);

            Assert.Equal(gangs, queue.Waiting);
        }
    }

    [Fact]
    public void Put_SameKeyAgain_ReplacesIt()
    {
        var queue = new GangQueue(PlacementPolicy.Default, QueueLimits.Default);
        queue.Put(new(Nodes("a", 1), Midnight, null));
        queue.Put(new(Nodes("a", 2), Midnight, null));

        Assert.Equal(2, Assert.Single(queue.Waiting).Gang.Size);
        Assert.True(queue.Remove(Nodes("a", 1).Key));
        Assert.False(queue.Remove(Nodes("a", 1).Key));
        Assert.Empty(queue.Waiting);
    }

    [Fact]
    public void Put_KeysThatDifferInTheCaseOfTheKind_AreTwo()
    {
        var queue = new GangQueue(PlacementPolicy.Default, QueueLimits.Default);
        var gang = Nodes("a", 1);
        queue.Put(new(gang, Midnight, null));
        queue.Put(new(gang with { Key = gang.Key with { Kind = "JOB" } }, Midnight, null));

        Assert.Equal(2, queue.Waiting.Count);
    }

    [Fact]
    public void Next_LoneGang_IsPlannedAsTheEngineDoes()
    {
        var cluster = ClusterBuilder.Spines(2).Leaves(2).NodesPerLeaf(3).Racks(3, 26_000).Busy(1, 7).Pod(4, 3).Build();
        foreach (var gang in (Gang[])[Nodes("a", 3), GangBuilder.Members(5).GpusPerPod(4).Required(Tier.Spine).Build(), GangBuilder.Members(6).Min(2).Build()])
        {
            var queue = new GangQueue(PlacementPolicy.Default, QueueLimits.Default);
            queue.Put(new(gang, Midnight, null));

            var answer = queue.Next(cluster, 1, [], Midnight)!;

            var expected = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default).Plan!;
            Assert.Equal(expected.Members.ToArray(), answer.Plan.Members.ToArray());
            Assert.Equal(0, expected.Score.CompareTo(answer.Plan.Score));
            Assert.False(answer.Backfilled);
            // It is still in the queue: whoever was overtaken asks again and hears the same.
            Assert.Equal(answer.Plan.Members.ToArray(), queue.Next(cluster, 1, [], Midnight)!.Plan.Members.ToArray());
        }
    }

    [Fact]
    public void Next_HoldingOut_TakesTheWiderTierOnlyWhenTheTimeIsUp()
    {
        // Two leaves with a free node each.
        var world = new QueueWorld(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(2).Busy(0, 2).Build());
        world.Arrive(0, GangBuilder.Members(2).Named("picky").Preferred(Tier.Leaf).Build(), runs: 5, preferredFor: 10);
        world.RunUntil(0);

        Assert.Empty(world.History);
        var reason = world.Queue.ReasonOf(world.Queue.Waiting[0].Gang.Key)!;
        Assert.Equal(Midnight.AddMinutes(10), reason.HoldsOutUntil);
        Assert.Equal(PlacementOutcome.NoFit, reason.LastAttempt?.Outcome);
        Assert.Equal(Midnight.AddMinutes(10), world.Queue.WakeAt);

        world.Run();
        Assert.Equal(Midnight.AddMinutes(10), Assert.Single(world.History).Start);
        Assert.Null(world.Queue.WakeAt);
    }

    [Fact]
    public void Next_HoldingOutAndTheTierFree_StartsAtOnce()
    {
        var world = new QueueWorld(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(2).Busy(0).Build());
        world.Arrive(0, GangBuilder.Members(2).Preferred(Tier.Leaf).Build(), runs: 5, preferredFor: 10);
        world.Run();

        Assert.Equal(Midnight, Assert.Single(world.History).Start);
    }

    [Theory]
    [InlineData("leaf", null, true)]
    [InlineData(null, "leaf", true)]
    [InlineData("leaf", "spine", true)]
    [InlineData("spine", "leaf", true)]
    [InlineData("spine", null, false)]
    [InlineData("spine", "cluster", false)]
    public void Next_HoldingOut_IsPlannedInTheNarrowerOfBothTiers(string? required, string? preferred, bool waits)
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(2).Busy(0, 2).Build();
        var queue = new GangQueue(PlacementPolicy.Default, QueueLimits.Default);
        queue.Put(new(GangBuilder.Members(2).Required(TierOf(required)).Preferred(TierOf(preferred)).Build(), Midnight, Midnight.AddMinutes(1)));

        Assert.Equal(waits, queue.Next(cluster, 0, [], Midnight) is null);
        Assert.Equal(waits && required != "leaf", queue.Next(cluster, 0, [], Midnight.AddMinutes(1)) is not null && waits);
    }

    [Fact]
    public void Next_HoldingOutForALabelInsideARequiredTier_HoldsToBoth()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(2).Busy(0, 2)
            .Nodes((i, n) => n with { Labels = n.Labels.Add("room", i < 2 ? "a" : "b") }).Build();
        var queue = new GangQueue(PlacementPolicy.Default, QueueLimits.Default);
        var gang = GangBuilder.Members(2).Required(Tier.Spine).Hints(h => h with { Preferred = new(Tier.Cluster, "room") }).Build();
        queue.Put(new(gang, Midnight, Midnight.AddMinutes(1)));

        Assert.Null(queue.Next(cluster, 0, [], Midnight));
        Assert.NotNull(queue.Next(cluster, 0, [], Midnight.AddMinutes(1)));
    }

    [Fact]
    public void Next_RefusedGangs_AreNotPlannedAgainUntilSomethingIsFreed()
    {
        var world = new QueueWorld(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(4).Build());
        world.Submit(Nodes("runs", 7), runs: 60);
        world.Settle();
        for (var i = 0; i < 5; i++) world.Submit(GangBuilder.Members(2 + i).Named($"waits-{i}").Build(), runs: 1);
        world.Settle();
        var plans = world.Queue.Plans;
        Assert.True(plans > 5);

        for (var i = 0; i < 10; i++) world.Settle();
        world.Cluster = world.Cluster.Plus([ClusterBuilder.BoundPod(ClusterBuilder.NameOf(7), "stranger", 1)]);
        world.Settle();
        Assert.Equal(plans, world.Queue.Plans);

        world.Freed++;
        world.Settle();
        Assert.True(world.Queue.Plans > plans);
    }

    [Fact]
    public void Next_ManyMustEndFirst_FindsHowManyInThreePlans()
    {
        var world = new QueueWorld(ClusterBuilder.Spines(2).Leaves(4).NodesPerLeaf(8).Racks(4, 41_000).Busy(Enumerable.Range(0, 64)).Build());
        world.Submit(Nodes("waits", 40), runs: 1);

        world.Settle();

        Assert.Equal(40, world.Queue.ReasonOf(Nodes("waits", 40).Key)!.Target!.Nodes.Length);
        // As it is; with all of them gone; with the fewest.
        Assert.Equal(3, world.Queue.Plans);
    }

    [Fact]
    public void Next_ManyAlike_AsksForOneOfThem()
    {
        var world = new QueueWorld(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(4).Build());
        world.Submit(Nodes("runs", 7), runs: 60);
        world.Settle();
        world.Submit(Nodes("first", 2), runs: 1);
        world.Settle();
        var plans = world.Queue.Plans;

        for (var i = 0; i < 100; i++) world.Submit(Nodes($"alike-{i}", 3), runs: 1);
        world.Settle();

        Assert.Equal(plans + 1, world.Queue.Plans);
        Assert.False(world.Queue.HasMore);
        Assert.All(world.Queue.Waiting.Where(w => w.Gang.Key.Name != "first"), w => Assert.Equal(WaitCause.Head, world.Queue.ReasonOf(w.Gang.Key)!.Cause));
        Assert.All(world.Queue.Waiting, w => Assert.NotNull(world.Queue.ReasonOf(w.Gang.Key)!.LastAttempt));
    }

    [Fact]
    public void Next_OneKeptAwayByAnotherPod_DoesNotSpeakForItsLikes()
    {
        // A pod on the only free node wants nobody of the label "gang: shy" beside it.
        var hermit = ClusterBuilder.BoundPod(ClusterBuilder.NameOf(1), "hermit", 0);
        var shy = new SelectorRequirement("gang", SelectorOperator.In, ["shy"]);
        hermit = hermit with { Template = hermit.Template with { AntiAffinity = [new(new([shy]), ["ml"], "kubernetes.io/hostname")] } };
        var cluster = ClusterBuilder.Spines(1).NodesPerLeaf(2).Busy(0).Pods([hermit]).Build();
        var queue = new GangQueue(PlacementPolicy.Default, QueueLimits.Default);
        queue.Put(new(Nodes("shy", 1) with { Priority = 1 }, Midnight, null));
        queue.Put(new(Nodes("bold", 1), Midnight, null));

        Assert.Equal("bold", queue.Next(cluster, 0, [], Midnight)?.Gang.Gang.Key.Name);
    }

    [Fact]
    public void Next_GangThatWantsToBeBesideAPod_IsPlannedAgainWhenThatComes()
    {
        var friend = new SelectorRequirement("gang", SelectorOperator.In, ["busy"]);
        var cluster = ClusterBuilder.Spines(1).NodesPerLeaf(2).Build();
        var queue = new GangQueue(PlacementPolicy.Default, QueueLimits.Default);
        queue.Put(new(GangBuilder.Members(1).Templates(t => t with { Affinity = [new(new([friend]), ["ml"], "kubernetes.io/hostname")] }).Build(), Midnight, null));
        Assert.Null(queue.Next(cluster, 0, [], Midnight));

        Assert.NotNull(queue.Next(cluster.Plus([ClusterBuilder.BoundPod(ClusterBuilder.NameOf(1), "friend", 0)]), 0, [], Midnight));
    }

    [Fact]
    public void Next_StoppedAtItsLimit_LooksAtEveryGangInTheEndThoughThingsAreFreedMeanwhile()
    {
        // The first gangs never fit and each is of another shape; only the last fits.
        var cluster = ClusterBuilder.Spines(1).NodesPerLeaf(2).Build();
        var queue = new GangQueue(PlacementPolicy.Default, new() { MostPlansPerNext = 4 });
        for (var i = 0; i < 40; i++) queue.Put(new(GangBuilder.Members(10 + i).Named($"huge-{i:D2}").Build(), Midnight, null));
        queue.Put(new(Nodes("small", 1), Midnight.AddMinutes(1), null));

        QueueAnswer? answer = null;
        var looks = 0;
        for (; answer is null && looks < 30; looks++)
        {
            var before = queue.Plans;
            answer = queue.Next(cluster, looks, [], Midnight);
            Assert.InRange(queue.Plans - before, 1, 5);
            Assert.Equal(answer is null, queue.HasMore);
        }

        Assert.Equal("small", answer?.Gang.Gang.Key.Name);
        Assert.InRange(looks, 5, 25);
    }

    private static Gang Nodes(string name, int nodes) => GangBuilder.Members(nodes).Named(name).Build();

    private static Tier? TierOf(string? name) => name is null ? null : Tier.TryParse(name, out var tier) ? tier : throw new ArgumentException(name);
}
