using System.Text.Json.Nodes;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>What becomes of a gang when nodes go, others take its place, or members are lost.</summary>
public sealed class GangRepairTests
{
    [Fact]
    public async Task Node_GoneWhilePinned_PodIsReplacedThroughItsOwnerBesideTheRest()
    {
        var scene = new GangScene(nodes: 32);
        scene.CreateJob("llama", 8);
        await scene.SettleAsync();
        var lost = GangScene.PinOf(scene.Pod("llama-3-a")!)!;
        BindAllBut(scene, "llama-3-a");
        scene.Objects.Delete(GangObjects.Nodes, "", lost);
        await scene.SettleAsync();
        Assert.Null(scene.Pod("llama-3-a"));
        Assert.Equal(1, scene.Writes.Count(w => w.Path.EndsWith("/eviction", StringComparison.Ordinal)));

        scene.CreateJobPod(scene.Job("llama"), 3, "b");
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        var pin = GangScene.PinOf(scene.Pod("llama-3-b")!);
        Assert.NotNull(pin);
        Assert.Equal(int.Parse(lost[2..]) / 16, int.Parse(pin[2..]) / 16);
        Assert.Equal(8, scene.Pods.Select(p => (string?)p["spec"]!["nodeName"] ?? GangScene.PinOf(p)).Distinct().Count());
        scene.BindAll();
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("Bound", GangScene.Phase(scene.Placement));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Node_CordonedOrNotReadyWhilePinned_IsReplacedOnlyAfterItsGrace(bool cordon)
    {
        var scene = new GangScene(nodes: 32);
        scene.CreateJob("llama", 4);
        await scene.SettleAsync();
        var node = GangScene.PinOf(scene.Pod("llama-0-a")!)!;
        scene.ChangeNode(node, n =>
        {
            if (cordon) n["spec"]!["unschedulable"] = true;
            else n["status"]!["conditions"]![0]!["status"] = "False";
        });
        await scene.WaitAsync(TimeSpan.FromSeconds(100));
        Assert.NotNull(scene.Pod("llama-0-a"));
        Assert.Equal("Degraded", GangScene.Phase(scene.Placement));
        Assert.Contains(node, GangScene.Message(scene.Placement), StringComparison.Ordinal);
        await scene.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Null(scene.Pod("llama-0-a"));
    }

    [Fact]
    public async Task Race_OthersTakeAPinnedNode_PodIsReplacedAndAFreeNodeFound()
    {
        var scene = new GangScene(nodes: 32);
        scene.CreateJob("llama", 4);
        await scene.SettleAsync();
        var node = GangScene.PinOf(scene.Pod("llama-2-a")!)!;
        scene.CreateForeign("stranger", node);
        await scene.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.NotNull(scene.Pod("llama-2-a"));
        await scene.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Null(scene.Pod("llama-2-a"));
        scene.CreateJobPod(scene.Job("llama"), 2, "b");
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        Assert.NotEqual(node, GangScene.PinOf(scene.Pod("llama-2-b")!));
    }

    [Fact]
    public async Task Race_BarePod_IsOnlyReported()
    {
        var scene = new GangScene(nodes: 32);
        scene.CreateGang("llama", 4);
        await scene.SettleAsync();
        scene.CreateForeign("stranger", GangScene.PinOf(scene.Pod("llama-2")!)!);
        await scene.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.NotNull(scene.Pod("llama-2"));
        Assert.Equal("Degraded", GangScene.Phase(scene.Placement));
        Assert.Contains("delete and create it yourself", GangScene.Message(scene.Placement), StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Writes, w => w.Path.EndsWith("/eviction", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Member_Evicted_GangIsDegradedUntilItsReplacementRunsBesideTheRest()
    {
        var scene = new GangScene(nodes: 32);
        scene.CreateJob("llama", 8);
        await scene.SettleAsync();
        scene.BindAll();
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("Bound", GangScene.Phase(scene.Placement));

        scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, "llama-5-a");
        scene.CreateJobPod(scene.Job("llama"), 5, "b");
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("Degraded", GangScene.Phase(scene.Placement));
        var leaves = scene.Pods.Select(p => int.Parse(((string?)p["spec"]!["nodeName"] ?? GangScene.PinOf(p))![2..]) / 16).Distinct();
        Assert.Single(leaves);
        scene.BindAll();
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("Bound", GangScene.Phase(scene.Placement));
    }

    [Fact]
    public async Task Node_GoneBeforeAnyGateIsOff_WholeGangIsPlannedAnew()
    {
        var scene = new GangScene(nodes: 32);
        scene.CreateJob("llama", 8);
        // Every patch of a pod is refused: the plan is saved, and nobody has gone.
        scene.Handler.Fault = r => r.Method == HttpMethod.Patch ? Testing.FakeApi.FakeFault.Refuse : Testing.FakeApi.FakeFault.None;
        scene.Life.Informers.TellAll();
        await scene.Life.StepAsync();
        Assert.All(scene.Pods, p => Assert.True(GangScene.IsGated(p)));
        var leaf = PlannedLeaf(scene);
        for (var n = leaf * 16; n < (leaf * 16) + 10; n++) scene.Objects.Delete(GangObjects.Nodes, "", GangObjects.NodeName(n));
        scene.Handler.Fault = null;
        await scene.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.All(scene.Pods, p => Assert.False(GangScene.IsGated(p)));
        Assert.NotEqual(leaf, PlannedLeaf(scene));
    }

    [Fact]
    public async Task ElasticGang_StartsSmallAndGrowsWhenRoomAppears()
    {
        var scene = new GangScene(nodes: 8);
        scene.CreateGang("other", 3);
        await scene.SettleAsync();
        scene.BindAll();
        scene.CreateJob("llama", 8, annotations: ("gang-min", "4"));
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(5, scene.Pods.Count(p => IsOf(p, "llama") && !GangScene.IsGated(p)));
        scene.BindAll();
        for (var m = 0; m < 2; m++) scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, $"other-{m}");
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(7, scene.Pods.Count(p => IsOf(p, "llama") && !GangScene.IsGated(p)));
    }

    [Fact]
    public async Task PreferredFor_HoldsOutThenRelaxes()
    {
        var scene = new GangScene(nodes: 32);
        // One node of each leaf is taken: no leaf has 16.
        scene.CreateForeign("a", "n-0000");
        scene.CreateForeign("b", "n-0016");
        scene.CreateJob("llama", 16, annotations: [("preferred-topology", "leaf"), ("preferred-for", "2m")]);
        await scene.WaitAsync(TimeSpan.FromSeconds(100));
        Assert.All(scene.Pods.Where(p => IsOf(p, "llama")), p => Assert.True(GangScene.IsGated(p)));
        var placement = scene.Placements.Single(p => (string?)p["spec"]!["gang"]!["name"] == "llama");
        Assert.Contains("holds out for one leaf", GangScene.Message(placement), StringComparison.Ordinal);
        Assert.Contains("preferred-for ends", placement["status"]!["deadlines"]![0]!["what"]!.GetValue<string>(), StringComparison.Ordinal);
        await scene.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.All(scene.Pods.Where(p => IsOf(p, "llama")), p => Assert.False(GangScene.IsGated(p)));
    }

    [Fact]
    public async Task Gang_Deleted_NothingIsLeft()
    {
        var scene = new GangScene(nodes: 16);
        scene.CreateJob("llama", 8);
        await scene.SettleAsync();
        for (var i = 0; i < 8; i++) scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, $"llama-{i}-a");
        await scene.SettleAsync();
        Assert.Empty(scene.Placements);
        Assert.Empty(scene.Life.State.Reservations);
    }

    private static int PlannedLeaf(GangScene scene) => int.Parse(((string)scene.Placement["status"]!["plan"]![0]!["node"]!)[2..]) / 16;

    private static bool IsOf(JsonObject pod, string gang) => ((string)pod["metadata"]!["name"]!).StartsWith(gang, StringComparison.Ordinal);

    private static void BindAllBut(GangScene scene, string name)
    {
        foreach (var pod in scene.Pods.Where(p => (string?)p["metadata"]!["name"] != name).ToList())
        {
            var bound = (JsonObject)pod.DeepClone();
            bound["spec"]!["nodeName"] = GangScene.PinOf(pod);
            scene.Objects.Put(GangObjects.Pods, bound);
        }
    }
}
