using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>
/// Sixteen nodes under two spines and four leaves, a kube-scheduler that reaches the extender through a proxy, and the independent watcher. Every test ends
/// with <see cref="AssertNothingLeftAsync"/>: nothing was over its limits, and when all pods are gone all of the fleet is free again.
/// </summary>
internal sealed class FaultScene : IAsyncDisposable
{
    /// <summary>The namespace of the pods.</summary>
    public const string Space = "ml";

    private const string Scheduler = "topo";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private FaultScene(KubeControlPlane plane, ServedExtender extender, ExtenderProxy proxy, LimitsWatcher watcher) =>
        (Plane, Extender, Proxy, Watcher) = (plane, extender, proxy, watcher);

    /// <summary>The nodes.</summary>
    public static IReadOnlyList<FleetNode> Fleet { get; } = FleetNode.Fleet(spines: 2, leavesPerSpine: 2, nodesPerLeaf: 4, rackBudgetWatts: 45_000);

    /// <summary>The control plane.</summary>
    public KubeControlPlane Plane { get; }

    /// <summary>Its API.</summary>
    public KubeApi Api => Plane.Api;

    /// <summary>The extender.</summary>
    public ServedExtender Extender { get; }

    /// <summary>What stands before it.</summary>
    public ExtenderProxy Proxy { get; }

    /// <summary>The independent eye.</summary>
    public LimitsWatcher Watcher { get; }

    /// <summary>Starts everything.</summary>
    public static async Task<FaultScene> StartAsync(ControlPlaneOptions? options = null, params string[] environment)
    {
        var plane = await KubeControlPlane.StartAsync(options);
        await plane.Api.CreateManyAsync(KubePath.Nodes, Fleet.Select(n => n.ToNode().ToJson()));
        await plane.Api.CreateNamespaceAsync(Space);
        var extender = await ServedExtender.StartAsync(plane, ["TOPOSCHEDULER__EXTENDER__HOLDSECONDS=10", .. environment]);
        var proxy = new ExtenderProxy(extender);
        await plane.StartSchedulerAsync(new(Scheduler)
        {
            Extenders = [extender.Entry with { UrlPrefix = proxy.Url }],
            PodMaxBackoffSeconds = 2,
        });
        return new(plane, extender, proxy, await LimitsWatcher.StartAsync(plane.Api, Fleet));
    }

    /// <summary>Creates a gang of pods that take a node each.</summary>
    public Task CreateGangAsync(string name, int size, string? requiredTopology = null) => Api.CreateManyAsync(KubePath.Pods(Space), PodObject.Gang(name, size, Pod("") with
    {
        Annotations = requiredTopology is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["required-topology"] = requiredTopology },
    }));

    /// <summary>A pod that takes a whole node.</summary>
    public static PodObject Pod(string name) => new(name) { Gpus = FleetNode.Gpus, SchedulerName = Scheduler };

    /// <summary>Waits until pods of a name are bound; their nodes by pod. Waiting pods are woken now and then, as a change of any node would.</summary>
    public async Task<Dictionary<string, string>> WaitForBoundAsync(string gang, int count)
    {
        var bound = new Dictionary<string, string>(StringComparer.Ordinal);
        var end = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        for (var turn = 0; bound.Count != count; turn++)
        {
            Assert.True(Environment.TickCount64 < end, $"{bound.Count} of {count} pods of {gang} are bound; {Extender.Tail}");
            if (turn % 20 == 19) await WakeAsync(turn);
            await Task.Delay(100);
            try
            {
                bound = (await Api.ListAsync(KubePath.Pods(Space)))
                    .Where(p => p["metadata"]!["name"]!.GetValue<string>().StartsWith(gang, StringComparison.Ordinal) && p["spec"]!["nodeName"] is not null && p["metadata"]!["deletionTimestamp"] is null)
                    .ToDictionary(p => p["metadata"]!["name"]!.GetValue<string>(), p => p["spec"]!["nodeName"]!.GetValue<string>());
            }
            catch (HttpRequestException)
            {
                // The API server is away, as the test wants it.
            }
        }

        return bound;
    }

    /// <summary>The nodes on which the extender sees room for a pod that takes a whole node.</summary>
    public Task<string[]> FreeNodesAsync() => Extender.FilterAsync(Pod("probe").ToJson(), Fleet.Select(n => n.Name));

    /// <summary>The node of a bind call that waits at the proxy.</summary>
    public static string NodeOf(RecordedCall bind) => bind.Json["Node"]!.GetValue<string>();

    /// <summary>Every bound node is another one, and nothing was ever over its limits.</summary>
    public void AssertHeld(IReadOnlyDictionary<string, string> bound)
    {
        Assert.Equal(bound.Count, bound.Values.Distinct().Count());
        Watcher.AssertHeld();
    }

    /// <summary>Deletes all pods; in the end the extender sees the whole fleet free, apart from what the test took away.</summary>
    public async Task AssertNothingLeftAsync(int nodes = 16)
    {
        Proxy.LetThrough();
        await Api.DeleteAsync(KubePath.Pods(Space));
        await Eventually.HoldsAsync($"all {nodes} nodes are free again", TimeSpan.FromSeconds(40), async () => (await FreeNodesAsync()).Length == nodes);
        Watcher.AssertHeld();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Watcher.DisposeAsync();
        await Plane.StopSchedulerAsync(Scheduler);
        await Proxy.DisposeAsync();
        await Extender.DisposeAsync();
        await Plane.DisposeAsync();
    }

    // A label that changes on a node moves all waiting pods of kube-scheduler 1.20 back into its queue.
    private async Task WakeAsync(int turn)
    {
        try
        {
            await Api.PatchAsync(KubePath.Node(Fleet[^1].Name), new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["test/turn"] = $"t{turn}" } } });
        }
        catch (Exception e) when (e is HttpRequestException or KubeApiException)
        {
            // The API server or the node is away.
        }
    }
}
