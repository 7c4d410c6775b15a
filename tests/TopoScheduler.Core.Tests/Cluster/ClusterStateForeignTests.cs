using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Cluster;

public sealed class ClusterStateForeignTests
{
    private static readonly DateTimeOffset Later = new(2030, 1, 1, 0, 0, 30, TimeSpan.Zero);
    private readonly ClusterState _state = new();

    // A busy 8-GPU node draws 10,200 W, an idle one 2,300 W.
    public ClusterStateForeignTests() => _state.ReplaceNodes(ClusterBuilder.Spines(1).NodesPerLeaf(4).Racks(2, 13_000).BuildNodes());

    [Fact]
    public void JudgeForeign_Asked_HoldsNothing()
    {
        var before = _state.Current;

        Assert.True(_state.JudgeForeign(ClusterBuilder.BoundPod("n0000", "a", 8)).MayBind);
        Assert.Same(before, _state.Current);
        Assert.Empty(_state.Reservations);
    }

    [Fact]
    public void JudgeForeign_Breach_HasItsFigures()
    {
        _state.Upsert(ClusterBuilder.BoundPod("n0000", "a", 8));

        Assert.Equal(new(CommitRefusal.Power, "rack/r0000", LimitBreach.Watts, 20_400, 13_000), _state.JudgeForeign(ClusterBuilder.BoundPod("n0001", "b", 8)).Breach);
        Assert.Equal(new(CommitRefusal.Resources, "node/n0000", GangBuilder.Gpu, 9, 8), _state.JudgeForeign(ClusterBuilder.BoundPod("n0000", "b", 1)).Breach);
        Assert.Equal(new(CommitRefusal.NodeGone, "node/n0009"), _state.JudgeForeign(ClusterBuilder.BoundPod("n0009", "b", 1)).Breach);
    }

    // With both feeds each PDU carries half of two nodes; without feed B all of them hangs on A.
    [Fact]
    public void JudgeForeign_FeedLost_NamesTheFeedState()
    {
        _state.ReplaceNodes(ClusterBuilder.Spines(1).NodesPerLeaf(2).Pdus(2, 13_000).PdusB(2, 13_000).BuildNodes());
        _state.Upsert(ClusterBuilder.BoundPod("n0000", "a", 8));

        var breach = _state.JudgeForeign(ClusterBuilder.BoundPod("n0001", "b", 8)).Breach!;

        Assert.Equal((CommitRefusal.Power, 20_400, 13_000), (breach.Refusal, breach.Taken, breach.Limit));
        Assert.NotEqual(FeedState.Normal, breach.Feed);
    }

    [Fact]
    public void JudgeForeign_PodBoundElsewhere_SaysWhere()
    {
        _state.Upsert(ClusterBuilder.BoundPod("n0002", "a", 8));

        Assert.Equal(new(null, "n0002"), _state.JudgeForeign(ClusterBuilder.BoundPod("n0000", "a", 8)));
        Assert.True(_state.JudgeForeign(ClusterBuilder.BoundPod("n0002", "a", 8)).MayBind);
    }

    [Fact]
    public void AssumeForeign_Allowed_CountsUntilSeenForgottenOrGone()
    {
        foreach (var end in new Action<string>[] { uid => _state.Forget(uid), uid => _state.RemovePod(uid) })
        {
            var pod = ClusterBuilder.BoundPod("n0000", "a", 8);
            Assert.True(_state.AssumeForeign(pod, Later).MayBind);
            Assert.False(_state.AssumeForeign(ClusterBuilder.BoundPod("n0001", "b", 8), Later).MayBind);
            Assert.Single(_state.Doubtful(Later));

            end(pod.Uid);

            Assert.Empty(_state.Current.PodsOf(0));
            Assert.Empty(_state.Claims);
        }

        var seen = ClusterBuilder.BoundPod("n0000", "a", 8);
        Assert.True(_state.AssumeForeign(seen, Later).MayBind);
        _state.Upsert(seen);
        Assert.Single(_state.Current.PodsOf(0));
        Assert.Empty(_state.Reservations);
    }

    // The hold of a plan is never counted twice, and an earlier end of a foreign Binding does not shorten it.
    [Fact]
    public void AssumeForeign_HoldOfItsGang_BecomesThePods()
    {
        var gang = GangBuilder.Members(2).GpusPerPod(4).Build();
        var template = gang.Roles[0].Template;
        var until = Later + TimeSpan.FromMinutes(1);
        Hold[] holds = [.. Enumerable.Range(0, 2).Select(m => new Hold(gang.Key, m, new($"m{m}", "", "n0000", template, Gang: gang.Key, Member: m), HoldPhase.Planned))];
        Assert.Equal(CommitRefusal.None, _state.TryReserve(_state.Current, null, new(gang, [.. holds], null, until)));

        var pod = new PodInfo("trainer-1", "uid-1", "n0000", template, Gang: gang.Key, Member: 1);
        Assert.True(_state.JudgeForeign(pod).MayBind);
        Assert.Null(_state.ReservationOf(gang.Key)!.HoldOf("uid-1"));
        Assert.True(_state.AssumeForeign(pod, Later).MayBind);

        var reservation = _state.ReservationOf(gang.Key)!;
        Assert.Equal(until, reservation.ExpiresAt);
        Assert.Equal((1, HoldPhase.Assumed), (reservation.HoldOf("uid-1")!.Member, reservation.HoldOf("uid-1")!.Phase));
        Assert.Equal(2, _state.Current.PodsOf(0).Length);
    }

    // A hold is made for what the job says its pods take. A pod that takes more of the node, or draws more, is judged like any other, in place of its hold.
    [Theory]
    [InlineData("")]
    [InlineData("uid-0")]
    public void AssumeForeign_PodTakesMoreThanItsHold_IsJudgedAndCountsWhole(string claimedBy)
    {
        var gang = GangBuilder.Members(2).GpusPerPod(1).Build();
        var template = gang.Roles[0].Template;
        Hold[] holds = [.. Enumerable.Range(0, 2).Select(m => new Hold(gang.Key, m, new($"m{m}", m == 0 ? claimedBy : "", $"n000{m}", template, Gang: gang.Key, Member: m), HoldPhase.Planned))];
        Assert.Equal(CommitRefusal.None, _state.TryReserve(_state.Current, null, new(gang, [.. holds], null, Later)));
        _state.Upsert(ClusterBuilder.BoundPod("n0001", "other", 6));

        var large = new PodInfo("trainer-0", "uid-0", "n0000", ClusterBuilder.BoundPod("n0000", "x", 3).Template, Gang: gang.Key, Member: 0);
        Assert.Equal(CommitRefusal.Power, _state.JudgeForeign(large).Breach?.Refusal);
        Assert.Equal(CommitRefusal.Power, _state.AssumeForeign(large, Later).Breach?.Refusal);
        Assert.Equal(HoldPhase.Planned, _state.ReservationOf(gang.Key)!.HoldOf(0)!.Phase);

        _state.RemovePod(ClusterBuilder.BoundPod("n0001", "other", 6).Uid);
        Assert.True(_state.AssumeForeign(large, Later).MayBind);
        Assert.Equal(3, Assert.Single(_state.Current.PodsOf(0)).Template.Gpus);
        Assert.True(_state.AssumeForeign(large, Later).MayBind);
        Assert.Single(_state.Current.PodsOf(0));
    }

    [Fact]
    public void TryAssume_PodTakesMoreThanItsHold_IsJudgedAndCountsWhole()
    {
        var gang = GangBuilder.Members(2).GpusPerPod(1).Build();
        var template = gang.Roles[0].Template;
        Hold[] holds = [.. Enumerable.Range(0, 2).Select(m => new Hold(gang.Key, m, new($"m{m}", $"uid-{m}", $"n000{m}", template, Gang: gang.Key, Member: m), HoldPhase.Planned))];
        Assert.Equal(CommitRefusal.None, _state.TryReserve(_state.Current, null, new(gang, [.. holds], null, Later)));
        _state.Upsert(ClusterBuilder.BoundPod("n0001", "other", 6));
        var large = new PodInfo("trainer-0", "uid-0", "n0000", ClusterBuilder.BoundPod("n0000", "x", 3).Template, Gang: gang.Key, Member: 0);

        Assert.Equal(CommitRefusal.Power, _state.TryAssume(gang.Key, large, gang, Later).Refusal);
        Assert.Equal(HoldPhase.Planned, _state.ReservationOf(gang.Key)!.HoldOf(0)!.Phase);

        _state.RemovePod(ClusterBuilder.BoundPod("n0001", "other", 6).Uid);
        Assert.True(_state.TryAssume(gang.Key, large, gang, Later).MayBind);
        Assert.Equal(3, Assert.Single(_state.Current.PodsOf(0)).Template.Gpus);
    }
}
