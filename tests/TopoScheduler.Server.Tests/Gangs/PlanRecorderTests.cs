using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Controllers.Gangs;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;
using TopoScheduler.Testing.FakeCluster;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>What the extender writes down of its plans, and takes up again.</summary>
public sealed class PlanRecorderTests
{
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public async Task TakeUp_ResourceNotThereOrNotAllowed_GoesOnWithoutIt(int code)
    {
        await using var server = await FakeApiServer.StartAsync(new()
        {
            First = async context =>
            {
                if (!context.Request.Path.Value!.Contains("gangplacements", StringComparison.Ordinal)) return false;
                await FakeApiServer.StatusAsync(context, code, code == 404 ? "NotFound" : "Forbidden", "no");
                return true;
            },
        });
        using var client = new ApiClient(new() { Server = server.Address }, "test");
        var (recorder, _) = Recorder(client, new ClusterState(), new GangRoster(), TimeProvider.System);
        Assert.False(await recorder.TakeUpAsync(Never, CancellationToken.None));
    }

    [Fact]
    public async Task Step_PlannedThenRestarted_SameNodesAreHeldAgainAndEndedGangIsForgotten()
    {
        var time = new ManualTime();
        var objects = new FakeObjects(1, time);
        using var handler = new FakeApiHandler(objects);
        for (var n = 0; n < 8; n++) objects.Put(GangObjects.Nodes, GangObjects.Node(n));
        for (var m = 0; m < 4; m++) objects.Put(GangObjects.Pods, GangObjects.Pod("llama", m, 4));
        var first = Life(objects, handler, time);
        var gang = await GangAsync(first.Book, first.Roster);
        Assert.NotNull(new GangPlanner(first.State, PlacementPolicy.Default).Reserve(gang, 0, Never).Reservation);
        first.Recorder.Note(gang.Key);
        await first.Recorder.StepAsync(CancellationToken.None);
        Assert.Equal("Planned", GangScene.Phase(Assert.Single(objects.All(GangObjects.Placements, null).Objects)));

        // Another process: the plan is held as it was.
        var second = Life(objects, handler, time);
        Assert.True(await second.Recorder.TakeUpAsync(Never, CancellationToken.None));
        Assert.Equal(NodesOf(first.State, gang.Key), NodesOf(second.State, gang.Key));

        second.State.Release(gang.Key);
        for (var m = 0; m < 4; m++) objects.Delete(GangObjects.Pods, GangObjects.Space, $"llama-{m}");
        second.Informers.TellAll();
        await second.Recorder.StepAsync(CancellationToken.None);
        Assert.Empty(objects.All(GangObjects.Placements, null).Objects);
    }

    // A process that ended before it had written anything down: what is known of the gang is what was written on the pods it had bound.
    [Fact]
    public async Task Step_RestartedWithPartOfAGangBound_IsNotBoundBeforeAllAre()
    {
        var time = new ManualTime();
        var objects = new FakeObjects(1, time);
        using var handler = new FakeApiHandler(objects);
        for (var n = 0; n < 8; n++) objects.Put(GangObjects.Nodes, GangObjects.Node(n));
        for (var m = 0; m < 2; m++) objects.Put(GangObjects.Pods, BoundPod(m));
        var life = Life(objects, handler, time);
        Assert.True(await life.Recorder.TakeUpAsync(Never, CancellationToken.None));
        await life.Recorder.StepAsync(CancellationToken.None);
        var placement = Assert.Single(objects.All(GangObjects.Placements, null).Objects);
        Assert.Equal(("Planned", 4), (GangScene.Phase(placement), placement["spec"]!["size"]!.GetValue<int>()));
        // What was written then is no reason to think so the next time.
        life.Informers.TellAll();
        time.Advance(TimeSpan.FromSeconds(5));
        objects.Put(GangObjects.Pods, BoundPod(2));
        life.Informers.TellAll();
        await life.Recorder.StepAsync(CancellationToken.None);
        Assert.Equal("Planned", GangScene.Phase(Assert.Single(objects.All(GangObjects.Placements, null).Objects)));

        objects.Put(GangObjects.Pods, BoundPod(3));
        life.Informers.TellAll();
        await life.Recorder.StepAsync(CancellationToken.None);
        Assert.Equal("Bound", GangScene.Phase(Assert.Single(objects.All(GangObjects.Placements, null).Objects)));
    }

    // kube-scheduler asks about pods that carry nothing of ours: between the answer to filter and the Binding a member is known by name only.
    [Fact]
    public async Task TakeUp_MembersClaimedThenRestarted_AreHeldAgainButNotThoseThatAreGone()
    {
        var (time, objects) = Nodes(8);
        using var handler = new FakeApiHandler(objects);
        for (var m = 0; m < 4; m++) objects.Put(GangObjects.Pods, OpenPod("llama", m, 4));
        var first = Life(objects, handler, time);
        var gang = await GangAsync(first.Book, objects, "llama-0");
        Assert.NotNull(new GangPlanner(first.State, PlacementPolicy.Default).Reserve(gang, 0, Never).Reservation);
        for (var m = 0; m < 4; m++) Assert.True(first.State.TryClaim(gang.Key, m, Uid(objects, $"llama-{m}"), $"llama-{m}"));
        first.Recorder.Note(gang.Key);
        await first.Recorder.StepAsync(CancellationToken.None);
        objects.Delete(GangObjects.Pods, GangObjects.Space, "llama-3");

        var second = Life(objects, handler, time);
        Assert.True(await second.Recorder.TakeUpAsync(Never, CancellationToken.None));
        Assert.Equal(NodesOf(first.State, gang.Key)[..3], NodesOf(second.State, gang.Key));
    }

    // Nothing was written down in time: the leaf of the member that is bound has room for its sibling now, and must have when that one asks.
    [Fact]
    public async Task TakeUp_HalfBoundWithoutAPlan_RoomForTheRestIsHeld()
    {
        var (time, objects) = Nodes(32);
        using var handler = new FakeApiHandler(objects);
        objects.Put(GangObjects.Pods, BoundPod(0, 2, node: 3));
        objects.Put(GangObjects.Pods, OpenPod("llama", 1, 2, ("required-topology", "leaf")));
        var life = Life(objects, handler, time);
        Assert.True(await life.Recorder.TakeUpAsync(Never, CancellationToken.None));
        var hold = Assert.Single(Assert.Single(life.State.Reservations).Holds);
        Assert.Equal((1, HoldPhase.Planned), (hold.Member, hold.Phase));
        Assert.InRange(int.Parse(hold.Pod.NodeName[2..], CultureInfo.InvariantCulture), 0, 15);
        await life.Recorder.StepAsync(CancellationToken.None);
        Assert.Equal("Planned", GangScene.Phase(Assert.Single(objects.All(GangObjects.Placements, null).Objects)));
    }

    // A write of the process before us arrives when we have planned anew: members have heard our nodes, so our holds stand and are written over it.
    [Fact]
    public async Task Step_WrittenByTheProcessBefore_HoldsStandAndAreWritten()
    {
        var (time, objects) = Nodes(8);
        using var handler = new FakeApiHandler(objects);
        for (var m = 0; m < 2; m++) objects.Put(GangObjects.Pods, OpenPod("llama", m, 2));
        var late = Life(objects, handler, time);
        var now = Life(objects, handler, time);
        var gang = await GangAsync(now.Book, objects, "llama-0");
        Assert.True(await now.Recorder.TakeUpAsync(Never, CancellationToken.None));
        Assert.Equal(CommitRefusal.None, now.State.TryReserve(now.State.Current, null, new(gang, [GangPlanner.HoldOf(gang, 0, "n-0006", null), GangPlanner.HoldOf(gang, 1, "n-0007", null)], null, Never)));
        Assert.True(now.State.TryClaim(gang.Key, 0, Uid(objects, "llama-0"), "llama-0"));
        Assert.NotNull(new GangPlanner(late.State, PlacementPolicy.Default).Reserve(gang, 0, Never).Reservation);
        late.Recorder.Note(gang.Key);
        await late.Recorder.StepAsync(CancellationToken.None);

        now.Recorder.Note(gang.Key);
        for (var turn = 0; turn < 3; turn++)
        {
            await now.Recorder.StepAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.Equal(["n-0006", "n-0007"], NodesOf(now.State, gang.Key));
        var plan = Assert.Single(objects.All(GangObjects.Placements, null).Objects)["status"]!["plan"]!.AsArray();
        Assert.Equal(["n-0006", "n-0007"], plan.Select(m => m!["node"]!.GetValue<string>()));
    }

    private static (ManualTime Time, FakeObjects Objects) Nodes(int count)
    {
        var time = new ManualTime();
        var objects = new FakeObjects(1, time);
        for (var n = 0; n < count; n++) objects.Put(GangObjects.Nodes, GangObjects.Node(n));
        return (time, objects);
    }

    private static JsonObject OpenPod(string gang, int member, int size, params (string Key, string Value)[] annotations)
    {
        var pod = GangObjects.Pod(gang, member, size, annotations: annotations);
        ((JsonObject)pod["spec"]!).Remove("schedulingGates");
        return pod;
    }

    private static JsonObject BoundPod(int member, int size = 4, int? node = null)
    {
        var pod = OpenPod("llama", member, size);
        pod["metadata"]!["annotations"]!["toposcheduler.io/placement"] = $"{member}/{size}";
        pod["spec"]!["nodeName"] = GangObjects.NodeName(node ?? member);
        return pod;
    }

    private static string Uid(FakeObjects objects, string pod) =>
        objects.All(GangObjects.Pods, null).Objects.First(p => p["metadata"]!["name"]!.GetValue<string>() == pod)["metadata"]!["uid"]!.GetValue<string>();

    private static async Task<Gang> GangAsync(PodBook book, FakeObjects objects, string pod)
    {
        var found = objects.All(GangObjects.Pods, null).Objects.First(p => p["metadata"]!["name"]!.GetValue<string>() == pod);
        return (await book.SubjectOfAsync(Uid(objects, pod), System.Text.Encoding.UTF8.GetBytes(found.ToJsonString()), CancellationToken.None)).Gang;
    }

    private static List<string> NodesOf(ClusterState state, GangKey gang) => [.. state.ReservationOf(gang)!.Holds.Select(h => h.Pod.NodeName)];

    private static async Task<Gang> GangAsync(PodBook book, GangRoster roster)
    {
        var pod = roster.PodsOf(Assert.Single(roster.Gangs))[0];
        return (await book.SubjectOfAsync(pod, CancellationToken.None)).Gang;
    }

    private static (ClusterState State, PodBook Book, GangRoster Roster, FakeInformers Informers, PlanRecorder Recorder) Life(FakeObjects objects, FakeApiHandler handler, ManualTime time)
    {
        var (state, roster) = (new ClusterState(), new GangRoster());
        var (recorder, book) = Recorder(handler.Client(), state, roster, time);
        var informers = new FakeInformers(objects, state, book, roster);
        informers.Relist();
        return (state, book, roster, informers, recorder);
    }

    private static (PlanRecorder Recorder, PodBook Book) Recorder(ApiClient client, ClusterState state, GangRoster roster, TimeProvider time)
    {
        var book = new PodBook(new OwnerSource(client.GetAsync), []);
        return (new(client, state, book, roster, PlacementPolicy.Default, _ => { }, time, NullLogger<PlanRecorder>.Instance), book);
    }
}
