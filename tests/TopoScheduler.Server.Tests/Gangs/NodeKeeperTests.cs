using System.Text.Json.Nodes;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>No autoscaler takes a node away that a gang is about to use, and none is kept longer.</summary>
public sealed class NodeKeeperTests
{
    private const string Disabled = "cluster-autoscaler.kubernetes.io/scale-down-disabled";
    private const string HeldBy = "toposcheduler.io/scale-down-held-by";

    [Fact]
    public async Task Planned_NodesAreKeptUntilTheirPodsAreBound()
    {
        var scene = Scene();
        scene.CreateGang("llama", 4);
        await scene.SettleAsync();
        var name = (string)scene.Placement["metadata"]!["name"]!;
        var planned = scene.Pods.Select(GangScene.PinOf).Order().ToList();
        Assert.Equal(planned, Kept(scene));
        Assert.All(planned, n => Assert.Equal(("true", name), (Annotation(scene, n!, Disabled), Annotation(scene, n!, HeldBy))));

        var first = (JsonObject)scene.Pods[0].DeepClone();
        first["spec"]!["nodeName"] = GangScene.PinOf(first);
        scene.Objects.Put(GangObjects.Pods, first);
        await scene.SettleAsync();
        Assert.Equal(planned.Where(n => n != GangScene.PinOf(first)), Kept(scene));

        scene.BindAll();
        await scene.SettleAsync();
        Assert.Empty(Kept(scene));
        Assert.Equal(8, scene.Writes.Count(w => w.Path.StartsWith("/api/v1/nodes/", StringComparison.Ordinal)));
    }

    // The queue would else be planned anew for each.
    [Fact]
    public async Task Mark_ChangesNothingForTheQueue()
    {
        var scene = Scene();
        await scene.SettleAsync();
        var freed = scene.Life.State.Freed;
        scene.CreateGang("llama", 4);
        await scene.SettleAsync();
        Assert.Equal(4, Kept(scene).Count);
        Assert.Equal(freed, scene.Life.State.Freed);
    }

    [Fact]
    public async Task GangGoesBeforeItIsBound_NodesAreFreed()
    {
        var scene = Scene();
        scene.CreateGang("llama", 4);
        await scene.SettleAsync();
        for (var m = 0; m < 4; m++) scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, $"llama-{m}");
        await scene.SettleAsync();
        Assert.Empty(Kept(scene));
        Assert.All(scene.Objects.All(GangObjects.Nodes, null).Objects, n => Assert.Null(n["metadata"]!["annotations"]));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task MarkOfSomebodyElse_IsLeftAlone(string value)
    {
        var scene = Scene();
        for (var n = 0; n < 8; n++) scene.ChangeNode(GangObjects.NodeName(n), o => o["metadata"]!["annotations"] = new JsonObject { [Disabled] = value });
        scene.CreateGang("llama", 4);
        await scene.SettleAsync();
        scene.BindAll();
        await scene.SettleAsync();
        Assert.DoesNotContain(scene.Writes, w => w.Path.StartsWith("/api/v1/nodes/", StringComparison.Ordinal));
        Assert.All(scene.Objects.All(GangObjects.Nodes, null).Objects, n => Assert.Equal(value, (string?)n["metadata"]!["annotations"]![Disabled]));
    }

    [Fact]
    public async Task TwoGangsOnANode_IsKeptForTheOneThatIsNotBound()
    {
        var scene = new GangScene(nodes: 1, options: Options());
        scene.CreateGang("a", 1, gpus: 4);
        scene.CreateGang("b", 1, gpus: 4);
        await scene.SettleAsync();
        var pod = (JsonObject)scene.Pod("a-0")!.DeepClone();
        pod["spec"]!["nodeName"] = "n-0000";
        scene.Objects.Put(GangObjects.Pods, pod);
        await scene.SettleAsync();
        var b = scene.Placements.Single(p => (string?)p["spec"]!["gang"]!["name"] == "b");
        Assert.Equal((string?)b["metadata"]!["name"], Annotation(scene, "n-0000", HeldBy));
        scene.BindAll();
        await scene.SettleAsync();
        Assert.Empty(Kept(scene));
    }

    [Fact]
    public async Task Refused_GatesComeOffAllTheSameAndItIsTriedAgain()
    {
        var scene = Scene();
        scene.Handler.Fault = r => r.Method == HttpMethod.Patch && r.RequestUri!.AbsolutePath.Contains("/nodes/", StringComparison.Ordinal) ? FakeFault.Refuse : FakeFault.None;
        scene.CreateGang("llama", 4);
        await scene.SettleAsync();
        Assert.All(scene.Pods, p => Assert.False(GangScene.IsGated(p)));
        Assert.Empty(Kept(scene));
        scene.Handler.Fault = null;
        await scene.WaitAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(4, Kept(scene).Count);
    }

    [Fact]
    public async Task MarksOfALeaderThatDied_AreTakenOff()
    {
        var scene = Scene();
        scene.ChangeNode("n-0007", o => o["metadata"]!["annotations"] = new JsonObject { [Disabled] = "true", [HeldBy] = "pod-gone-abcde", ["other"] = "stays" });
        scene.ChangeNode("n-0006", o => o["metadata"]!["annotations"] = new JsonObject { [Disabled] = "true" });
        scene.Succeed();
        await scene.SettleAsync();
        Assert.Equal(["n-0006"], Kept(scene));
        Assert.Equal("stays", Annotation(scene, "n-0007", "other"));
        Assert.Null(Annotation(scene, "n-0007", HeldBy));
    }

    [Fact]
    public async Task Leader_KilledAtEveryCall_NoMarkIsLeftAndNoneIsMissing()
    {
        var calls = await RunAsync(int.MaxValue, FakeFault.None);
        Assert.InRange(calls, 20, 40);
        for (var call = 0; call < calls; call++)
        {
            foreach (var fault in new[] { FakeFault.CrashBefore, FakeFault.CrashAfter, FakeFault.LoseAnswer, FakeFault.Refuse }) await RunAsync(call, fault);
        }
    }

    private static async Task<int> RunAsync(int faultAt, FakeFault fault)
    {
        var scene = Scene();
        await scene.SettleAsync();
        var calls = 0;
        scene.Handler.Fault = _ => calls++ == faultAt ? fault : FakeFault.None;
        scene.CreateGang("llama", 4);
        await scene.LiveAsync(seconds: 12);
        Assert.Equal(scene.Pods.Select(GangScene.PinOf).Order(), Kept(scene));
        scene.BindAll();
        await scene.LiveAsync(seconds: 12);
        Assert.Empty(Kept(scene));
        return calls;
    }

    private static GangOptions Options() => new() { PatchesAtOnce = 1, RankMaps = false, ScaleUp = "ungate" };

    private static GangScene Scene() => new(nodes: 8, options: Options());

    private static IReadOnlyList<string?> Kept(GangScene scene) =>
        [.. scene.Objects.All(GangObjects.Nodes, null).Objects.Where(n => n["metadata"]!["annotations"]?[Disabled] is not null).Select(n => (string?)n["metadata"]!["name"]).Order()];

    private static string? Annotation(GangScene scene, string node, string key) => (string?)scene.Objects.Find(GangObjects.Nodes, "", node)!["metadata"]!["annotations"]?[key];
}
