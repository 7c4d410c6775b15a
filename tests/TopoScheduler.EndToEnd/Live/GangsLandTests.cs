using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>
/// Gangs and single pods through two real kube-schedulers that share one extender, on 512 labelled nodes: each lands where the offline report says for the same
/// state, and nothing is over its limits at any moment.
/// </summary>
[Trait("Category", "EndToEnd")]
public sealed class GangsLandTests
{
    private const string Space = "ml";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [ControlPlaneFact]
    public async Task Gangs_TwoSchedulers_LandAsTheOfflineReportSays()
    {
        var fleet = FleetNode.Fleet(spines: 4, leavesPerSpine: 4, nodesPerLeaf: 32);
        await using var plane = await KubeControlPlane.StartAsync(new() { ControllerManager = true });
        await plane.Api.CreateManyAsync(KubePath.Nodes, fleet.Select(n => n.ToNode().ToJson()));
        await plane.Api.CreateNamespaceAsync(Space);
        await using var extender = await ServedExtender.StartAsync(plane);
        await plane.StartSchedulerAsync(new("topo-a") { Extenders = [extender.Entry] });
        await plane.StartSchedulerAsync(new("topo-b") { Extenders = [extender.Entry] });
        await plane.StartSchedulerAsync(new("foreign"));
        await using var watcher = await LimitsWatcher.StartAsync(plane.Api, fleet);

        // Pods of a gang name their member, so each must be on its very node. A Job's pods of 1.20 have no index: the nodes must be the same.
        await PlaceAsync(plane, "g8", [.. PodObject.Gang("g8", 8, Trainer("topo-a"))], named: true);
        await PlaceAsync(plane, "g24", [.. PodObject.Gang("g24", 24, Trainer("topo-b"))], named: true);
        await PlaceSingleAsync(plane, "single-1", "topo-a", gpus: 1);
        await PlaceSingleAsync(plane, "single-4", "topo-b", gpus: 4);
        await PlaceAsync(plane, "j64", [new JobObject("j64", 64, Trainer("topo-a")).ToJson()], named: false);
        await PlaceSingleAsync(plane, "single-8", "topo-a", gpus: 8);
        await PlaceAsync(plane, "j100", [new JobObject("j100", 100, Trainer("topo-b")).ToJson()], named: false);

        // Both at once: who comes first is open, but neither may take what the other holds.
        var together = new[] { ("a", "topo-a"), ("b", "topo-b") };
        foreach (var (name, scheduler) in together) await plane.Api.CreateManyAsync(KubePath.Pods(Space), PodObject.Gang($"both-{name}", 64, Trainer(scheduler)));
        await plane.Api.WaitForBoundAsync(KubePath.Pods(Space), 8 + 24 + 1 + 1 + 64 + 1 + 100 + 128, Limit);

        await SeeForeignPodAsync(plane, extender, fleet);
        Assert.True(watcher.Events > 300, $"the watcher saw {watcher.Events} events");
        watcher.AssertHeld();
    }

    private static PodObject Trainer(string scheduler) => new("pod") { Gpus = FleetNode.Gpus, SchedulerName = scheduler };

    private static async Task PlaceAsync(KubeControlPlane plane, string name, JsonObject[] job, bool named)
    {
        foreach (var obj in job) obj["metadata"]!["namespace"] = Space;
        var expected = await OfflineReport.PlaceAsync(plane, job);
        Assert.NotNull(expected);
        await plane.Api.CreateManyAsync(named ? KubePath.Pods(Space) : KubePath.Jobs(Space), job);
        var bound = await WaitForAsync(plane, name, expected.Length);
        if (named) Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(i => bound[$"{name}-{i}"]));
        else Assert.Equal(expected.Order(StringComparer.Ordinal), bound.Values.Order(StringComparer.Ordinal));
    }

    private static async Task PlaceSingleAsync(KubeControlPlane plane, string name, string scheduler, int gpus)
    {
        var pod = new PodObject(name) { Gpus = gpus, SchedulerName = scheduler }.ToJson();
        pod["metadata"]!["namespace"] = Space;
        var expected = await OfflineReport.PlaceAsync(plane, pod);
        await plane.Api.CreateAsync(KubePath.Pods(Space), pod);
        Assert.Equal(expected, (await WaitForAsync(plane, name, 1)).Values);
    }

    private static async Task<Dictionary<string, string>> WaitForAsync(KubeControlPlane plane, string name, int count)
    {
        var pods = await plane.Api.WaitForAsync(KubePath.Pods(Space), $"all {count} pods of {name} are bound", Limit, all => Bound(all).Count == count);
        return Bound(pods);

        Dictionary<string, string> Bound(IEnumerable<JsonObject> all) => all
            .Where(p => p["spec"]!["nodeName"] is not null && IsOf(p["metadata"]!["name"]!.GetValue<string>()))
            .ToDictionary(p => p["metadata"]!["name"]!.GetValue<string>(), p => p["spec"]!["nodeName"]!.GetValue<string>());

        bool IsOf(string pod) => pod == name || pod.StartsWith(name + "-", StringComparison.Ordinal);
    }

    // A pod of a scheduler that knows nothing of us fills a node; as soon as its event has arrived the node has no GPU left here either.
    private static async Task SeeForeignPodAsync(KubeControlPlane plane, ServedExtender extender, IReadOnlyList<FleetNode> fleet)
    {
        var busy = (await plane.Api.ListAsync(KubePath.AllPods)).Select(p => p["spec"]!["nodeName"]?.GetValue<string>()).ToHashSet();
        var free = await extender.FilterAsync(new PodObject("probe") { Gpus = 8 }.ToJson(), fleet.Select(n => n.Name));
        var target = free.First(n => !busy.Contains(n));
        var foreign = new PodObject("foreign") { Gpus = 5, SchedulerName = "foreign" }.ToJson();
        foreign["spec"]!["nodeSelector"] = new JsonObject { ["kubernetes.io/hostname"] = target };
        await plane.Api.CreateAsync(KubePath.Pods("default"), foreign);
        await plane.Api.WaitForBoundAsync(KubePath.Pods("default"), 1, Limit);

        await Eventually.HoldsAsync("the foreign pod is counted", TimeSpan.FromSeconds(5), async () =>
            (await extender.FilterAsync(new PodObject("probe") { Gpus = 4 }.ToJson(), [target])).Length == 0
            && (await extender.FilterAsync(new PodObject("probe") { Gpus = 3 }.ToJson(), [target])).Length == 1);
    }
}
