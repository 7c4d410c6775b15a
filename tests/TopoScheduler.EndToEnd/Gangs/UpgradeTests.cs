using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;
using TopoScheduler.EndToEnd.Packaging;

namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>From the first definition of GangPlacement, and none of PowerDomain, to the present ones, as <c>docs/upgrade.md</c> says: nobody who waits loses a place, nothing that is placed moves.</summary>
[Trait("Category", "EndToEnd")]
public sealed class UpgradeTests
{
    private const int Gangs = 10;
    private const int Members = 2;
    private const int Nodes = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    // One gang has all nodes and ten wait for them.
    [GatesFact]
    public async Task Serve_DefinitionsUpgradedWhileTenGangsWait_AllAreKeptAndPlacedWhenThereIsRoom()
    {
        await using var scene = await GateScene.StartAsync(FleetNode.Fleet(spines: 1, leavesPerSpine: 1, nodesPerLeaf: Nodes, rackBudgetWatts: 50_000), older: true);
        var replica = await scene.StartReplicaAsync();
        await scene.CreateAsync(GateScene.Job("first", Nodes));
        var nodes = await scene.WaitForBoundAsync("first", Nodes);
        for (var g = 0; g < Gangs; g++) await scene.CreateAsync(GateScene.Job($"waits-{g}", Members));
        await Eventually.HoldsAsync("ten gangs wait, each told why", Limit, async () => (await WaitingAsync(scene)).Count(m => m.Contains("does not fit", StringComparison.Ordinal)) == Gangs);
        var before = await PlacementsAsync(scene);
        Assert.All(before.Values.SelectMany(p => p["status"]?["plan"]?.AsArray() ?? []), slot => Assert.Null(slot!["pods"]));

        await replica.KillAsync();
        await OlderDefinition.UpgradeAsync(scene.Plane);
        Assert.Equal(before.Keys, (await PlacementsAsync(scene)).Keys);
        await replica.StartAgainAsync();

        // Whoever leads now has looked at the whole queue once it has written what only the new definition keeps.
        await Eventually.HoldsAsync("the plan names its pods", Limit, async () =>
            (await PlacementsAsync(scene)).Values.Any(p => p["status"]?["plan"]?[0]?["pods"] is JsonArray { Count: > 0 }));
        var after = await PlacementsAsync(scene);
        Assert.Equal(before.Keys, after.Keys);
        Assert.All(before, b => Assert.Equal(GangResource.PlanOf(b.Value), GangResource.PlanOf(after[b.Key])));
        Assert.All(before, b => Assert.Equal(GangResource.PhaseOf(b.Value), GangResource.PhaseOf(after[b.Key])));
        Assert.Equal(nodes.Values, (await scene.WaitForBoundAsync("first", Nodes)).Values);
        Assert.Equal(Gangs * Members, (await scene.Api.ListAsync(KubePath.Pods(GateScene.Space))).Count(GateScene.IsGated));

        await scene.Api.DeleteAsync($"{KubePath.Jobs(GateScene.Space)}/first");
        await PlaceAllAsync(scene);
        Assert.Equal(Gangs, await CountGangsPlacedAsync(scene));
    }

    // The half without gates: any version, and nobody of ours runs.
    [ControlPlaneFact]
    public async Task Definitions_Upgraded_StoredObjectsStayAsTheyAreAndTakeWhatIsNew()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        await OlderDefinition.InstallAsync(plane);
        await plane.Api.CreateNamespaceAsync(GateScene.Space);
        for (var g = 0; g < Gangs; g++) await OlderDefinition.CreateAsync(plane.Api, $"job-waits-{g}-aaaaa", waits: g > 0);
        var before = await PlacementsAsync(plane.Api);
        Assert.Null(before.First().Value["status"]!["plan"]![0]!["pods"]);

        await OlderDefinition.UpgradeAsync(plane);

        var after = await PlacementsAsync(plane.Api);
        Assert.Equal(before.Keys, after.Keys);
        Assert.All(before, b => Assert.True(JsonNode.DeepEquals(b.Value["spec"], after[b.Key]["spec"]) && JsonNode.DeepEquals(b.Value["status"], after[b.Key]["status"]), b.Key));
        var first = after.First().Value;
        first["status"]!["plan"]![0]!["pods"] = new JsonArray("waits-0-x");
        await plane.Api.SendAsync(HttpMethod.Put, $"{KubePath.GangPlacements(GateScene.Space)}/{first.Name()}/status", first);
        var written = (await PlacementsAsync(plane.Api)).First().Value;
        Assert.Equal("waits-0-x", (string?)written["status"]!["plan"]![0]!["pods"]![0]);
        Assert.Empty(await plane.Api.ListAsync(KubePath.PowerDomains));
    }

    private static async Task<IReadOnlyList<string>> WaitingAsync(GateScene scene) =>
        [.. (await PlacementsAsync(scene)).Values.Where(p => GangResource.PhaseOf(p) == "Waiting").Select(p => (string)p["status"]!["message"]!)];

    private static Task<SortedDictionary<string, JsonObject>> PlacementsAsync(GateScene scene) => PlacementsAsync(scene.Api);

    // By uid: one that was deleted and made again is another.
    private static async Task<SortedDictionary<string, JsonObject>> PlacementsAsync(KubeApi api) =>
        new((await api.ListAsync(KubePath.GangPlacements(GateScene.Space))).ToDictionary(p => $"{p.Name()} {p["metadata"]!["uid"]}"), StringComparer.Ordinal);

    // Each gang that is bound ends, so that the next has room.
    private static async Task PlaceAllAsync(GateScene scene)
    {
        await Eventually.HoldsAsync("all ten gangs are placed, one after the other", Limit * 2, async () =>
        {
            foreach (var pod in await scene.Api.ListAsync(KubePath.Pods(GateScene.Space)))
            {
                if (pod["spec"]!["nodeName"] is not null && (string?)pod["status"]!["phase"] == "Pending" && pod.Name().StartsWith("waits-", StringComparison.Ordinal)) await scene.Api.SetPodPhaseAsync(GateScene.Space, pod.Name(), "Succeeded");
            }

            return await CountGangsPlacedAsync(scene) == Gangs;
        });
    }

    private static async Task<int> CountGangsPlacedAsync(GateScene scene) =>
        (await scene.Api.ListAsync(KubePath.Pods(GateScene.Space))).Where(p => p["spec"]!["nodeName"] is not null && p.Name().StartsWith("waits-", StringComparison.Ordinal))
        .GroupBy(p => p["metadata"]!["labels"]!["job-name"]!.GetValue<string>()).Count(g => g.Count() == Members);
}
