using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;

namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>Whole gangs by their gates, under the cluster's own kube-scheduler.</summary>
[Trait("Category", "EndToEnd")]
public sealed class GateControllerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [GatesFact]
    public async Task Gangs_GatedJobs_LandAsTheOfflineReportSaysAndAreTold()
    {
        await using var scene = await GateScene.StartAsync(FleetNode.Fleet(spines: 2, leavesPerSpine: 4, nodesPerLeaf: 16));
        await scene.StartReplicaAsync();
        foreach (var (name, size) in new[] { ("small", 8), ("large", 48), ("one", 1) })
        {
            var job = GateScene.Job(name, size);
            var expected = await OfflineReport.PlaceAsync(scene.Plane, WithNamespace(job.ToJson()));
            Assert.NotNull(expected);
            await scene.CreateAsync(job);
            var nodes = await scene.WaitForBoundAsync(name, size);
            Assert.Equal(expected, nodes.Values);
            var placement = await scene.WaitForPhaseAsync(name, "Bound");
            Assert.Equal(nodes, GangResource.PlanOf(placement));
        }

        var large = await scene.WaitForPhaseAsync("large", "Bound");
        var map = await scene.Api.GetAsync($"/api/v1/namespaces/{GateScene.Space}/configmaps/{large["metadata"]!["name"]}-ranks");
        Assert.Equal(48, map["data"]!["hostfile"]!.GetValue<string>().TrimEnd().Split('\n').Length);
        await Eventually.HoldsAsync("events tell of it", Limit, async () => (await scene.Api.ListAsync(KubePath.Events(GateScene.Space)))
            .Any(e => e["reason"]?.GetValue<string>() == "Planned" && e["regarding"]!["kind"]!.GetValue<string>() == "Job"));
        scene.Watcher.AssertHeld();
    }

    [GatesFact]
    public async Task Gangs_TwoThatEachNeedMoreThanHalf_RunOneAfterTheOtherAndSayWhy()
    {
        await using var scene = await GateScene.StartAsync(FleetNode.Fleet(spines: 1, leavesPerSpine: 2, nodesPerLeaf: 8));
        await scene.StartReplicaAsync();
        await Task.WhenAll(scene.CreateAsync(GateScene.Job("a", 7)), scene.CreateAsync(GateScene.Job("b", 7)));
        JsonObject? waiting = null;
        await Eventually.HoldsAsync("one runs and one waits", Limit, async () =>
        {
            var placements = await scene.Api.ListAsync(KubePath.GangPlacements(GateScene.Space));
            waiting = placements.FirstOrDefault(p => GangResource.PhaseOf(p) == "Waiting" && p["status"]!["message"]!.GetValue<string>().Contains("kept for it", StringComparison.Ordinal));
            return waiting is not null && placements.Any(p => GangResource.PhaseOf(p) == "Bound");
        });
        var second = waiting!["spec"]!["gang"]!["name"]!.GetValue<string>();
        Assert.All(await scene.PodsAsync(second), p => Assert.True(GateScene.IsGated(p)));
        var first = second == "a" ? "b" : "a";
        await scene.Api.DeleteAsync($"{KubePath.Jobs(GateScene.Space)}/{first}");
        await scene.WaitForBoundAsync(second, 7);
        scene.Watcher.AssertHeld();
    }

    [GatesFact]
    public async Task Race_AnotherTakesAPinnedNode_PodIsReplacedBesideTheRest()
    {
        await using var scene = await GateScene.StartAsync(FleetNode.Fleet(spines: 1, leavesPerSpine: 2, nodesPerLeaf: 8, rackBudgetWatts: 45_000), scheduler: false);
        await scene.StartReplicaAsync("TOPOSCHEDULER__GANGS__PINGRACESECONDS=1");
        await scene.CreateAsync(GateScene.Job("llama", 6));
        var planned = GangResource.PlanOf(await scene.WaitForPhaseAsync("llama", "Planned"));
        await Eventually.HoldsAsync("all gates are off", Limit, async () => (await scene.PodsAsync("llama")).Count(p => !GateScene.IsGated(p)) == 6);
        // The scheduler is away: somebody else is faster.
        await scene.Api.CreateAsync(KubePath.Pods("default"), new PodObject("stranger") { Gpus = 8, NodeName = planned[2] }.ToJson());
        await scene.Plane.StartSchedulerAsync(new(SchedulerOptions.DefaultName));
        var nodes = await scene.WaitForBoundAsync("llama", 6);
        Assert.DoesNotContain(planned[2], nodes.Values);
        Assert.Equal(planned.Where(p => p.Key != 2), nodes.Where(n => n.Key != 2));
        await scene.WaitForPhaseAsync("llama", "Bound");
        scene.Watcher.AssertHeld();
    }

    [GatesFact]
    public async Task Node_DeletedUnderARunningGang_MemberIsReplacedBesideTheRest()
    {
        await using var scene = await GateScene.StartAsync(FleetNode.Fleet(spines: 2, leavesPerSpine: 2, nodesPerLeaf: 8, rackBudgetWatts: 45_000));
        await scene.StartReplicaAsync();
        await scene.CreateAsync(GateScene.Job("llama", 6));
        var nodes = await scene.WaitForBoundAsync("llama", 6);
        var lost = (await scene.PodsAsync("llama")).Single(p => GateScene.IndexOf(p) == 4);
        await scene.Api.DeleteAsync(KubePath.Node(nodes[4]));
        await scene.Api.DeleteAsync(KubePath.Pod(GateScene.Space, lost["metadata"]!["name"]!.GetValue<string>()));
        await Eventually.HoldsAsync("another pod stands in for it", Limit, async () =>
            (await scene.PodsAsync("llama")).Any(p => GateScene.IndexOf(p) == 4 && p["metadata"]!["uid"]!.GetValue<string>() != lost["metadata"]!["uid"]!.GetValue<string>()));
        var after = await scene.WaitForBoundAsync("llama", 6);
        var leafOf = scene.Fleet.ToDictionary(n => n.Name, n => n.Leaf);
        Assert.Single(after.Values.Select(n => leafOf[n]).Distinct());
        Assert.NotEqual(nodes[4], after[4]);
        scene.Watcher.AssertHeld();
    }

    [GatesFact]
    public async Task Leader_KilledWhileGatesComeOff_TheOtherReplicaFinishesOnTheSameNodes()
    {
        await using var scene = await GateScene.StartAsync(FleetNode.Fleet(spines: 2, leavesPerSpine: 4, nodesPerLeaf: 16));
        await scene.StartReplicaAsync("TOPOSCHEDULER__GANGS__PATCHESATONCE=1");
        await scene.StartReplicaAsync();
        await scene.CreateAsync(GateScene.Job("llama", 64));
        await Eventually.HoldsAsync("some gates are off", Limit, async () => (await scene.PodsAsync("llama")).Any(p => !GateScene.IsGated(p)));
        await scene.Replicas[0].KillAsync();
        var gated = (await scene.PodsAsync("llama")).Count(GateScene.IsGated);
        var planned = GangResource.PlanOf((await scene.Api.ListAsync(KubePath.GangPlacements(GateScene.Space))).Single());
        var nodes = await scene.WaitForBoundAsync("llama", 64);
        Assert.True(gated > 0, "all gates were off before the leader could be killed");
        Assert.Equal(planned, nodes);
        scene.Watcher.AssertHeld();
    }

    private static JsonObject WithNamespace(JsonObject job)
    {
        job["metadata"]!["namespace"] = GateScene.Space;
        return job;
    }
}
