using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>Servers that fail: whatever happens, nothing is over-committed, nothing is leaked, everything lands in the end.</summary>
[Trait("Category", "EndToEnd")]
public sealed class FaultTests
{
    [ControlPlaneFact]
    public async Task Servers_RestartedCutAndSlow_GangsLandAllTheSame()
    {
        await using var scene = await FaultScene.StartAsync();

        // The API server dies while half of a gang is bound, and comes back.
        var gate = scene.Proxy.Hold("bind", letThrough: 2);
        await scene.CreateGangAsync("killed", 4, "leaf");
        await gate.WaitForAsync(1);
        await scene.Plane.RestartApiServerAsync();
        gate.Open();
        scene.AssertHeld(await scene.WaitForBoundAsync("killed", 4));

        // It goes politely: every watch ends and begins anew.
        await scene.Plane.RestartApiServerAsync(politely: true);
        await scene.CreateGangAsync("polite", 4, "leaf");
        scene.AssertHeld(await scene.WaitForBoundAsync("polite", 4));

        // It hangs with open connections while a Binding is on the way: whether it was written nobody knows at first.
        gate = scene.Proxy.Hold("bind");
        await scene.CreateGangAsync("hung", 2);
        await gate.WaitForAsync(1);
        await scene.Plane.PauseApiServerAsync();
        gate.Open();
        await Task.Delay(TimeSpan.FromSeconds(6));
        await scene.Plane.ResumeApiServerAsync();
        scene.AssertHeld(await scene.WaitForBoundAsync("hung", 2));

        // The extender is slow, half a second a call.
        scene.Proxy.Before(_ => Task.Delay(500));
        await scene.CreateGangAsync("slow", 2);
        scene.AssertHeld(await scene.WaitForBoundAsync("slow", 2));
        scene.Proxy.LetThrough();

        // The extender hangs for longer than the scheduler waits (5 s).
        await scene.Extender.PauseAsync();
        await scene.CreateGangAsync("hanging", 2);
        await Task.Delay(TimeSpan.FromSeconds(7));
        await scene.Extender.ResumeAsync();
        scene.AssertHeld(await scene.WaitForBoundAsync("hanging", 2));

        await scene.AssertNothingLeftAsync();
    }

    [ControlPlaneFact]
    public async Task Extender_KilledMidGang_LandsTheRestInTheSameLeaf()
    {
        await using var scene = await FaultScene.StartAsync();
        var gate = scene.Proxy.Hold("bind", letThrough: 2);
        await scene.CreateGangAsync("gang", 4, "leaf");
        await gate.WaitForAsync(1);

        await scene.Extender.KillAsync();
        gate.Open();
        await scene.Extender.StartAgainAsync();

        var bound = await scene.WaitForBoundAsync("gang", 4);
        scene.AssertHeld(bound);
        Assert.Single(bound.Values.Select(LeafOf).Distinct());
        await AssertAnnotatedAsync(scene, 4);
        await scene.AssertNothingLeftAsync();
    }

    [ControlPlaneFact]
    public async Task Etcd_CompactedWhileTheExtenderSleeps_IsReadAnew()
    {
        await using var scene = await FaultScene.StartAsync(new() { WatchCache = false });
        await scene.CreateGangAsync("before", 4, "leaf");
        var before = await scene.WaitForBoundAsync("before", 4);

        // What happens now is seen by no watch: two pods go, a stranger comes, and then the history is gone.
        await scene.Extender.PauseAsync();
        await scene.Plane.StopApiServerAsync();
        await scene.Plane.StartApiServerAsync();
        await scene.Api.DeleteAsync(KubePath.Pod(FaultScene.Space, "before-0"));
        var other = FaultScene.Fleet.First(n => !before.ContainsValue(n.Name)).Name;
        await scene.Api.CreateAsync(KubePath.Pods("default"), new PodObject("stranger") { Gpus = 8, NodeName = other }.ToJson());
        await scene.Plane.CompactEtcdAsync();
        await scene.Extender.ResumeAsync();

        await Eventually.HoldsAsync("the vanished pod's node is free and the stranger's is not", TimeSpan.FromSeconds(60), async () =>
        {
            var free = await scene.FreeNodesAsync();
            return free.Contains(before["before-0"]) && !free.Contains(other) && free.Length == 16 - 4;
        });
        await scene.Api.DeleteAsync(KubePath.Pod("default", "stranger"));
        await scene.AssertNothingLeftAsync();
    }

    private static string LeafOf(string node) => FaultScene.Fleet.First(n => n.Name == node).Leaf;

    // What the Binding wrote on the pods: who they are, the first of their ranks, where they are.
    private static async Task AssertAnnotatedAsync(FaultScene scene, int size)
    {
        var pods = await scene.Api.ListAsync(KubePath.Pods(FaultScene.Space));
        var members = pods.Select(p => p["metadata"]!["annotations"]!.AsObject()).ToList();
        Assert.Equal(Enumerable.Range(0, size).Select(m => $"{m}/{size}"), members.Select(a => a["toposcheduler.io/placement"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(0, size).Select(m => m * FleetNode.Gpus), members.Select(a => int.Parse(a["toposcheduler.io/rank"]!.GetValue<string>(), null)).Order());
        Assert.All(pods, p => Assert.Equal(
            FaultScene.Fleet.Where(n => n.Name == p["spec"]!["nodeName"]!.GetValue<string>()).Select(n => $"{n.Spine}/{n.Leaf}").Single(),
            p["metadata"]!["annotations"]!["toposcheduler.io/coordinates"]!.GetValue<string>()));
    }
}
