using System.Text.Json.Nodes;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Server.Webhook;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Server.Tests.Webhook;

public sealed class BindingGuardTests
{
    private static readonly DateTimeOffset Later = new(2030, 1, 1, 0, 0, 30, TimeSpan.Zero);

    private readonly ClusterState _state = new();
    private readonly Dictionary<string, JsonObject> _pods = [];
    private int _looks;

    // A busy 8-GPU node draws 10,200 W, an idle one 2,300 W: a rack of two has room for one busy node.
    public BindingGuardTests() => _state.ReplaceNodes(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Racks(2, 13_000).BuildNodes());

    private BindingGuard Guard => new(_state, new PodBook(OwnerSource.None, []), LookUpAsync, () => Later, "system:topo");

    [Fact]
    public async Task Binding_WithinLimits_IsAllowedAndCountsAtOnce()
    {
        Exists("a", 8);
        Exists("b", 8);

        Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfBinding("a", "n0000")));
        var second = await AnswerAsync(Review.OfBinding("b", "n0001"));

        Assert.Equal("pod/ml/b cannot go to node n0001: rack/r0000 would draw 20400 W of 13000 W.", second.Denial);
        Assert.Equal("a", Assert.Single(_state.Current.PodsOf(0)).Name);
        Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfBinding("b", "n0002")));
    }

    [Fact]
    public async Task Binding_Repeated_PassesAndCountsOnce()
    {
        Exists("a", 8);

        for (var i = 0; i < 3; i++) Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfBinding("a", "n0000")));

        Assert.Single(_state.Current.PodsOf(0));
    }

    [Fact]
    public async Task Binding_AllowedThenSeen_CountsOnce()
    {
        Exists("a", 4);
        await AnswerAsync(Review.OfBinding("a", "n0000"));

        _state.Upsert(ClusterBuilder.BoundPod("n0000", "a", 4));

        Assert.Single(_state.Current.PodsOf(0));
        Assert.Empty(_state.Reservations);
    }

    [Fact]
    public async Task Binding_AllowedAndNeverSeen_IsDoubtfulAfterItsTimeAndCanBeForgotten()
    {
        Exists("a", 8);
        await AnswerAsync(Review.OfBinding("a", "n0000"));

        Assert.Empty(_state.Doubtful(Later - TimeSpan.FromSeconds(1)));
        var doubtful = Assert.Single(_state.Doubtful(Later));
        _state.Forget(doubtful.Pod.Uid);

        Assert.Empty(_state.Current.PodsOf(0));
        Assert.Empty(_state.Reservations);
    }

    [Fact]
    public async Task Binding_DryRun_JudgesAndHoldsNothing()
    {
        Exists("a", 8);
        Exists("b", 9);

        Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfBinding("a", "n0000", dryRun: true)));
        Assert.NotNull((await AnswerAsync(Review.OfBinding("b", "n0000", dryRun: true))).Denial);
        Assert.Empty(_state.Reservations);
    }

    [Theory]
    [InlineData(9, "n0000", "its pods would take 9 nvidia.com/gpu of 8.")]
    [InlineData(1, "n9999", "toposcheduler does not know this node.")]
    public async Task Binding_BeyondTheNode_IsDeniedWithFigures(int gpus, string node, string why)
    {
        Exists("a", gpus);

        Assert.Equal($"pod/ml/a cannot go to node {node}: {why}", (await AnswerAsync(Review.OfBinding("a", node))).Denial);
    }

    [Fact]
    public async Task Binding_NodeWithFullPodCount_IsDenied()
    {
        _state.ReplaceNodes(ClusterBuilder.Spines(1).PodsPerNode(1).BuildNodes());
        Exists("a", 1);
        Exists("b", 1);
        await AnswerAsync(Review.OfBinding("a", "n0000"));

        Assert.Equal("pod/ml/b cannot go to node n0000: it would hold 2 pods of 1.", (await AnswerAsync(Review.OfBinding("b", "n0000"))).Denial);
    }

    // Whether a node takes new pods is its scheduler's to judge; only limits are ours.
    [Fact]
    public async Task Binding_CordonedNode_IsAllowed()
    {
        _state.ReplaceNodes(ClusterBuilder.Spines(1).Nodes((_, n) => n with { Unschedulable = true, Ready = false }).BuildNodes());
        Exists("a", 1);

        Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfBinding("a", "n0000")));
    }

    [Fact]
    public async Task Binding_OwnUserWithAnAssumedPod_PassesWithoutALook()
    {
        Exists("a", 1);
        await AnswerAsync(Review.OfBinding("a", "n0000"));
        _pods["a"] = Review.Pod("a", 9);
        _looks = 0;

        Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfBinding("a", "n0000", user: "system:topo")));
        Assert.Equal(0, _looks);
    }

    // As a replica sends it that has ceased to lead while it was binding: the one that leads now knows nothing of it.
    [Fact]
    public async Task Binding_OwnUserWithAPodThatDoesNotCount_IsJudgedLikeAnybodys()
    {
        Exists("a", 9);

        Assert.NotNull((await AnswerAsync(Review.OfBinding("a", "n0000", user: "system:topo"))).Denial);
    }

    [Fact]
    public async Task Binding_PodPlannedElsewhere_IsDenied()
    {
        Reserve("n0002", uid: "uid-a");
        Exists("a", 1);

        Assert.Equal(
            "pod/ml/a cannot go to node n0000: toposcheduler has promised it node n0002.", (await AnswerAsync(Review.OfBinding("a", "n0000"))).Denial);
    }

    [Theory]
    [InlineData("uid-a")]
    [InlineData("")]
    public async Task Binding_PodPlannedHere_PassesOnItsHold(string uid)
    {
        Reserve("n0002", uid);
        var pod = Exists("a", 8);
        pod["metadata"]!["annotations"]!["toposcheduler.io/gang"] = "g";

        Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfBinding("a", "n0002")));

        var hold = Assert.Single(Assert.Single(_state.Reservations).Holds);
        Assert.Equal((HoldPhase.Assumed, "uid-a"), (hold.Phase, hold.Pod.Uid));
        Assert.Single(_state.Current.PodsOf(2));
    }

    [Fact]
    public async Task Binding_PodThatIsNotThere_IsLeftToTheApiServer()
    {
        Exists("bound", 9).On("n0001");

        Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfBinding("nobody", "n0000")));
        Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfBinding("bound", "n0000")));
        Assert.Empty(_state.Reservations);
    }

    [Fact]
    public async Task Pod_CreatedWithANode_IsJudgedLikeABinding()
    {
        Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfPod(Review.Pod("a").On("n0000"))));
        Assert.NotNull((await AnswerAsync(Review.OfPod(Review.Pod("b").On("n0001")))).Denial);
        Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfPod(Review.Pod("c"))));
        Assert.Single(_state.Reservations);
    }

    [Fact]
    public async Task Pod_Mirror_IsAllowed()
    {
        var pod = Review.Pod("static", gpus: 9).On("n0000");
        pod["metadata"]!["annotations"]!["kubernetes.io/config.mirror"] = "5f1b";

        Assert.Equal(AdmissionAnswer.Allowed, await AnswerAsync(Review.OfPod(pod)));
    }

    [Fact]
    public async Task OtherKind_IsAllowedWithAWarning() =>
        Assert.Equal("toposcheduler judges pods and bindings, not Service.", (await AnswerAsync(Review.Of([], "Service", "services"))).Warning);

    // Whatever comes in whatever order: with all of it on the nodes, no limit is broken.
    [Fact]
    public async Task Bindings_ManyAtOnce_NeverBreakALimit()
    {
        _state.ReplaceNodes(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(4).Racks(3, 21_000).BuildNodes());
        var random = new Random(7);
        var reviews = Enumerable.Range(0, 120).Select(i =>
        {
            Exists($"p{i}", random.Next(0, 9));
            return Review.OfBinding($"p{i}", ClusterBuilder.NameOf(random.Next(8)));
        }).ToList();

        var answers = await Task.WhenAll(reviews.Select(r => Task.Run(() => AnswerAsync(r))));

        var cluster = _state.Current;
        Assert.All(cluster.Power.Constraints, c => Assert.True(cluster.LoadOf(c.Index) <= c.LimitHalfWatts));
        Assert.All(Enumerable.Range(0, 8), n => Assert.True(cluster.PodsOf(n).Sum(p => p.Template.Gpus) <= 8));
        Assert.Equal(answers.Count(a => a.Denial is null), Enumerable.Range(0, 8).Sum(n => cluster.PodsOf(n).Length));
        Assert.Contains(answers, a => a.Denial?.Contains(" W of 21000 W", StringComparison.Ordinal) == true);
        Assert.Contains(answers, a => a.Denial?.Contains("nvidia.com/gpu of 8", StringComparison.Ordinal) == true);
    }

    private JsonObject Exists(string name, int gpus) => _pods[name] = Review.Pod(name, gpus);

    private Task<Tree?> LookUpAsync(string ns, string name, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _looks);
        return Task.FromResult(ns == "ml" && _pods.TryGetValue(name, out var pod) ? JsonBody.Read(pod.Bytes(), name) : null);
    }

    private async Task<AdmissionAnswer> AnswerAsync(JsonObject review) => await Guard.AnswerAsync(review.Read(), CancellationToken.None);

    private void Reserve(string node, string uid)
    {
        var gang = GangBuilder.Members(1).Named("g").Build() with { Key = new("ml", "Pod", "g") };
        var pod = new PodInfo("planned", uid, node, gang.Roles[0].Template, Gang: gang.Key, Member: 0);
        var cluster = _state.Current;
        Assert.Equal(CommitRefusal.None, _state.TryReserve(cluster, null, new(gang, [new(gang.Key, 0, pod, HoldPhase.Planned)], null, Later)));
    }
}
