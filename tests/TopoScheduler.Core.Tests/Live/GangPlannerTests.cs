using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Tests.Cluster;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Cases;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>Holds of a gang on a cluster that changes under them.</summary>
public sealed class GangPlannerTests
{
    private static readonly DateTimeOffset Later = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);
    private static readonly Gang Pair = GangBuilder.Members(2).Build();

    [Theory]
    [MemberData(nameof(ChunkNumbers))]
    public void Reserve_WholeGang_HoldsWhatTheEnginePlans(int chunk)
    {
        var placed = 0;
        for (var seed = chunk * 60; seed < (chunk + 1) * 60; seed++)
        {
            var drawn = SmallCases.Draw(seed);
            var state = StateOf(drawn.Nodes, drawn.Pods);
            var before = state.Current;
            var expected = PlacementEngine.Plan(before, drawn.Gang, PlacementPolicy.Default);
            var planner = new GangPlanner(state, PlacementPolicy.Default);
            var answer = planner.Reserve(drawn.Gang, 0, Later);
            if (expected.Plan is not { } plan)
            {
                Assert.Null(answer.Reservation);
                Assert.Equal(expected.Outcome, answer.Refusal?.Outcome);
                Assert.Empty(state.Reservations);
                Assert.Same(before, state.Current);
                continue;
            }

            placed++;
            Assert.Equal(
                plan.Members.Select(m => $"{m.Member}@{before.Nodes[m.Node].Name}"),
                answer.Reservation!.Holds.Select(h => $"{h.Member}@{h.Pod.NodeName}"));
            Assert.Equal(plan.GpuCapWatts, answer.Reservation.GpuCapWatts);
            Assert.All(answer.Reservation.Holds, h => Assert.Equal(plan.GpuCapWatts ?? h.Pod.Template.Power.CapWatts, h.Pod.Template.Power.CapWatts));
            Assert.All(answer.Reservation.Holds, h => Assert.Equal(drawn.Gang.Hints.GpuWattsMin, h.Pod.LowestCapWatts));
            var pods = drawn.Pods.AddRange(answer.Reservation.Holds.Select(h => h.Pod));
            SnapshotText.AssertSame(ClusterSnapshot.Create(drawn.Nodes, pods), state.Current, drawn.ToString());
            foreach (var hold in answer.Reservation.Holds)
            {
                Assert.Equal(hold, planner.Reserve(drawn.Gang, hold.Member, Later).Reservation!.HoldOf(hold.Member));
            }
        }

        Assert.True(placed > 10, $"only {placed} gangs fit");
    }

    [Fact]
    public void Reserve_AskedAgainWhileOthersComeAndGo_KeepsEveryNode()
    {
        var gang = GangBuilder.Members(4).Build();
        var (state, planner) = World(12);
        var first = planner.Reserve(gang, 2, Later).Reservation!;
        for (var i = 0; i < 20; i++)
        {
            var free = state.Current.Nodes.First(n => first.Holds.All(h => h.Pod.NodeName != n.Name)).Name;
            state.Upsert(ClusterBuilder.BoundPod(free, $"other-{i}", i % 3));
            if (i % 4 == 0) state.RemovePod($"uid-other-{i - 2}");
            Assert.Equal(NodesOf(first), NodesOf(planner.Reserve(gang, i % 4, Later).Reservation!));
        }
    }

    [Fact]
    public void Reserve_AskedAgain_RenewsTheHolds()
    {
        var (state, planner) = World(4);
        planner.Reserve(Pair, 0, Later);

        planner.Reserve(Pair, 1, Later.AddMinutes(1));

        Assert.Empty(state.Expire(Later));
    }

    [Theory]
    [InlineData("not ready")]
    [InlineData("cordoned")]
    [InlineData("tainted")]
    [InlineData("gone")]
    [InlineData("smaller")]
    [InlineData("budget")]
    public void Reserve_HoldGoneBadAndNobodyBound_IsPlannedAnewWhole(string change)
    {
        // Of three nodes the gang needs two: what it held itself must not stand in its way.
        var (state, planner) = World(3);
        var first = planner.Reserve(Pair, 0, Later).Reservation!;
        Assert.True(state.TryClaim(Pair.Key, 1, "u1", "p1"));
        Break(state, first.Holds[0].Pod.NodeName, change);

        var second = planner.Reserve(Pair, 1, Later).Reservation;

        Assert.NotNull(second);
        Assert.DoesNotContain(first.Holds[0].Pod.NodeName, NodesOf(second));
        Assert.Equal(2, second.Holds.Length);
        Assert.Empty(state.Claims);
        Assert.Equal(2, Enumerable.Range(0, state.Current.Nodes.Length).Sum(n => state.Current.PodsOf(n).Length));
    }

    [Fact]
    public void Reserve_HoldGoneBadAndNoRoomLeft_HoldsNothing()
    {
        var (state, planner) = World(2);
        var first = planner.Reserve(Pair, 0, Later).Reservation!;
        Break(state, first.Holds[0].Pod.NodeName, "not ready");

        var answer = planner.Reserve(Pair, 1, Later);

        Assert.Null(answer.Reservation);
        Assert.Equal(PlacementOutcome.NoFit, answer.Refusal?.Outcome);
        Assert.Empty(state.Reservations);
        Assert.All(Enumerable.Range(0, 2), n => Assert.Empty(state.Current.PodsOf(n)));
    }

    [Theory]
    [InlineData("not ready")]
    [InlineData("cordoned")]
    [InlineData("gone")]
    [InlineData("budget")]
    public void Reserve_HoldGoneBadAndAMemberBound_PlansOnlyThatOneBesideTheOthers(string change)
    {
        var gang = GangBuilder.Members(3).Required(Tier.Leaf).Build();
        var (state, planner) = World(8, nodesPerLeaf: 4);
        var first = planner.Reserve(gang, 0, Later).Reservation!;
        Bind(state, gang, first, 1);
        Break(state, first.Holds[2].Pod.NodeName, change);

        var second = planner.Reserve(gang, 2, Later).Reservation!;

        Assert.Equal([0, 2], second.Holds.Select(h => h.Member));
        Assert.Equal(first.Holds[0].Pod.NodeName, second.HoldOf(0)!.Pod.NodeName);
        Assert.NotEqual(first.Holds[2].Pod.NodeName, second.HoldOf(2)!.Pod.NodeName);
        Assert.Single(state.Current.Nodes.Where(n => NodesOf(first).Append(second.HoldOf(2)!.Pod.NodeName).Contains(n.Name)).Select(n => n.Location.Fabric[0]).Distinct());
    }

    [Fact]
    public void Reserve_AMemberBoundAndItsLeafFull_StaysOutsideNoRequiredTier()
    {
        var gang = GangBuilder.Members(3).Required(Tier.Leaf).Build();
        var (state, planner) = World(8, nodesPerLeaf: 4);
        var first = planner.Reserve(gang, 0, Later).Reservation!;
        Bind(state, gang, first, 0);
        var leaf = state.Current.Nodes[state.Current.IndexOf(first.Holds[0].Pod.NodeName)].Location.Fabric[0];
        var free = state.Current.Nodes.Single(n => n.Location.Fabric[0] == leaf && !NodesOf(first).Contains(n.Name));
        state.Upsert(ClusterBuilder.BoundPod(free.Name, "other", 1));
        Break(state, first.Holds[1].Pod.NodeName, "not ready");

        var answer = planner.Reserve(gang, 1, Later);

        Assert.Null(answer.Reservation);
        Assert.Equal(PlacementOutcome.NoFit, answer.Refusal?.Outcome);
        Assert.Equal(2, Assert.Single(state.ReservationOf(gang.Key)!.Holds).Member);
    }

    [Fact]
    public void Reserve_WithoutARequiredTier_GoesFurtherAwayOnlyWhereNearIsFull()
    {
        var gang = GangBuilder.Members(2).Build();
        var (state, planner) = World(8, nodesPerLeaf: 2, leavesPerSpine: 2);
        state.Upsert(new PodInfo("m0", "u0", "n0000", gang.Roles[0].Template, Gang: gang.Key, Member: 0));

        Assert.Equal("n0001", planner.Reserve(gang, 1, Later).Reservation!.HoldOf(1)!.Pod.NodeName);
        Break(state, "n0001", "not ready");
        Assert.Contains(planner.Reserve(gang, 1, Later).Reservation!.HoldOf(1)!.Pod.NodeName, (string[])["n0002", "n0003"]);
        Break(state, "n0002", "not ready");
        Break(state, "n0003", "not ready");
        Assert.Contains(planner.Reserve(gang, 1, Later).Reservation!.HoldOf(1)!.Pod.NodeName, (string[])["n0004", "n0005", "n0006", "n0007"]);
    }

    [Fact]
    public void Reserve_BudgetLoweredWhileAMemberIsAssumed_KeepsThatOne()
    {
        var (state, planner) = World(6);
        var gang = GangBuilder.Members(3).Build();
        var first = planner.Reserve(gang, 0, Later).Reservation!;
        Assert.True(state.TryClaim(gang.Key, 0, "u0", "p0"));
        Assert.True(state.TryAssume(gang.Key, state.ReservationOf(gang.Key)!.Holds[0].Pod, gang, Later).MayBind);
        foreach (var node in NodesOf(first)) Break(state, node, "budget");

        var second = planner.Reserve(gang, 1, Later).Reservation!;

        Assert.Equal("u0", second.HoldOf(0)!.Pod.Uid);
        Assert.Equal((first.Holds[0].Pod.NodeName, HoldPhase.Assumed), (second.HoldOf(0)!.Pod.NodeName, second.HoldOf(0)!.Phase));
        Assert.Equal(3, second.Holds.Length);
        Assert.Empty(NodesOf(first).Skip(1).Intersect(NodesOf(second)));
    }

    [Fact]
    public void Reserve_ElasticGang_GivesTheLeftOutANodeWhenRoomAppears()
    {
        var (state, planner) = World(4);
        foreach (var node in (string[])["n0001", "n0002"]) state.Upsert(ClusterBuilder.BoundPod(node, $"busy-{node}", 8));
        var gang = GangBuilder.Members(4).Min(2).Build();
        var first = planner.Reserve(gang, 0, Later).Reservation!;
        Assert.Equal([0, 1], first.Holds.Select(h => h.Member));

        Assert.Null(planner.Reserve(gang, 3, Later).Reservation);
        Assert.Equal(NodesOf(first), NodesOf(state.ReservationOf(gang.Key)!));
        state.RemovePod("uid-busy-n0001");
        var second = planner.Reserve(gang, 3, Later).Reservation!;

        Assert.Equal([0, 1, 3], second.Holds.Select(h => h.Member));
        Assert.Equal("n0001", second.HoldOf(3)!.Pod.NodeName);
        Assert.Equal(NodesOf(first), NodesOf(second)[..2]);
    }

    [Fact]
    public void Reserve_MemberGoneAfterItWasBound_PlansItsSeatAgain()
    {
        var (state, planner) = World(4);
        var first = planner.Reserve(Pair, 0, Later).Reservation!;
        Bind(state, Pair, first, 0);
        Bind(state, Pair, first, 1);
        Assert.Empty(state.Reservations);
        state.RemovePod("uid-1");

        var second = planner.Reserve(Pair, 1, Later).Reservation!;

        Assert.Equal([1], second.Holds.Select(h => h.Member));
    }

    [Theory]
    [MemberData(nameof(ChunkNumbers))]
    public void Reserve_RandomLives_NeverLeaveTheRequiredTierNorGoOver(int chunk)
    {
        var rest = 0;
        for (var seed = chunk * 25; seed < (chunk + 1) * 25; seed++)
        {
            var random = new Random(seed);
            var gang = GangBuilder.Members(random.Next(2, 6)).GpusPerPod(4).Required(random.Next(2) == 0 ? Tier.Leaf : Tier.Spine).Build();
            var (state, planner) = World(12, nodesPerLeaf: 3, leavesPerSpine: 2);
            for (var step = 0; step < 40; step++)
            {
                var node = state.Current.Nodes[random.Next(state.Current.Nodes.Length)];
                switch (random.Next(7))
                {
                    case 0: state.Upsert(node with { Ready = !node.Ready }); break;
                    case 1: state.Upsert(node with { Unschedulable = !node.Unschedulable }); break;
                    case 2: state.Upsert(node with { PowerLocation = node.PowerLocation with { RackBudgetWatts = 3_000 + 1_000 * random.Next(8) } }); break;
                    case 3 when state.ReservationOf(gang.Key) is { } standing:
                        TryBind(state, gang, standing, standing.Holds[random.Next(standing.Holds.Length)].Member);
                        break;
                    case 4 when random.Next(3) == 0: state.RemovePod($"uid-{random.Next(gang.Size)}"); break;
                }

                var bound = state.BoundMembers(gang.Key);
                var taken = bound.Select(p => p.Member).ToHashSet();
                if (Enumerable.Range(0, gang.Size).FirstOrDefault(m => !taken.Contains(m), -1) is not (>= 0 and var member)) continue;
                var answer = planner.Reserve(gang, member, Later);
                if (answer.Reservation is null) continue;
                if (!bound.IsEmpty) rest++;
                Assert.All(answer.Reservation.Holds, h => Assert.DoesNotContain(h.Member, taken.OfType<int>()));
                var cluster = state.Current;
                var domains = bound.Concat(answer.Reservation.Holds.Select(h => h.Pod)).Select(p => cluster.IndexOf(p.NodeName)).Where(n => n >= 0)
                    .Select(n => cluster.Topology.DomainOf(n, gang.Hints.Required!.Tier.FabricIndex)).Distinct();
                Assert.True(domains.Count() == 1, $"seed {seed}, step {step}: outside the required tier");
                foreach (var hold in answer.Reservation.Holds.Where(h => h.Phase == HoldPhase.Planned))
                {
                    Assert.Equal(CommitRefusal.None, CommitCheck.JudgeHeld(cluster, hold.Pod));
                }
            }
        }

        Assert.True(rest > 20, $"only {rest} times was the rest planned");
    }

    public static TheoryData<int> ChunkNumbers() => [.. Enumerable.Range(0, 5)];

    // Each node has a rack of its own, so that a budget can be lowered for one node alone.
    private static (ClusterState State, GangPlanner Planner) World(int nodes, int nodesPerLeaf = 4, int leavesPerSpine = 4)
    {
        var builder = ClusterBuilder.Spines((nodes + nodesPerLeaf * leavesPerSpine - 1) / (nodesPerLeaf * leavesPerSpine)).Leaves(leavesPerSpine).NodesPerLeaf(nodesPerLeaf);
        var state = StateOf([.. builder.Racks(1, 10_200).BuildNodes().Take(nodes)], []);
        return (state, new GangPlanner(state, PlacementPolicy.Default));
    }

    private static ClusterState StateOf(ImmutableArray<NodeInfo> nodes, ImmutableArray<PodInfo> pods)
    {
        var state = new ClusterState();
        state.ReplaceNodes(nodes);
        state.ReplacePods(pods);
        return state;
    }

    private static void Break(ClusterState state, string name, string change)
    {
        var node = state.Current.Nodes[state.Current.IndexOf(name)];
        if (change == "gone") state.RemoveNode(name);
        else
        {
            state.Upsert(change switch
            {
                "not ready" => node with { Ready = false },
                "cordoned" => node with { Unschedulable = true },
                "tainted" => node with { Taints = [new("maintenance", null, "NoSchedule")] },
                "smaller" => node with { Allocatable = node.Allocatable.With(GangBuilder.Gpu, 4) },
                _ => node with { PowerLocation = node.PowerLocation with { RackBudgetWatts = 5_000 } },
            });
        }
    }

    private static void Bind(ClusterState state, Gang gang, Reservation reservation, int member)
    {
        Assert.True(TryBind(state, gang, reservation, member));
    }

    private static bool TryBind(ClusterState state, Gang gang, Reservation reservation, int member)
    {
        if (!state.TryClaim(gang.Key, member, $"uid-{member}", $"p{member}")) return false;
        var pod = state.ReservationOf(gang.Key)!.HoldOf(member)!.Pod;
        if (!state.TryAssume(gang.Key, pod, gang, Later).MayBind) return false;
        Assert.Equal(reservation.HoldOf(member)!.Pod.NodeName, pod.NodeName);
        state.Upsert(pod);
        return true;
    }

    private static string[] NodesOf(Reservation reservation) => [.. reservation.Holds.Select(h => h.Pod.NodeName)];
}
