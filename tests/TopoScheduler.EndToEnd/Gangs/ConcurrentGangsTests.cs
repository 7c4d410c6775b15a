using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;

namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>
/// Fifty gangs at once through two kube-schedulers and one extender, which is killed three times: every gang lands whole, each member on the node its
/// GangPlacement says, and nothing is over its limits at any moment.
/// </summary>
[Trait("Category", "EndToEnd")]
public sealed class ConcurrentGangsTests
{
    private const string Space = "ml";
    private const int Gangs = 50;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(240);

    [ControlPlaneFact]
    public async Task Gangs_FiftyAtOnceAndTheExtenderKilledThrice_LandWholeWhereTheirPlacementsSay()
    {
        var fleet = FleetNode.Fleet(spines: 4, leavesPerSpine: 4, nodesPerLeaf: 16);
        await using var plane = await KubeControlPlane.StartAsync();
        await GangResource.InstallAsync(plane);
        await plane.Api.CreateManyAsync(KubePath.Nodes, fleet.Select(n => n.ToNode().ToJson()));
        await plane.Api.CreateNamespaceAsync(Space);
        await using var extender = await ServedExtender.StartAsync(plane, "TOPOSCHEDULER__EXTENDER__HOLDSECONDS=30");
        await plane.StartSchedulerAsync(new("topo-a") { Extenders = [extender.Entry], PodMaxBackoffSeconds = 2 });
        await plane.StartSchedulerAsync(new("topo-b") { Extenders = [extender.Entry], PodMaxBackoffSeconds = 2 });
        await using var watcher = await LimitsWatcher.StartAsync(plane.Api, fleet);

        // 149 pods of a node each, of the 192 nodes that the racks have watts for. Every third gang, of 2, must stay in one leaf: whatever the order, with more
        // than 16 nodes left one of the 16 leaves has two.
        var sizes = Enumerable.Range(0, Gangs).Select(g => g % 3 == 0 ? 2 : 3 + (g % 2)).ToArray();
        var pods = Enumerable.Range(0, Gangs).SelectMany(g => PodObject.Gang($"g{g:D2}", sizes[g], Trainer(g))).ToList();
        var creating = plane.Api.CreateManyAsync(KubePath.Pods(Space), pods);
        foreach (var quarters in (int[])[1, 2, 3])
        {
            await WaitForAsync(plane, extender, fleet[^1].Name, pods.Count * quarters / 4);
            await extender.KillAsync();
            await extender.StartAgainAsync();
        }

        await creating;
        await WaitForAsync(plane, extender, fleet[^1].Name, pods.Count);

        var bound = (await plane.Api.ListAsync(KubePath.Pods(Space))).ToDictionary(p => p["metadata"]!["name"]!.GetValue<string>(), p => p["spec"]!["nodeName"]!.GetValue<string>());
        Assert.Equal(pods.Count, bound.Values.Distinct().Count());
        var leafOf = fleet.ToDictionary(n => n.Name, n => n.Leaf);
        for (var g = 0; g < Gangs; g += 3) Assert.Single(Members(bound, g, sizes[g]).Select(n => leafOf[n]).Distinct());
        await AssertPlacementsAsync(plane, bound, sizes);
        watcher.AssertHeld();

        // When the last pod of a gang is gone so is its resource.
        await plane.Api.DeleteAsync(KubePath.Pods(Space));
        await Eventually.HoldsAsync("no GangPlacement is left", TimeSpan.FromSeconds(30), async () => (await plane.Api.ListAsync(KubePath.GangPlacements(Space))).Count == 0);
        await Eventually.HoldsAsync(
            "all nodes are free again", TimeSpan.FromSeconds(30), async () => (await extender.FilterAsync(Trainer(1).ToJson(), fleet.Select(n => n.Name))).Length == fleet.Count);
    }

    // kube-scheduler 1.20 tries pods whose extender did not answer only when something changes, or after a minute or more: a label does.
    private static async Task WaitForAsync(KubeControlPlane plane, ServedExtender extender, string node, int count)
    {
        var turn = 0;
        await Eventually.HoldsAsync($"{count} pods are bound", Limit, async () =>
        {
            if (turn++ % 20 == 0) await plane.Api.PatchAsync(KubePath.Node(node), new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["test/turn"] = $"t{turn}" } } });
            return (await plane.Api.ListAsync(KubePath.Pods(Space))).Count(p => p["spec"]!["nodeName"] is not null) >= count;
        }, () => StoryAsync(plane, extender));
    }

    // The gangs with a pod that is not bound: where the others are, what is planned, and what is said of it.
    private static async Task<string> StoryAsync(KubeControlPlane plane, ServedExtender extender)
    {
        var pods = await plane.Api.ListAsync(KubePath.Pods(Space));
        var stuck = pods.GroupBy(p => p["metadata"]!["annotations"]!["toposcheduler.io/gang"]!.GetValue<string>()).Where(g => g.Any(p => p["spec"]!["nodeName"] is null)).ToList();
        var lines = stuck.SelectMany(g => g).Select(p => $"{p["metadata"]!["name"]} on {p["spec"]!["nodeName"]} {p["metadata"]!["annotations"]} {p["status"]!["conditions"]}");
        var names = stuck.Select(g => g.Key).ToHashSet();
        var placements = (await plane.Api.ListAsync(KubePath.GangPlacements(Space))).Where(p => names.Contains(p["spec"]!["gang"]!["name"]!.GetValue<string>()));
        return string.Join('\n', lines.Concat(placements.Select(p => p.ToJsonString())).Append(extender.Tail));
    }

    private static PodObject Trainer(int gang) => new("pod")
    {
        Gpus = FleetNode.Gpus,
        SchedulerName = gang % 2 == 0 ? "topo-a" : "topo-b",
        Annotations = gang % 3 == 0 ? new Dictionary<string, string> { ["required-topology"] = "leaf" } : new Dictionary<string, string>(),
    };

    private static IEnumerable<string> Members(Dictionary<string, string> bound, int gang, int size) => Enumerable.Range(0, size).Select(m => bound[$"g{gang:D2}-{m}"]);

    private static async Task AssertPlacementsAsync(KubeControlPlane plane, Dictionary<string, string> bound, int[] sizes)
    {
        IReadOnlyList<JsonObject> placements = [];
        await Eventually.HoldsAsync("every GangPlacement says Bound", TimeSpan.FromSeconds(30), async () =>
        {
            placements = await plane.Api.ListAsync(KubePath.GangPlacements(Space));
            return placements.Count(p => GangResource.PhaseOf(p) == "Bound") == Gangs;
        });
        foreach (var placement in placements)
        {
            var gang = placement["spec"]!["gang"]!["name"]!.GetValue<string>();
            var plan = GangResource.PlanOf(placement);
            Assert.Equal(sizes[int.Parse(gang[1..], System.Globalization.CultureInfo.InvariantCulture)], plan.Count);
            foreach (var (member, node) in plan) Assert.Equal(node, bound[$"{gang}-{member}"]);
        }
    }
}
