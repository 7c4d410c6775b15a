using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Oracles;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>What somebody before us promised counts again, whatever the cluster has come to meanwhile.</summary>
public sealed class ClusterStateRestoreTests
{
    private static readonly DateTimeOffset Later = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);
    private static readonly Gang Team = GangBuilder.Members(4).Named("team").Build();

    private readonly ClusterState _state = new();

    public ClusterStateRestoreTests() => _state.ReplaceNodes(Nodes());

    [Fact]
    public void Restore_Assumed_CountsThoughItIsOver()
    {
        _state.Upsert(ClusterBuilder.BoundPod("n0000", "other", 8));

        var restored = _state.Restore(Of(Assumed(0, "n0000"), Assumed(1, "n0009")))!;

        Assert.Equal("0@n0000 1@n0009", Text(restored));
        Assert.Equal("n0000:other n0000:p0", Pods());
        Assert.Equal(["u0", "u1"], _state.Claims.Order(StringComparer.Ordinal));
        // The node it is pinned to comes back.
        _state.Upsert(Nodes()[0] with { Name = "n0009", Uid = "nine" });
        Assert.Equal("n0000:other n0000:p0 n0009:p1", Pods());
    }

    [Fact]
    public void Restore_Planned_CountsOnlyWhereThereIsRoom()
    {
        _state.Upsert(ClusterBuilder.BoundPod("n0000", "other", 1));

        var restored = _state.Restore(Of(Planned(0, "n0000"), Planned(1, "n0001"), Planned(2, "n0009"), Planned(3, "n0001")))!;

        Assert.Equal("1@n0001", Text(restored));
        Assert.Equal("n0000:other n0001:m1", Pods());
    }

    // It is not a question of which member comes first: who may be bound at any moment takes the room.
    [Fact]
    public void Restore_PlannedAndAssumedOnOneNode_KeepsTheAssumed()
    {
        var restored = _state.Restore(Of(Planned(0, "n0000"), Assumed(1, "n0000"), Planned(2, "n0001")))!;

        Assert.Equal("1@n0000 2@n0001", Text(restored));
        Assert.Equal("n0000:p1 n0001:m2", Pods());
    }

    [Fact]
    public void Restore_PlannedOverABudget_IsLeftOut()
    {
        // Two of four nodes fill the rack.
        _state.ReplaceNodes(Nodes(rackWatts: 2 * 2_300 + 2 * 10_200));

        Assert.Equal("0@n0000 1@n0001", Text(_state.Restore(Of(Planned(0, "n0000"), Planned(1, "n0001"), Planned(2, "n0002")))!));
        Assert.Equal("2@n0002 3@n0003", Text(_state.Restore(Of(Planned(0, "n0000"), Assumed(2, "n0002"), Assumed(3, "n0003")))!));
        Assert.Equal("n0002:p2 n0003:p3", Pods());
    }

    // A list marks the snapshot stale. It is built anew before the holds are entered, and must show them.
    [Theory]
    [InlineData("pods")]
    [InlineData("nodes")]
    [InlineData("node")]
    public void Restore_SnapshotIsStale_CountsWhatIsRestored(string listed)
    {
        _ = _state.Current;
        switch (listed)
        {
            case "pods": _state.ReplacePods([ClusterBuilder.BoundPod("n0002", "other", 8)]); break;
            case "nodes": _state.ReplaceNodes(Nodes()); break;
            default: _state.RemoveNode("n0003"); break;
        }

        _state.Restore(Of(Assumed(0, "n0000"), Planned(1, "n0001"), Planned(3, "n0000")));

        Assert.Equal(listed == "pods" ? "n0000:p0 n0001:m1 n0002:other" : "n0000:p0 n0001:m1", Pods());
        Assert.Equal([0, 1], _state.ReservationOf(Team.Key)!.Holds.Select(h => h.Member));
    }

    [Fact]
    public void Restore_PodIsBoundAlready_LeavesItsHoldOut()
    {
        _state.Upsert(Assumed(0, "n0002").Pod);

        var restored = _state.Restore(Of(Assumed(0, "n0000"), Assumed(1, "n0001")))!;

        Assert.Equal("1@n0001", Text(restored));
        Assert.Equal("n0001:p1 n0002:p0", Pods());
        Assert.Null(_state.Restore(Of(Assumed(0, "n0000"))));
        Assert.Equal("n0002:p0", Pods());
    }

    [Fact]
    public void Restore_Again_CountsOnceAndAsItIsNow()
    {
        var reservation = Of(Assumed(0, "n0000"), Planned(1, "n0001"));
        _state.Restore(reservation);

        _state.Restore(reservation);
        Assert.Equal("n0000:p0 n0001:m1", Pods());
        Assert.Equal("u0", Assert.Single(_state.Claims));

        _state.Restore(Of(Planned(1, "n0002"), Assumed(2, "n0003")));
        Assert.Equal("n0002:m1 n0003:p2", Pods());
        Assert.Equal("u2", Assert.Single(_state.Claims));

        Assert.Null(_state.Restore(Of()));
        Assert.Equal("", Pods());
        Assert.Empty(_state.Reservations);
        Assert.Empty(_state.Claims);
    }

    [Fact]
    public void Restore_ThenSeenBound_CountsOnce()
    {
        _state.Restore(Of(Assumed(0, "n0000"), Planned(1, "n0001")));

        _state.Upsert(Assumed(0, "n0000").Pod);

        Assert.Equal("n0000:p0 n0001:m1", Pods());
        Assert.Equal([1], _state.ReservationOf(Team.Key)!.Holds.Select(h => h.Member));
        Assert.Empty(_state.Claims);
    }

    // Its Binding was asked about before its gang was read: then it was held as a pod of its own.
    [Fact]
    public void Restore_PodHeldUnderAnotherName_CountsOnceAndLeavesNothingBehind()
    {
        Assert.True(_state.AssumeForeign(Assumed(0, "n0000").Pod, Later).MayBind);

        _state.Restore(Of(Assumed(0, "n0000"), Planned(1, "n0001")));

        Assert.Equal("n0000:p0 n0001:m1", Pods());
        Assert.Equal(Team.Key, Assert.Single(_state.Reservations).Gang.Key);
        _state.Upsert(Assumed(0, "n0000").Pod);
        _state.RemovePod("u0");
        Assert.Equal("n0001:m1", Pods());
    }

    [Fact]
    public void Judge_Hold_IsWhatStandsAgainstItNow()
    {
        _state.Restore(Of(Planned(0, "n0000"), Assumed(1, "n0001"), Planned(2, "n0002"), Planned(3, "n0003")));
        Assert.All(Enumerable.Range(0, 4), m => Assert.Equal(CommitRefusal.None, _state.Judge(Team.Key, m)));

        _state.Upsert(_state.Current.Nodes[0] with { Ready = false });
        _state.Upsert(ClusterBuilder.BoundPod("n0001", "other", 1));
        _state.RemoveNode("n0002");

        Assert.Equal([CommitRefusal.NodeNotReady, CommitRefusal.Resources, CommitRefusal.NodeGone, CommitRefusal.None], Enumerable.Range(0, 4).Select(m => _state.Judge(Team.Key, m)!.Value));
    }

    [Fact]
    public void Judge_NoHold_IsNull()
    {
        Assert.Null(_state.Judge(Team.Key, 0));
        _state.Restore(Of(Planned(1, "n0000")));
        Assert.Null(_state.Judge(Team.Key, 0));
        _state.ReplaceNodes(Nodes(rackWatts: 9_000));
        Assert.Equal(CommitRefusal.Power, _state.Judge(Team.Key, 1));
    }

    [Fact]
    public void GiveUp_Members_GivesUpThePlannedOnes()
    {
        _state.Restore(Of(Planned(0, "n0000"), Assumed(1, "n0001"), Planned(2, "n0002")));
        Assert.True(_state.TryClaim(Team.Key, 0, "u0", "p0"));
        var freed = _state.Freed;

        _state.GiveUp(Team.Key, [0, 1, 3]);

        Assert.Equal("n0001:p1 n0002:m2", Pods());
        Assert.Equal("u1", Assert.Single(_state.Claims));
        Assert.True(_state.Freed > freed);
        freed = _state.Freed;
        _state.GiveUp(Team.Key, [1]);
        _state.GiveUp(Team.Key with { Name = "nobody" }, [0]);
        Assert.Equal(("n0001:p1 n0002:m2", freed), (Pods(), _state.Freed));
    }

    [Fact]
    public void ReleasePlanned_EveryHold_IsGivenUpAndBoundPodsStay()
    {
        var other = GangBuilder.Members(1).Named("single").Build();
        _state.Upsert(Assumed(3, "n0003").Pod);
        _state.Restore(Of(Assumed(0, "n0000"), Planned(1, "n0001")) with { ExpiresAt = DateTimeOffset.MaxValue });
        _state.Restore(new(other, [new(other.Key, 0, new("s", "us", "n0002", other.Roles[0].Template, Gang: other.Key, Member: 0), HoldPhase.Planned)], null, Later));
        var freed = _state.Freed;

        _state.ReleasePlanned();

        Assert.Equal("n0003:p3", Pods());
        Assert.Empty(_state.Reservations);
        Assert.Empty(_state.Claims);
        Assert.True(_state.Freed > freed);
        freed = _state.Freed;
        _state.ReleasePlanned();
        Assert.Equal(freed, _state.Freed);
    }

    // Who has lost the lead and has it again does not know what became of the Bindings it allowed before.
    [Fact]
    public void ReleasePlanned_AssumedUntilATime_StayUntilTheyAreLookedUp()
    {
        Assert.True(_state.AssumeForeign(ClusterBuilder.BoundPod("n0002", "other", 8), Later).MayBind);
        _state.Restore(Of(Assumed(0, "n0000"), Planned(1, "n0001")));

        _state.ReleasePlanned();

        Assert.Equal("n0000:p0 n0002:other", Pods());
        Assert.Equal(["other", "p0"], _state.Doubtful(Later).Select(h => h.Pod.Name).Order(StringComparer.Ordinal));
        foreach (var hold in _state.Doubtful(Later)) _state.RemovePod(hold.Pod.Uid);
        Assert.Empty(_state.Expire(Later).Where(r => r.Holds.IsEmpty));
        Assert.Equal("", Pods());
    }

    // A list takes time: who was allowed to be bound or created meanwhile is not in it.
    [Fact]
    public void GiveUpClaims_NotListed_AreGivenUpUnlessTheirPodIsExpected()
    {
        _state.Restore(Of(Assumed(0, "n0000"), Planned(1, "n0001"), Planned(2, "n0002")));
        Assert.True(_state.TryClaim(Team.Key, 1, "u1", "p1"));
        Assert.True(_state.TryClaim(Team.Key, 2, "u2", "p2"));

        _state.GiveUpClaims(new HashSet<string> { "u2", "somebody" });

        Assert.Equal("n0000:p0 n0001:p1 n0002:p2", Pods());
        Assert.Equal(["u0", "u2"], _state.Claims.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void IsExpected_Pod_OnlyWhereItIsBoundOrAssumed()
    {
        _state.Restore(Of(Assumed(0, "n0000"), Planned(1, "n0001")));
        Assert.True(_state.TryClaim(Team.Key, 1, "u1", "p1"));
        _state.Upsert(Assumed(3, "n0003").Pod);

        Assert.Equal([true, false, false, true, false], new[] { ("u0", "n0000"), ("u0", "n0001"), ("u1", "n0001"), ("u3", "n0003"), ("u3", "n0000") }.Select(p => _state.IsExpected(p.Item1, p.Item2)));
    }

    // The look was on its way when the watch said that the pod is gone.
    [Fact]
    public void Confirm_PodThatIsHeldNoMore_DoesNotComeBack()
    {
        _state.Restore(Of(Assumed(0, "n0000"), Assumed(1, "n0001")));
        _state.Upsert(Assumed(0, "n0000").Pod);
        _state.RemovePod("u0");

        _state.Confirm(Assumed(0, "n0000").Pod);
        _state.Confirm(Assumed(1, "n0001").Pod);

        Assert.Equal("n0001:p1", Pods());
        Assert.Null(_state.BoundPod("u0"));
        Assert.NotNull(_state.BoundPod("u1"));
    }

    // Sums made by hand from what is bound and held; and of the planned ones just those are left out that have no room.
    [Fact]
    public void Restore_RandomPromises_LoadsAreTheNaiveSum()
    {
        var (dropped, kept, over) = (0, 0, 0);
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var nodes = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(4).Racks(4, 20_000 + 2_000 * random.Next(10)).Pdus(8, 50_000 + 4_000 * random.Next(8)).BuildNodes();
            var bound = Enumerable.Range(0, random.Next(6)).Select(i => ClusterBuilder.BoundPod(ClusterBuilder.NameOf(random.Next(8)), $"b{i}", random.Next(5))).ToList();
            var state = new ClusterState();
            state.ReplaceNodes(nodes);
            if (random.Next(2) == 0) _ = state.Current;
            state.ReplacePods(bound);
            var held = new Dictionary<GangKey, Reservation>();
            for (var g = 0; g < 4; g++)
            {
                var gang = GangBuilder.Members(random.Next(1, 5)).GpusPerPod(random.Next(1, 9)).Named($"g{random.Next(3)}").Build();
                var holds = Enumerable.Range(0, gang.Size).Where(_ => random.Next(4) > 0).Select(m => new Hold(
                    gang.Key, m, new($"{gang.Key.Name}-{m}", "", ClusterBuilder.NameOf(random.Next(8)), gang.Roles[0].Template, Gang: gang.Key, Member: m), HoldPhase.Planned));
                ImmutableArray<Hold> wanted =
                    [.. holds.Select(h => random.Next(2) == 0 ? h : h with { Pod = h.Pod with { Uid = $"uid-{h.Pod.Name}" }, Phase = HoldPhase.Assumed })];
                if (state.Restore(new(gang, wanted, null, Later)) is { } restored) held[gang.Key] = restored;
                else held.Remove(gang.Key);
                ImmutableArray<Hold> got = held.TryGetValue(gang.Key, out var now) ? now.Holds : [];
                var left = wanted.Except(got).ToList();
                Assert.All(left, h => Assert.Equal(HoldPhase.Planned, h.Phase));
                // Who was refused would be refused now; who was kept is good.
                Assert.All(left, h => Assert.NotEqual(CommitRefusal.None, CommitCheck.Judge(state.Current, [h.Pod])));
                Assert.All(got.Where(h => h.Phase == HoldPhase.Planned), h => Assert.Equal(CommitRefusal.None, state.Judge(gang.Key, h.Member)));
                over += got.Count(h => state.Judge(gang.Key, h.Member) != CommitRefusal.None);
                (dropped, kept) = (dropped + left.Count, kept + got.Count(h => h.Phase == HoldPhase.Planned));
                AssertLoads(state.Current, [.. bound, .. held.Values.SelectMany(r => r.Holds).Select(h => h.Pod)], $"seed {seed}, restore {g}");
            }

            state.ReleasePlanned();
            AssertLoads(state.Current, [.. bound, .. held.Values.SelectMany(r => r.Holds).Where(h => h.Phase == HoldPhase.Assumed).Select(h => h.Pod)], $"seed {seed}, released");
        }

        Assert.True(dropped > 50 && kept > 50 && over > 50, $"{dropped} left out, {kept} planned kept, {over} assumed that are over");
    }

    private static void AssertLoads(ClusterSnapshot cluster, List<PodInfo> pods, string when)
    {
        var draw = new List<long>();
        foreach (var (n, node) in cluster.Nodes.Index())
        {
            var here = pods.Where(p => p.NodeName == node.Name).ToList();
            Assert.True(cluster.PodColumns.Used(GangBuilder.Gpu)[n] == here.Sum(p => p.Template.Gpus), $"{when}: GPUs of {node.Name}");
            Assert.Equal(here.Select(p => p.Name).Order(StringComparer.Ordinal), cluster.PodsOf(n).Select(p => p.Name).Order(StringComparer.Ordinal));
            draw.Add(NaivePower.NodeWatts(node.Power, here.Sum(p => NaivePower.PodWatts(node.Power, p.Template.Power))));
            Assert.True(cluster.DrawOf(n) == draw[n], $"{when}: watts of {node.Name}");
        }

        var peaks = new NaivePower([.. cluster.Nodes]).PeakHalfWatts(draw);
        foreach (var domain in cluster.Power.Constraints.GroupBy(c => c.Domain))
        {
            var of = cluster.Power.Domains[domain.Key];
            Assert.True(peaks[of.Id] == domain.Max(c => cluster.LoadOf(c.Index)) + 2 * of.BaseWatts, $"{when}: load of {of.Id}");
        }
    }

    private static ImmutableArray<NodeInfo> Nodes(long? rackWatts = null) => ClusterBuilder.Spines(1).NodesPerLeaf(4).Racks(4, rackWatts).BuildNodes();

    // A Binding of the process before us arrives when its member is planned again: it has its node, and what is held for it would count it twice.
    [Theory]
    [InlineData("n0000", false)]
    [InlineData("n0002", false)]
    [InlineData("n0000", true)]
    public void Upsert_BoundBeforeAnybodyClaimed_EndsTheHoldOfItsMember(string node, bool byList)
    {
        _state.Restore(Of(Planned(0, "n0000"), Planned(1, "n0001")));
        var bound = Assumed(0, node).Pod;
        if (byList) _state.ReplacePods([bound]);
        else _state.Upsert(bound);
        Assert.Equal("1@n0001", Text(_state.ReservationOf(Team.Key)!));
        Assert.Equal($"{(node == "n0000" ? "n0000:p0 n0001:m1" : "n0001:m1 n0002:p0")}", Pods());
    }

    // The hold is for the pod that stands in for it, or for one that says it is another: not for the pod itself.
    [Fact]
    public void Upsert_KnownEndingOrAnotherMember_LeavesTheHold()
    {
        var first = Assumed(0, "n0002").Pod;
        _state.Upsert(first);
        _state.Restore(Of(Planned(0, "n0000"), Planned(1, "n0001")));
        _state.Upsert(first with { Terminating = true });
        _state.ReplacePods([first]);
        _state.Upsert(Assumed(2, "n0003").Pod);
        _state.Upsert(Assumed(1, "n0003").Pod with { Uid = "ending", Terminating = true });
        Assert.Equal("0@n0000 1@n0001", Text(_state.ReservationOf(Team.Key)!));
    }

    private static Reservation Of(params Hold[] holds) => new(Team, [.. holds], null, Later);

    private static Hold Planned(int member, string node) =>
        new(Team.Key, member, new($"m{member}", "", node, Team.Roles[0].Template, Gang: Team.Key, Member: member), HoldPhase.Planned);

    private static Hold Assumed(int member, string node)
    {
        var hold = Planned(member, node);
        return hold with { Pod = hold.Pod with { Name = $"p{member}", Uid = $"u{member}" }, Phase = HoldPhase.Assumed };
    }

    private static string Text(Reservation reservation) => string.Join(' ', reservation.Holds.Select(h => $"{h.Member}@{h.Pod.NodeName}"));

    private string Pods() => string.Join(' ', _state.Current.Nodes.SelectMany((n, i) => _state.Current.PodsOf(i).Select(p => $"{n.Name}:{p.Name}")).Order(StringComparer.Ordinal));
}
