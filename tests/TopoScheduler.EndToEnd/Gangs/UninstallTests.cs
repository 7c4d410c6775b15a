using System.Diagnostics;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;

namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>What is left behind: no pod must wait for somebody who is gone.</summary>
[Trait("Category", "EndToEnd")]
public sealed class UninstallTests
{
    private const int Gangs = 10;
    private const int Members = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [GatesFact]
    public async Task GatesRemove_TenGangsWait_AllGatesAreOffAndTheSchedulerPlacesPods()
    {
        await using var scene = await GateScene.StartAsync(FleetNode.Fleet(spines: 1, leavesPerSpine: 1, nodesPerLeaf: 4));
        await scene.StartReplicaAsync();
        // Larger than the cluster: they wait whatever happens.
        for (var g = 0; g < Gangs; g++) await scene.CreateAsync(GateScene.Job($"waits-{g}", Members));
        await Eventually.HoldsAsync("ten gangs wait", Limit, async () =>
            (await scene.Api.ListAsync(KubePath.GangPlacements(GateScene.Space))).Count(p => GangResource.PhaseOf(p) == "Waiting") == Gangs);
        Assert.Equal(Gangs * Members, (await PodsAsync(scene)).Count(GateScene.IsGated));
        await scene.Replicas[0].KillAsync();

        Assert.Equal(Gangs * Members, await RemoveAsync(scene, "--dry-run"));
        Assert.Equal(Gangs * Members, (await PodsAsync(scene)).Count(GateScene.IsGated));
        Assert.Equal(Gangs * Members, await RemoveAsync(scene));

        Assert.DoesNotContain(await PodsAsync(scene), GateScene.IsGated);
        await Eventually.HoldsAsync("the cluster is filled", Limit, async () => (await PodsAsync(scene)).Count(p => p["spec"]!["nodeName"] is not null) == 4);
        Assert.Equal(0, await RemoveAsync(scene));
    }

    private static async Task<IReadOnlyList<JsonObject>> PodsAsync(GateScene scene) => [.. await scene.Api.ListAsync(KubePath.Pods(GateScene.Space))];

    private static async Task<int> RemoveAsync(GateScene scene, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "toposched.dll"), "gates", "remove", "--kubeconfig", scene.Plane.KubeconfigPath, "-o", "json", .. options];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var (text, error) = await Runner.RunAsync(start, Limit);
        Assert.True(text.StartsWith('{'), error);
        var answer = JsonNode.Parse(text)!;
        Assert.Empty(answer["left"]!.AsArray());
        return answer["gates"]!.GetValue<int>();
    }
}
