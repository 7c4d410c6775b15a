using System.Diagnostics;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;

namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>An upgrade while gangs come: both replicas are replaced, one after the other.</summary>
[Trait("Category", "EndToEnd")]
public sealed class RollingRestartTests
{
    private const int Gangs = 25;
    private const int Members = 8;
    private const int PodsPerSecond = 20;

    [GatesFact]
    public async Task BothReplicas_ReplacedUnderTwentyPodsASecond_NoPodIsLostOrPlacedTwice()
    {
        await using var scene = await GateScene.StartAsync(FleetNode.Fleet(spines: 2, leavesPerSpine: 8, nodesPerLeaf: 16, rackBudgetWatts: 200_000));
        await scene.StartReplicaAsync();
        await scene.StartReplicaAsync();
        var began = Stopwatch.StartNew();
        for (var g = 0; g < Gangs; g++)
        {
            await scene.CreateAsync(GateScene.Job($"gang-{g:D2}", Members));
            if (g == 8) await ReplaceAsync(scene, 0);
            if (g == 16) await ReplaceAsync(scene, 1);
            var next = TimeSpan.FromSeconds((g + 1.0) * Members / PodsPerSecond);
            if (next > began.Elapsed) await Task.Delay(next - began.Elapsed);
        }

        for (var g = 0; g < Gangs; g++)
        {
            var nodes = await scene.WaitForBoundAsync($"gang-{g:D2}", Members);
            var placement = await scene.WaitForPhaseAsync($"gang-{g:D2}", "Bound");
            Assert.Equal(GangResource.PlanOf(placement), nodes);
        }

        var pods = await scene.Api.ListAsync(KubePath.Pods(GateScene.Space));
        Assert.Equal(Gangs * Members, pods.Count);
        Assert.Equal(Gangs * Members, pods.Select(p => p["spec"]!["nodeName"]!.GetValue<string>()).Distinct().Count());
        scene.Watcher.AssertHeld();
    }

    // As a Deployment does it: the new one is there before the old one is told to go.
    private static async Task ReplaceAsync(GateScene scene, int replica)
    {
        await scene.StartReplicaAsync();
        await scene.Replicas[replica].KillAsync();
    }
}
