using System.Text.Json.Nodes;
using TopoScheduler.Core.Placement;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>Whole gangs by their gates, against an API server in process.</summary>
public sealed class GangControllerTests
{
    [Fact]
    public async Task Step_WholeGang_IsPinnedToOneLeafWithOnePatchPerPod()
    {
        var scene = new GangScene(nodes: 64);
        scene.CreateGang("llama", 16);

        await scene.SettleAsync();

        Assert.All(scene.Pods, p => Assert.False(GangScene.IsGated(p)));
        var pins = scene.Pods.Select(GangScene.PinOf).ToList();
        Assert.Equal(16, pins.Distinct().Count());
        Assert.Single(pins.Select(p => int.Parse(p![2..]) / 16).Distinct());
        Assert.Equal(16, scene.Writes.Count(w => w.Method == "PATCH" && w.Path.Contains("/pods/", StringComparison.Ordinal)));
        Assert.InRange(scene.Writes.Count(w => w.Method != "PATCH"), 1, 4);
        Assert.True(GangScene.Phase(scene.Placement) == "Planned", scene.Placement.ToJsonString());

        scene.BindAll();
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("Bound", GangScene.Phase(scene.Placement));
        Assert.Equal("leaf", (string?)scene.Placement["status"]!["tier"]);
        Assert.Equal(16, (int?)scene.Placement["status"]!["nodes"]);
    }

    [Fact]
    public async Task Step_MembersMissing_WaitsForThem()
    {
        var scene = new GangScene(nodes: 16);
        for (var m = 0; m < 3; m++) scene.Objects.Put(GangObjects.Pods, GangObjects.Pod("llama", m, 4));
        await scene.SettleAsync();
        Assert.All(scene.Pods, p => Assert.True(GangScene.IsGated(p)));
        Assert.Equal("Waiting", GangScene.Phase(scene.Placement));
        Assert.Contains("3 of 4 pods are there", GangScene.Message(scene.Placement), StringComparison.Ordinal);

        scene.Objects.Put(GangObjects.Pods, GangObjects.Pod("llama", 3, 4));
        await scene.SettleAsync();
        Assert.All(scene.Pods, p => Assert.False(GangScene.IsGated(p)));
    }

    [Fact]
    public async Task Step_OtherGate_ComesFirst()
    {
        var scene = new GangScene(nodes: 16);
        scene.CreateGang("llama", 2);
        var first = (JsonObject)scene.Pods[0].DeepClone();
        ((JsonArray)first["spec"]!["schedulingGates"]!).Add(new JsonObject { ["name"] = "kueue.x-k8s.io/admission" });
        scene.Objects.Put(GangObjects.Pods, first);
        await scene.SettleAsync();
        Assert.All(scene.Pods, p => Assert.True(GangScene.IsGated(p)));
        Assert.Contains("kueue.x-k8s.io/admission", GangScene.Message(scene.Placement), StringComparison.Ordinal);

        ((JsonArray)first["spec"]!["schedulingGates"]!).RemoveAt(1);
        scene.Objects.Put(GangObjects.Pods, first);
        await scene.SettleAsync();
        Assert.All(scene.Pods, p => Assert.False(GangScene.IsGated(p)));
    }

    [Fact]
    public async Task Step_DoesNotFit_SaysWhyAndWhatWouldHelpAndStartsWhenRoomComes()
    {
        var scene = new GangScene(nodes: 4);
        scene.CreateGang("first", 3);
        await scene.SettleAsync();
        scene.BindAll();
        scene.CreateGang("second", 3);
        await scene.WaitAsync(TimeSpan.FromSeconds(3));

        var second = scene.Placements.Single(p => (string?)p["spec"]!["gang"]!["name"] == "second");
        Assert.Equal("Waiting", GangScene.Phase(second));
        Assert.Contains("does not fit now", GangScene.Message(second), StringComparison.Ordinal);
        Assert.Contains("pod/ml/first", GangScene.Message(second), StringComparison.Ordinal);
        Assert.All(scene.Pods.Where(p => ((string)p["metadata"]!["name"]!).StartsWith("second", StringComparison.Ordinal)), p => Assert.True(GangScene.IsGated(p)));

        for (var m = 0; m < 3; m++) scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, $"first-{m}");
        await scene.SettleAsync();
        Assert.All(scene.Pods, p => Assert.False(GangScene.IsGated(p)));
        Assert.Single(scene.Placements);
    }

    [Fact]
    public async Task Step_SingleJobPods_AreGangsOfOne()
    {
        var scene = new GangScene(nodes: 4);
        for (var i = 0; i < 3; i++)
        {
            var pod = GangObjects.Pod($"single{i}", 0, 1, gpus: 2);
            ((JsonObject)pod["metadata"]!["annotations"]!).Clear();
            scene.Objects.Put(GangObjects.Pods, pod);
        }

        await scene.SettleAsync();
        Assert.Equal(3, scene.Placements.Count);
        Assert.Single(scene.Pods.Select(GangScene.PinOf).Distinct());
    }

    [Fact]
    public async Task Step_TwoHundredGangsWait_RunningGangIsLookedAfterAtOnce()
    {
        var scene = new GangScene(nodes: 16);
        scene.CreateJob("runs", 14);
        await scene.SettleAsync();
        scene.BindAll();
        for (var g = 0; g < 200; g++) scene.CreateJob($"waits{g:D3}", 4);
        await scene.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((200, 200), (scene.Life.Controller.Waiting.Count, scene.Life.Controller.Waiting.Reasons.Values.Sum()));
        Assert.Contains(scene.Life.Controller.Waiting.Reasons.Keys, r => r.Reason == FitConstraint.Resources);

        // A member is lost and made again: one look is enough for it, and nothing is written about those that wait.
        scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, "runs-3-a");
        scene.CreateJobPod(scene.Job("runs"), 3, "b");
        scene.Calls.Clear();
        scene.Life.Informers.TellAll();
        await scene.Life.StepAsync();
        Assert.False(GangScene.IsGated(scene.Pod("runs-3-b")!));
        Assert.All(scene.Writes, w => Assert.Contains("runs", w.Path, StringComparison.Ordinal));
    }
}
