using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Cases;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>Members that stand in for lost ones, and holds that outlive the process that made them.</summary>
public sealed class GangPlannerRestTests
{
    private static readonly DateTimeOffset Later = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);

    private readonly ClusterState _state = new();
    private readonly GangPlanner _planner;

    // Sixteen nodes, two on a leaf, four on a spine.
    public GangPlannerRestTests()
    {
        _state.ReplaceNodes(ClusterBuilder.Spines(4).Leaves(2).NodesPerLeaf(2).BuildNodes());
        _planner = new(_state, PlacementPolicy.Default);
    }

    [Fact]
    public void ReserveRest_RoomBesideTheOthers_IsTaken()
    {
        var gang = GangBuilder.Members(4).Build();
        Bind(gang, 0, "n0005");
        Bind(gang, 1, "n0006");

        var answer = _planner.ReserveRest(gang, [3, 2], Later);

        Assert.Equal([2, 3], answer.Reservation!.Holds.Select(h => h.Member));
        Assert.Equal(["n0004", "n0007"], answer.Reservation.Holds.Select(h => h.Pod.NodeName).Order(StringComparer.Ordinal));
        Assert.Equal(answer.Reservation, _state.ReservationOf(gang.Key));
    }

    [Fact]
    public void ReserveRest_HoldsOfOthers_Stand()
    {
        var gang = GangBuilder.Members(4).Build();
        _state.Restore(new(gang, [GangPlanner.HoldOf(gang, 1, "n0008", null)], null, Later));

        var answer = _planner.ReserveRest(gang, [3], Later);

        Assert.Equal("1@n0008 3@n0009", Text(answer.Reservation!));
        Assert.Equal("1@n0008 3@n0009", Text(_state.ReservationOf(gang.Key)!));
    }

    [Fact]
    public void ReserveRest_NoRoomForAll_IsTheFirstAlone()
    {
        var gang = GangBuilder.Members(5).Required(Tier.Spine).Build();
        Bind(gang, 4, "n0000");
        Fill("n0001", "n0003");

        var answer = _planner.ReserveRest(gang, [3, 1, 2], Later);

        Assert.Equal("1@n0002", Text(answer.Reservation!));
        Assert.Equal("1@n0002", Text(_state.ReservationOf(gang.Key)!));
    }

    [Fact]
    public void ReserveRest_NoRoomForAny_SaysWhyAndKeepsWhatIsHeld()
    {
        var gang = GangBuilder.Members(4).Required(Tier.Leaf).Build();
        Bind(gang, 0, "n0004");
        _state.Restore(new(gang, [GangPlanner.HoldOf(gang, 1, "n0005", null)], null, Later));

        foreach (var rest in (int[][])[[2, 3], [2]])
        {
            var answer = _planner.ReserveRest(gang, rest, Later);

            Assert.Null(answer.Reservation);
            Assert.Equal(PlacementOutcome.NoFit, answer.Refusal?.Outcome);
            Assert.Equal("1@n0005", Text(_state.ReservationOf(gang.Key)!));
        }
    }

    [Fact]
    public void ReserveRest_RequiredTier_IsNeverLeft()
    {
        var placed = 0;
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var state = new ClusterState();
            state.ReplaceNodes(ClusterBuilder.Spines(2).Leaves(2).NodesPerLeaf(3).BuildNodes());
            foreach (var n in Enumerable.Range(0, 12).Where(_ => random.Next(3) == 0)) state.Upsert(ClusterBuilder.BoundPod(ClusterBuilder.NameOf(n), $"busy-{n}", random.Next(2) == 0 ? 8 : 4));
            var tier = random.Next(2) == 0 ? Tier.Leaf : Tier.Spine;
            var gang = GangBuilder.Members(5).GpusPerPod(4).Required(tier).Build();
            var at = ClusterBuilder.NameOf(random.Next(12));
            state.Upsert(new PodInfo("m0", "u0", at, gang.Roles[0].Template, Gang: gang.Key, Member: 0));
            int[] rest = [.. Enumerable.Range(1, 4).Where(_ => random.Next(2) == 0).DefaultIfEmpty(2)];
            random.Shuffle(rest);

            var answer = new GangPlanner(state, PlacementPolicy.Default).ReserveRest(gang, rest, Later);

            if (answer.Reservation is not { } reservation)
            {
                Assert.Equal(PlacementOutcome.NoFit, answer.Refusal?.Outcome);
                continue;
            }

            placed++;
            var cluster = state.Current;
            var got = reservation.Holds.Select(h => h.Member).ToArray();
            Assert.True(got.SequenceEqual(rest.Order()) || got.SequenceEqual([rest.Min()]), $"seed {seed}: {string.Join(' ', got)} of {string.Join(' ', rest)}");
            Assert.All(reservation.Holds, h => Assert.Equal(
                cluster.Topology.DomainOf(cluster.IndexOf(at), tier.FabricIndex), cluster.Topology.DomainOf(cluster.IndexOf(h.Pod.NodeName), tier.FabricIndex)));
            Assert.All(reservation.Holds, h => Assert.Equal(CommitRefusal.None, state.Judge(gang.Key, h.Member)));
        }

        Assert.True(placed > 40, $"only {placed} found room");
    }

    // A hold made from what was written down is the one that was made from the plan.
    [Fact]
    public void HoldOf_MemberAndNodeOfAPlan_IsTheHoldOfThePlan()
    {
        var (several, capped) = (0, 0);
        var cases = Enumerable.Range(0, 300).Select(SmallCases.Draw).Select(d => (ClusterSnapshot.Create(d.Nodes, d.Pods), d.Gang)).Concat(Enumerable.Range(0, 20).Select(i =>
            (ClusterBuilder.Spines(1).NodesPerLeaf(2).Racks(2, 12_000 + 400 * i).Watts(ClusterBuilder.H100(8) with { CapsEnforced = true }).Build(),
            GangBuilder.Members(2).GpuWatts(700, 200).Build())));
        foreach (var (cluster, gang) in cases)
        {
            if (PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default).Plan is not { } plan) continue;

            var reservation = GangPlanner.ReservationOf(cluster, gang, plan, Later);

            Assert.Equal((gang, plan.GpuCapWatts, Later), (reservation.Gang, reservation.GpuCapWatts, reservation.ExpiresAt));
            Assert.Equal(plan.Members.Select(m => (m.Member, cluster.Nodes[m.Node].Name)), reservation.Holds.Select(h => (h.Member, h.Pod.NodeName)));
            Assert.All(reservation.Holds, h => Assert.Equal(h, GangPlanner.HoldOf(gang, h.Member, h.Pod.NodeName, plan.GpuCapWatts)));
            if (gang.Roles.Length > 1) several++;
            if (plan.GpuCapWatts is not null) capped++;
        }

        Assert.True(several > 5 && capped > 2, $"{several} gangs of several roles, {capped} under a cap");
    }

    [Fact]
    public void HoldOf_UnderACap_DrawsNoMore()
    {
        var gang = GangBuilder.Mixed().Role("worker", 2, 8).Role("reader", 1, 0).Build();

        var hold = GangPlanner.HoldOf(gang, 2, "n0001", 400);

        Assert.Equal((2, HoldPhase.Planned, "", "gang-reader-0", "n0001", 400), (hold.Member, hold.Phase, hold.Pod.Uid, hold.Pod.Name, hold.Pod.NodeName, hold.Pod.Template.Power.CapWatts));
        Assert.Equal((gang.Key, (int?)2), (hold.Pod.Gang!.Value, hold.Pod.Member));
        Assert.Null(GangPlanner.HoldOf(gang, 2, "n0001", null).Pod.Template.Power.CapWatts);
    }

    private void Bind(Gang gang, int member, string node) =>
        _state.Upsert(new PodInfo($"m{member}", $"u{member}", node, gang.Roles[0].Template, Gang: gang.Key, Member: member));

    private void Fill(params string[] nodes)
    {
        foreach (var node in nodes) _state.Upsert(ClusterBuilder.BoundPod(node, $"busy-{node}", 8));
    }

    private static string Text(Reservation reservation) => string.Join(' ', reservation.Holds.Select(h => $"{h.Member}@{h.Pod.NodeName}"));
}
