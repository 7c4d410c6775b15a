using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>The way of a pod: planned, assumed, bound, gone. At every step it counts once, on one node.</summary>
public sealed class ClusterStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now.AddMinutes(1);
    private static readonly Gang Pair = GangBuilder.Members(2).Named("pair").Build();
    private static readonly Gang Single = GangBuilder.Members(1).Named("single").Build();

    [Fact]
    public void Pod_PlannedAssumedBoundGone_CountsOnceAtEveryStep()
    {
        var state = Held("n0000", "n0001");
        Assert.Equal("n0000:pair-worker-0 n0001:pair-worker-1", Pods(state));
        Assert.True(state.TryClaim(Pair.Key, 0, "u0", "p0"));
        Assert.Equal("n0000:p0 n0001:pair-worker-1", Pods(state));
        Assert.True(state.TryAssume(Pair.Key, Member(0, "n0000", "u0", "p0"), Pair, Later).MayBind);
        Assert.Equal("n0000:p0 n0001:pair-worker-1", Pods(state));
        state.Upsert(Member(0, "n0000", "u0", "p0"));
        Assert.Equal("n0000:p0 n0001:pair-worker-1", Pods(state));
        Assert.Equal(1, Assert.Single(Assert.Single(state.Reservations).Holds).Member);
        Assert.Equal("p0", Assert.Single(state.BoundMembers(Pair.Key)).Name);
        state.RemovePod("u0");
        Assert.Equal("n0001:pair-worker-1", Pods(state));
        Assert.Empty(state.BoundMembers(Pair.Key));
    }

    [Fact]
    public void Upsert_BoundElsewhereThanPlanned_CountsWhereItIs()
    {
        var state = Held("n0000", "n0001");
        state.TryClaim(Pair.Key, 0, "u0", "p0");

        state.Upsert(Member(0, "n0002", "u0", "p0"));

        Assert.Equal("n0001:pair-worker-1 n0002:p0", Pods(state));
    }

    [Fact]
    public void Upsert_Duplicated_CountsOnce()
    {
        var state = Held("n0000", "n0001");
        state.TryClaim(Pair.Key, 0, "u0", "p0");
        for (var i = 0; i < 3; i++) state.Upsert(Member(0, "n0000", "u0", "p0"));

        Assert.Equal("n0000:p0 n0001:pair-worker-1", Pods(state));
    }

    [Fact]
    public void RemovePod_Planned_LeavesTheSeatForItsReplacement()
    {
        var state = Held("n0000", "n0001");
        state.TryClaim(Pair.Key, 0, "u0", "p0");

        state.RemovePod("u0");

        Assert.Equal("n0000:p0 n0001:pair-worker-1", Pods(state));
        Assert.Empty(state.Claims);
        Assert.True(state.TryClaim(Pair.Key, 0, "u0b", "p0b"));
        Assert.Equal("n0000:p0b n0001:pair-worker-1", Pods(state));
    }

    [Fact]
    public void RemovePod_Assumed_LeavesTheSeatForItsReplacement()
    {
        var state = Held("n0000", "n0001");
        state.TryClaim(Pair.Key, 0, "u0", "p0");
        state.TryAssume(Pair.Key, Member(0, "n0000", "u0", "p0"), Pair, Later);

        state.RemovePod("u0");

        var hold = state.ReservationOf(Pair.Key)!.HoldOf(0)!;
        Assert.Equal(("", HoldPhase.Planned), (hold.Pod.Uid, hold.Phase));
        Assert.Equal("n0000:p0 n0001:pair-worker-1", Pods(state));
    }

    [Fact]
    public void RemovePod_AssumedSingle_EndsItsHold()
    {
        var state = Nodes();
        state.TryAssume(Single.Key, One("n0000", "u", "p"), Single, Later);

        state.RemovePod("u");

        Assert.Equal("", Pods(state));
        Assert.Empty(state.Reservations);
    }

    [Fact]
    public void RemovePod_LateAfterTheNameWasUsedAgain_LeavesTheNewPodAlone()
    {
        var state = Nodes();
        state.Upsert(One("n0000", "old", "p"));
        state.Upsert(One("n0001", "new", "p"));

        state.RemovePod("old");

        Assert.Equal("n0001:p", Pods(state));
        Assert.Equal("new", state.BoundPod("new")?.Uid);
    }

    [Fact]
    public void TryClaim_SeatOfAnother_IsRefused()
    {
        var state = Held("n0000", "n0001");
        Assert.True(state.TryClaim(Pair.Key, 0, "u0", "p0"));

        Assert.True(state.TryClaim(Pair.Key, 0, "u0", "p0"));
        Assert.False(state.TryClaim(Pair.Key, 0, "u1", "p1"));
        Assert.False(state.TryClaim(Pair.Key, 1, "u0", "p0"));
    }

    [Fact]
    public void TryClaim_PodThatIsBound_IsRefused()
    {
        var state = Held("n0000", "n0001");
        state.Upsert(Member(0, "n0002", "u0", "p0"));

        Assert.False(state.TryClaim(Pair.Key, 0, "u0", "p0"));
    }

    [Fact]
    public void TryAssume_PodThatIsBound_CountsOnce()
    {
        var state = Nodes();
        state.Upsert(One("n0000", "u", "p"));

        Assert.True(state.TryAssume(Single.Key, One("n0000", "u", "p"), Single, Later).MayBind);
        Assert.Equal("n0000", state.TryAssume(Single.Key, One("n0001", "u", "p"), Single, Later).PlannedNode);
        Assert.Equal("n0000:p", Pods(state));
    }

    [Fact]
    public void TryAssume_OtherNodeThanPlanned_SaysThePlannedOne()
    {
        var state = Held("n0000", "n0001");
        state.TryClaim(Pair.Key, 0, "u0", "p0");

        var answer = state.TryAssume(Pair.Key, Member(0, "n0001", "u0", "p0"), Pair, Later);

        Assert.False(answer.MayBind);
        Assert.Equal("n0000", answer.PlannedNode);
    }

    [Fact]
    public void TryAssume_MemberWithoutAHold_IsRefused()
    {
        var state = Nodes();

        Assert.Equal(CommitRefusal.NoPlan, state.TryAssume(Pair.Key, Member(0, "n0000", "u0", "p0"), Pair, Later).Refusal);
        Assert.Equal("", Pods(state));
    }

    [Fact]
    public void TryAssume_ReplacementOfAnAssumedSingle_CountsBoth()
    {
        var state = Nodes();
        state.TryAssume(Single.Key, One("n0000", "old", "p"), Single, Later);

        Assert.True(state.TryAssume(Single.Key, One("n0001", "new", "q"), Single, Later).MayBind);
        Assert.Equal("n0000:p n0001:q", Pods(state));
        state.Forget("new");
        Assert.Equal("n0000:p", Pods(state));
        state.Upsert(One("n0000", "old", "p"));
        Assert.Empty(state.Reservations);
        state.RemovePod("old");
        Assert.Equal("", Pods(state));
    }

    [Fact]
    public void TryAssume_SingleWithAnUnclaimedPlan_TakesItsPlace()
    {
        var state = Nodes();
        state.TryReserve(state.Current, null, new(Single, [new(Single.Key, 0, One("n0000", "", "planned"), HoldPhase.Planned)], null, Later));

        Assert.True(state.TryAssume(Single.Key, One("n0001", "u", "p"), Single, Later).MayBind);
        Assert.Equal("n0001:p", Pods(state));
    }

    [Fact]
    public void Forget_AssumedMember_IsPlannedAgain()
    {
        var state = Held("n0000", "n0001");
        state.TryClaim(Pair.Key, 0, "u0", "p0");
        state.TryAssume(Pair.Key, Member(0, "n0000", "u0", "p0"), Pair, Later);

        state.Forget("u0");

        Assert.Equal(HoldPhase.Planned, state.ReservationOf(Pair.Key)!.HoldOf("u0")!.Phase);
        Assert.Equal("n0000:p0 n0001:pair-worker-1", Pods(state));
    }

    [Fact]
    public void Expire_AssumedMember_KeepsTheGangUntilItsPodIsLookedUp()
    {
        var state = Held("n0000", "n0001");
        state.TryClaim(Pair.Key, 0, "u0", "p0");
        state.TryAssume(Pair.Key, Member(0, "n0000", "u0", "p0"), Pair, Later);

        Assert.Empty(state.Doubtful(Later.AddTicks(-1)));
        Assert.Empty(state.Expire(Later));
        Assert.Equal("u0", Assert.Single(state.Doubtful(Later)).Pod.Uid);
        state.Forget("u0");
        Assert.Empty(state.Doubtful(Later));
        Assert.Equal(Pair.Key, Assert.Single(state.Expire(Later)).Gang.Key);
        Assert.Equal("", Pods(state));
        Assert.Empty(state.Claims);
    }

    [Fact]
    public void Renew_BeforeItsTime_KeepsTheHolds()
    {
        var state = Held("n0000", "n0001");
        state.Renew(Pair.Key, Later.AddMinutes(1));

        Assert.Empty(state.Expire(Later));
        Assert.Single(state.Expire(Later.AddMinutes(1)));
    }

    [Fact]
    public void RemoveNode_AndBack_CountsItsPodsAgain()
    {
        var state = Held("n0000", "n0001");
        state.Upsert(One("n0000", "u", "p"));
        var node = state.Current.Nodes[0];

        state.RemoveNode("n0000");
        Assert.Equal("n0001:pair-worker-1", Pods(state));
        state.Upsert(One("n0000", "u2", "q"));
        state.RemovePod("u");
        Assert.Equal("n0001:pair-worker-1", Pods(state));
        state.Upsert(node);
        Assert.Equal("n0000:pair-worker-0 n0000:q n0001:pair-worker-1", Pods(state));
    }

    [Fact]
    public void Upsert_PodOnAnUnknownNode_BuildsNothingAnew()
    {
        var state = Nodes();
        var before = state.Current;

        state.Upsert(One("nowhere", "u", "p"));

        Assert.Same(before, state.Current);
    }

    [Fact]
    public void ReplacePods_AfterARelist_KeepsHoldsAndConfirmsThoseThatAreBound()
    {
        var state = Held("n0000", "n0001");
        state.TryClaim(Pair.Key, 0, "u0", "p0");
        state.Upsert(One("n0003", "gone", "gone"));

        state.ReplacePods([Member(0, "n0000", "u0", "p0")]);

        Assert.Equal("n0000:p0 n0001:pair-worker-1", Pods(state));
        Assert.Single(state.BoundMembers(Pair.Key));
    }

    [Theory]
    [InlineData("gpus", CommitRefusal.Resources)]
    [InlineData("pods", CommitRefusal.PodCount)]
    [InlineData("memory", CommitRefusal.Resources)]
    [InlineData("power", CommitRefusal.Power)]
    [InlineData("not ready", CommitRefusal.NodeNotReady)]
    [InlineData("off", CommitRefusal.NodeNotReady)]
    [InlineData("gone", CommitRefusal.NodeGone)]
    [InlineData("unknown watts", CommitRefusal.Power)]
    public void TryReserve_PlannedOnAnOlderSnapshot_IsRefusedWhatWouldGoOver(string change, CommitRefusal expected)
    {
        var state = Nodes();
        var planned = state.Current;
        var node = planned.Nodes[0];
        switch (change)
        {
            case "gpus": state.Upsert(ClusterBuilder.BoundPod("n0000", "other", 1)); break;
            case "pods": state.Upsert(node with { Allocatable = node.Allocatable.With(ResourceList.Pods, 0) }); break;
            case "memory": state.Upsert(node with { Allocatable = node.Allocatable.With(ResourceList.Memory, 1) }); break;
            case "power": state.Upsert(ClusterBuilder.BoundPod("n0002", "other", 8)); state.Upsert(ClusterBuilder.BoundPod("n0003", "other-2", 8)); break;
            case "not ready": state.Upsert(node with { Ready = false }); break;
            case "off": state.Upsert(node with { Power = node.Power with { Powered = false } }); break;
            case "gone": state.RemoveNode("n0000"); break;
            case "unknown watts": state.Upsert(node with { Power = node.Power with { WattsKnown = false } }); break;
        }

        var before = SnapshotText.Of(state.Current);
        Assert.Equal(expected, state.TryReserve(planned, null, Plan("n0000", "n0001")));
        Assert.Equal(before, SnapshotText.Of(state.Current));
        Assert.Empty(state.Reservations);
    }

    [Fact]
    public void TryReserve_Refused_KeepsWhatWasHeldBefore()
    {
        var state = Held("n0000", "n0001");
        state.TryClaim(Pair.Key, 0, "u0", "p0");
        state.TryAssume(Pair.Key, Member(0, "n0000", "u0", "p0"), Pair, Later);
        var standing = state.ReservationOf(Pair.Key)!;
        state.Upsert(ClusterBuilder.BoundPod("n0002", "other", 8));
        var moved = standing with { Holds = [standing.Holds[0], new(Pair.Key, 1, Member(1, "n0002", "", "x"), HoldPhase.Planned)] };

        Assert.Equal(CommitRefusal.Resources, state.TryReserve(state.Current, standing, moved));
        Assert.Equal("n0000:p0 n0001:pair-worker-1 n0002:other", Pods(state));
        Assert.Equal("u0", Assert.Single(state.Claims));
    }

    [Fact]
    public void TryReserve_MemberAssumedMeanwhile_IsRefused()
    {
        var state = Held("n0000", "n0001");
        var standing = state.ReservationOf(Pair.Key)!;
        state.TryClaim(Pair.Key, 0, "u0", "p0");
        state.TryAssume(Pair.Key, Member(0, "n0000", "u0", "p0"), Pair, Later);

        Assert.Equal(CommitRefusal.NoPlan, state.TryReserve(state.Current, standing, Plan("n0002", "n0003")));
        Assert.Equal(CommitRefusal.NoPlan, state.TryReserve(state.Current, state.ReservationOf(Pair.Key), Plan("n0002", "n0003")));
        Assert.Equal("n0000:p0 n0001:pair-worker-1", Pods(state));
    }

    [Fact]
    public void TryReserve_MemberBoundMeanwhile_DoesNotCountItTwice()
    {
        var state = Held("n0000", "n0001");
        state.TryClaim(Pair.Key, 0, "u0", "p0");
        var standing = state.ReservationOf(Pair.Key)!;
        state.Upsert(Member(0, "n0000", "u0", "p0"));

        Assert.Equal(CommitRefusal.NoPlan, state.TryReserve(state.Current, standing, standing));
        Assert.Equal("n0000:p0 n0001:pair-worker-1", Pods(state));
    }

    [Fact]
    public void TryReserve_KeptHoldInADomainThatWasPushedOver_StillHoldsNewOnesElsewhere()
    {
        var state = Held("n0000", "n0002");
        var standing = state.ReservationOf(Pair.Key)!;
        foreach (var node in state.Current.Nodes.Where(n => n.PowerLocation.Rack == "r0000").ToList())
        {
            state.Upsert(node with { PowerLocation = node.PowerLocation with { RackBudgetWatts = 5_000 } });
        }

        var moved = standing with { Holds = [standing.Holds[0], new(Pair.Key, 1, Member(1, "n0004", "", "x"), HoldPhase.Planned)] };

        Assert.Equal(CommitRefusal.None, state.TryReserve(state.Current, standing, moved));
        Assert.Equal("n0000:pair-worker-0 n0004:x", Pods(state));
    }

    [Theory]
    [InlineData("budget", CommitRefusal.Power)]
    [InlineData("not ready", CommitRefusal.NodeNotReady)]
    [InlineData("gone", CommitRefusal.NodeGone)]
    public void TryAssume_NodeOrBudgetChangedSincePlanned_IsRefusedAndStaysPlanned(string change, CommitRefusal expected)
    {
        var state = Held("n0000", "n0001");
        state.TryClaim(Pair.Key, 0, "u0", "p0");
        var node = state.Current.Nodes[0];
        if (change == "gone") state.RemoveNode(node.Name);
        else if (change == "not ready") state.Upsert(node with { Ready = false });
        else state.Upsert(node with { PowerLocation = node.PowerLocation with { RackBudgetWatts = 5_000 } });

        Assert.Equal(expected, state.TryAssume(Pair.Key, Member(0, "n0000", "u0", "p0"), Pair, Later).Refusal);
        Assert.Equal(HoldPhase.Planned, state.ReservationOf(Pair.Key)!.HoldOf(0)!.Phase);
    }

    // Four nodes a rack of at most two and a half full nodes' draw.
    private static ClusterState Nodes()
    {
        var state = new ClusterState();
        state.ReplaceNodes(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(4).Racks(4, 4 * 2_300 + 3 * 7_900).BuildNodes());
        return state;
    }

    private static ClusterState Held(string first, string second)
    {
        var state = Nodes();
        Assert.Equal(CommitRefusal.None, state.TryReserve(state.Current, null, Plan(first, second)));
        return state;
    }

    private static Reservation Plan(string first, string second) => new(Pair, [Seat(0, first), Seat(1, second)], null, Later);

    private static Hold Seat(int member, string node) => new(Pair.Key, member, Member(member, node, "", $"pair-worker-{member}"), HoldPhase.Planned);

    private static PodInfo Member(int member, string node, string uid, string name) =>
        new(name, uid, node, Pair.Roles[0].Template, Gang: Pair.Key, Member: member);

    private static PodInfo One(string node, string uid, string name) => new(name, uid, node, GangBuilder.Template(1, 1000, "single"), Gang: Single.Key);

    private static string Pods(ClusterState state) => string.Join(' ', state.Current.Nodes.SelectMany((n, i) =>
        state.Current.PodsOf(i).Select(p => $"{n.Name}:{p.Name}")).Order(StringComparer.Ordinal));
}
