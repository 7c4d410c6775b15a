using System.Text.Json.Nodes;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>Pods that say other than their job: what counts in the end is what stands on the pod, so it must be what was planned, or be judged.</summary>
public sealed class PodDemandTests
{
    // Four idle nodes draw 9,200 W; a pod of 2 GPUs adds 1,975 W.
    private const int RoomForTwo = 9_200 + (2 * 1_975) + 100;

    [Fact]
    public async Task Release_HintsOnTheJobAlone_StandOnItsPodsAfterwards()
    {
        var scene = new GangScene(nodes: 4);
        var job = GangObjects.Job("llama", 2);
        job["metadata"]!["annotations"] = new JsonObject { ["toposcheduler.io/gpu-watts"] = "750", ["toposcheduler.io/workload"] = "pretrain" };
        Create(scene, job, 2);

        await scene.SettleAsync();

        Assert.All(scene.Pods, pod =>
        {
            Assert.False(GangScene.IsGated(pod));
            Assert.Equal(("750", "pretrain"), ((string?)pod["metadata"]!["annotations"]!["toposcheduler.io/gpu-watts"], (string?)pod["metadata"]!["annotations"]!["toposcheduler.io/workload"]));
        });
    }

    // Something between the job and its pod has doubled what the pod asks for: the rack has no watts for that.
    [Fact]
    public async Task Release_PodAsksForMoreThanItsJobSays_KeepsItsGateWhileThereAreNoWattsForIt()
    {
        var scene = new GangScene(nodes: 4, rackBudget: RoomForTwo);
        Create(scene, GangObjects.Job("llama", 2, gpus: 2), 2, grown: 1);

        await scene.SettleAsync();
        await scene.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.False(GangScene.IsGated(scene.Pod("llama-0-a")!));
        Assert.True(GangScene.IsGated(scene.Pod("llama-1-a")!));
        Assert.True(scene.Life.State.Current.CommittedWatts(0) <= RoomForTwo);

        for (var n = 0; n < 4; n++) scene.ChangeNode(GangObjects.NodeName(n), node => node["metadata"]!["labels"]!["toposcheduler.io/rack-power-budget-watts"] = "40000");
        await scene.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.False(GangScene.IsGated(scene.Pod("llama-1-a")!));
        Assert.Equal(9_200 + 1_975 + 3_950, scene.Life.State.Current.CommittedWatts(0));
    }

    private static void Create(GangScene scene, JsonObject job, int size, int? grown = null)
    {
        var created = scene.Objects.Put(GangObjects.Jobs, job);
        for (var i = 0; i < size; i++)
        {
            var seen = (JsonObject)created.DeepClone();
            if (i == grown) seen["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"]!["limits"]!["nvidia.com/gpu"] = "4";
            if (i == grown) seen["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"]!["requests"]!["nvidia.com/gpu"] = "4";
            scene.CreateJobPod(seen, i, "a");
        }
    }
}
