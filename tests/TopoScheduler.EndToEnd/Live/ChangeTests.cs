using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>A cluster that changes between plan and Binding: nodes go, budgets fall, pods are deleted and come again.</summary>
[Trait("Category", "EndToEnd")]
public sealed class ChangeTests
{
    [ControlPlaneFact]
    public async Task Nodes_LostWhilePlanned_TheGangIsPlannedAnew()
    {
        await using var scene = await FaultScene.StartAsync();

        var notReady = await ChangeWhilePlannedAsync(scene, "notready", node => scene.Api.SetNodeReadyAsync(node, ready: false));
        var cordoned = await ChangeWhilePlannedAsync(scene, "cordoned", node => scene.Api.SetNodeUnschedulableAsync(node, unschedulable: true));
        var deleted = await ChangeWhilePlannedAsync(scene, "deleted", node => scene.Api.DeleteAsync(KubePath.Node(node)));

        Assert.Equal(3, new[] { notReady, cordoned, deleted }.Distinct().Count());
        await scene.AssertNothingLeftAsync(nodes: 16 - 3);
    }

    [ControlPlaneFact]
    public async Task Budget_LoweredWhilePlanned_NothingIsAddedThere()
    {
        await using var scene = await FaultScene.StartAsync();
        var gate = scene.Proxy.Hold("bind");
        await scene.CreateGangAsync("gang", 2);
        await gate.WaitForAsync(2);
        var rack = FaultScene.Fleet.First(n => n.Name == FaultScene.NodeOf(scene.Proxy.Calls.First(c => c.Verb == "bind"))).Rack;
        var nodes = FaultScene.Fleet.Where(n => n.Rack == rack).Select(n => n.Name).ToHashSet();

        // Not even one full node beside three idle ones.
        const int lowered = 12_000;
        await scene.Api.PatchManyAsync(nodes.Select(n => (KubePath.Node(n), (JsonNode)Labels(("toposcheduler.io/rack-power-budget-watts", $"{lowered}")))));
        await Eventually.HoldsAsync("the extender sees the budget", TimeSpan.FromSeconds(30), async () => !(await scene.FreeNodesAsync()).Any(nodes.Contains));
        scene.Watcher.SetBudget(rack, lowered);
        gate.Open();

        var bound = await scene.WaitForBoundAsync("gang", 2);
        scene.AssertHeld(bound);
        Assert.DoesNotContain(bound.Values, nodes.Contains);
        await scene.AssertNothingLeftAsync(nodes: 12);
    }

    [ControlPlaneFact]
    public async Task Pods_DeletedAndMadeAgain_TakeTheirPlacesAndLeaveNothing()
    {
        await using var scene = await FaultScene.StartAsync();

        // A member goes while its gang is planned, and another pod of the same name comes: it is the member now.
        var gate = scene.Proxy.Hold("bind");
        await scene.CreateGangAsync("again", 4, "leaf");
        await gate.WaitForAsync(4);
        var first = (await scene.Api.GetAsync(KubePath.Pod(FaultScene.Space, "again-2")))["metadata"]!["uid"]!.GetValue<string>();
        await scene.Api.DeleteAsync(KubePath.Pod(FaultScene.Space, "again-2"));
        await scene.Api.CreateAsync(KubePath.Pods(FaultScene.Space), PodObject.Gang("again", 4, FaultScene.Pod("") with { Annotations = new Dictionary<string, string> { ["required-topology"] = "leaf" } }).ElementAt(2));
        gate.Open();
        var bound = await scene.WaitForBoundAsync("again", 4);
        scene.AssertHeld(bound);
        var second = (await scene.Api.GetAsync(KubePath.Pod(FaultScene.Space, "again-2")))["metadata"]!["uid"]!.GetValue<string>();
        Assert.NotEqual(first, second);

        // A pod goes while its Binding is on the way.
        gate = scene.Proxy.Hold("bind");
        await scene.Api.CreateAsync(KubePath.Pods(FaultScene.Space), FaultScene.Pod("gone").ToJson());
        await gate.WaitForAsync(1);
        await scene.Plane.PauseApiServerAsync();
        gate.Open();
        await Task.Delay(500);
        await scene.Plane.ResumeApiServerAsync();
        await scene.Api.DeleteAsync(KubePath.Pod(FaultScene.Space, "gone"));
        await Eventually.HoldsAsync("its node is free again", TimeSpan.FromSeconds(40), async () => (await scene.FreeNodesAsync()).Length == 12);

        // A whole gang goes while it is planned: its holds lapse.
        gate = scene.Proxy.Hold("bind");
        await scene.CreateGangAsync("left", 4);
        await gate.WaitForAsync(4);
        Assert.Equal(8, (await scene.FreeNodesAsync()).Length);
        foreach (var i in Enumerable.Range(0, 4)) await scene.Api.DeleteAsync(KubePath.Pod(FaultScene.Space, $"left-{i}"));
        gate.Open();
        await scene.AssertNothingLeftAsync();
    }

    // All members wait at the door of bind, planned; then something happens to the node of the first.
    private static async Task<string> ChangeWhilePlannedAsync(FaultScene scene, string name, Func<string, Task> change)
    {
        var gate = scene.Proxy.Hold("bind");
        await scene.CreateGangAsync(name, 3);
        await gate.WaitForAsync(3);
        var node = FaultScene.NodeOf(scene.Proxy.Calls.First(c => c.Verb == "bind" && c.Pod.StartsWith(name, StringComparison.Ordinal)));
        await change(node);
        await Eventually.HoldsAsync($"the extender sees that {node} is {name}", TimeSpan.FromSeconds(30), async () =>
            (await scene.Extender.FilterAsync((FaultScene.Pod("cpu") with { Gpus = 0 }).ToJson(), [node])).Length == 0);
        gate.Open();
        var bound = await scene.WaitForBoundAsync(name, 3);
        scene.AssertHeld(bound);
        Assert.DoesNotContain(node, bound.Values);
        return node;
    }

    private static JsonObject Labels(params (string Key, string Value)[] labels) =>
        new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject([.. labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))]) } };
}
