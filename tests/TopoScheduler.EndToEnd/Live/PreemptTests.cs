using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>
/// Preemption through a real kube-scheduler. 1.20.2 never calls the verb; there the test says so and ends. On newer ones victims must free what is lacking: an
/// important pod takes the place of one that does, and evicts nobody where that would not free the watts.
/// </summary>
[Trait("Category", "EndToEnd")]
public sealed class PreemptTests
{
    private static readonly Version FirstThatPreempts = new(1, 22);

    [ControlPlaneFact]
    public async Task Preempt_ImportantPod_EvictsOnlyWhereThatHelps()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        // Two nodes of two racks. In the first rack a stranger of the same rack draws so much that no eviction on node-1 frees enough; the second is plain.
        await plane.Api.CreateManyAsync(KubePath.Nodes, [Node("node-1", "rack-1", 14_000), Node("node-2", "rack-2", 14_000), Node("busy", "rack-1", 14_000)]);
        await plane.Api.CreateNamespaceAsync(FaultScene.Space);
        await plane.Api.CreateAsync("/apis/scheduling.k8s.io/v1/priorityclasses", new() { ["metadata"] = new JsonObject { ["name"] = "important" }, ["value"] = 1000 });
        await using var extender = await ServedExtender.StartAsync(plane);
        await using var proxy = new ExtenderProxy(extender);
        await plane.StartSchedulerAsync(new("topo") { Extenders = [extender.Entry with { UrlPrefix = proxy.Url, PreemptVerb = "preempt" }] });
        await plane.Api.CreateAsync(KubePath.Pods(FaultScene.Space), new PodObject("stranger") { Gpus = 8, NodeName = "busy" }.ToJson());
        foreach (var i in new[] { 1, 2 })
        {
            var low = new PodObject($"low-{i}") { Gpus = 8, NodeName = $"node-{i}" };
            await plane.Api.CreateAsync(KubePath.Pods(FaultScene.Space), low.ToJson());
        }

        await plane.Api.CreateAsync(KubePath.Pods(FaultScene.Space), new PodObject("high") { Gpus = 8, SchedulerName = "topo", PriorityClassName = "important" }.ToJson());
        if (KubeControlPlane.Version < FirstThatPreempts)
        {
            await Eventually.HoldsAsync("the pod is refused", TimeSpan.FromSeconds(30), async () =>
                (await plane.Api.GetAsync(KubePath.Pod(FaultScene.Space, "high")))["status"]?["conditions"]?[0]?["reason"]?.GetValue<string>() == "Unschedulable");
            Assert.DoesNotContain(proxy.Calls, c => c.Verb == "preempt");
            return;
        }

        var pods = await plane.Api.WaitForAsync(KubePath.Pods(FaultScene.Space), "the important pod is bound", TimeSpan.FromSeconds(60), all => all.Any(p => Name(p) == "high" && p["spec"]!["nodeName"] is not null));
        Assert.Equal("node-2", pods.Single(p => Name(p) == "high")["spec"]!["nodeName"]!.GetValue<string>());
        Assert.Contains(pods, p => Name(p) == "low-1");
        Assert.DoesNotContain(pods, p => Name(p) == "low-2");
        Assert.Contains(proxy.Calls, c => c.Verb == "preempt");
    }

    private static JsonObject Node(string name, string rack, int budget) =>
        new NodeObject(name) { Leaf = "leaf-1", Spine = "spine-1", Rack = rack, RackBudgetWatts = budget, IdleWatts = 2_300, MaxWatts = 10_200 }.ToJson();

    private static string Name(JsonObject pod) => pod["metadata"]!["name"]!.GetValue<string>();
}
