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

        for (var m = 2; m < 4; m++) objects.Put(GangObjects.Pods, BoundPod(m));
        life.Informers.TellAll();
        await life.Recorder.StepAsync(CancellationToken.None);
        Assert.Equal("Bound", GangScene.Phase(Assert.Single(objects.All(GangObjects.Placements, null).Objects)));

        static JsonObject BoundPod(int member)
        {
            var pod = GangObjects.Pod("llama", member, 4);
            pod["metadata"]!["annotations"]!["toposcheduler.io/placement"] = $"{member}/4";
            ((JsonObject)pod["spec"]!).Remove("schedulingGates");
            pod["spec"]!["nodeName"] = $"n{member}";
            return pod;
        }
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
        return (new(client, state, book, roster, _ => { }, time, NullLogger<PlanRecorder>.Instance), book);
    }
}
