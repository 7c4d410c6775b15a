using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Testing.Builders;
using static TopoScheduler.Kubernetes.Tests.Live.LivePods;

namespace TopoScheduler.Kubernetes.Tests.Live;

/// <summary>What the watch of pods does to the state and to the book.</summary>
public sealed class PodSinkTests
{
    private static readonly DateTimeOffset Later = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);
    private readonly ClusterState _state = new();
    private readonly PodBook _book = new LivePods().Book();
    private readonly PodSink _sink;

    public PodSinkTests()
    {
        _state.ReplaceNodes(ClusterBuilder.Spines(1).NodesPerLeaf(4).BuildNodes());
        _sink = new(_state, _book, new());
    }

    [Fact]
    public void Pod_PendingBoundFinished_GoesFromBookToStateToNowhere()
    {
        _sink.Upsert(Pod("p").Sighting());
        Assert.Equal(("uid-p", ""), (Known(), Bound()));
        _sink.Upsert(Pod("p").OnNode("n0000").Sighting());
        Assert.Equal(("", "p@n0000"), (Known(), Bound()));
        _sink.Upsert(Pod("p").OnNode("n0000").Phase("Succeeded").Sighting());
        Assert.Equal(("", ""), (Known(), Bound()));
    }

    [Fact]
    public void Replace_PendingPodIsBoundByNow_CountsIt()
    {
        _sink.Upsert(Pod("p").Sighting());

        _sink.Replace([Pod("p").OnNode("n0001").Sighting()]);

        Assert.Equal(("", "p@n0001"), (Known(), Bound()));
        Assert.NotNull(_state.BoundPod("uid-p"));
    }

    [Fact]
    public void Replace_PodsThatAreGone_AreForgotten()
    {
        _sink.Upsert(Pod("pending").Sighting());
        _sink.Upsert(Pod("bound").OnNode("n0000").Sighting());
        _sink.Upsert(Grouped("w-0", "g", null).Sighting());
        _sink.Upsert(Grouped("w-0", "g", null).OnNode("n0002").Sighting());
        Assert.Equal(1, _book.KeptWhole);

        _sink.Replace([Pod("other").Sighting(), Pod("done").OnNode("n0003").Phase("Failed").Sighting()]);

        Assert.Equal(("uid-other", ""), (Known(), Bound()));
        Assert.Equal(0, _book.KeptWhole);
    }

    [Fact]
    public void Replace_ClaimOfAPodThatIsGone_LeavesItsSeatOpen()
    {
        var gang = GangBuilder.Members(2).Build();
        Hold Seat(int member) => new(gang.Key, member, new($"m{member}", "", ClusterBuilder.NameOf(member), gang.Roles[0].Template), HoldPhase.Planned);
        Assert.Equal(CommitRefusal.None, _state.TryReserve(_state.Current, null, new(gang, [Seat(0), Seat(1)], null, Later)));
        Assert.True(_state.TryClaim(gang.Key, 0, "gone", "gone"));
        Assert.True(_state.TryClaim(gang.Key, 1, "uid-here", "here"));

        _sink.Replace([Pod("here").Sighting()]);

        Assert.Equal("uid-here", Assert.Single(_state.Claims));
        Assert.Equal(2, _state.ReservationOf(gang.Key)!.Holds.Length);
    }

    // Allowed by the webhook while the list was on its way: its watts must not be given to another.
    [Fact]
    public void Replace_AssumedPodYoungerThanTheList_KeepsItsHoldUntilItIsSeen()
    {
        Assert.True(_state.AssumeForeign(Pod("young").OnNode("n0000").Sighting().Bound!, Later).MayBind);
        _sink.Upsert(Pod("gone").Sighting());
        Assert.True(_state.AssumeForeign(Pod("gone").OnNode("n0001").Sighting().Bound!, Later).MayBind);

        _sink.Replace([]);

        Assert.Equal("uid-young", Assert.Single(_state.Claims));
        Assert.Equal("young", Assert.Single(_state.Current.PodsOf(0)).Name);
        Assert.Empty(_state.Current.PodsOf(1));
        _sink.Upsert(Pod("young").OnNode("n0000").Sighting());
        Assert.Empty(_state.Claims);
        Assert.Equal("young@n0000", Bound());
    }

    [Fact]
    public void Remove_OldPodOfAName_LeavesTheNewOneAlone()
    {
        var old = Pod("p").OnNode("n0000");
        old["metadata"]!["uid"] = "old";
        _sink.Upsert(old.Sighting());
        _sink.Upsert(Pod("p").OnNode("n0001").Sighting());

        _sink.Remove(new ObjectKey("ml", "p", "old"));

        Assert.Equal("p@n0001", Bound());
    }

    [Fact]
    public void Sighting_NominatedPod_IsNotBound()
    {
        var pod = Pod("p");
        pod["status"]!["nominatedNodeName"] = "n0000";

        Assert.Null(pod.Sighting().Bound);
        Assert.NotNull(pod.Sighting().Pending);
    }

    [Fact]
    public void Sighting_NamespaceNotTrusted_LowersNoDraw() => Assert.False(Pod("p").OnNode("n0000").Sighting().Bound!.Template.Power.Trusted);

    private string Known() => string.Join(' ', _book.Known.Order(StringComparer.Ordinal));

    private string Bound() => string.Join(' ', Enumerable.Range(0, _state.Current.Nodes.Length)
        .SelectMany(n => _state.Current.PodsOf(n).Where(p => _state.BoundPod(p.Uid) is not null)).Select(p => $"{p.Name}@{p.NodeName}"));
}
