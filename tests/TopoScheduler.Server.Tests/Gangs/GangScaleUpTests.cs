using System.Text.Json.Nodes;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>Gates of a gang that has waited for room come off, so that an autoscaler sees its pods: all of them, or none.</summary>
public sealed class GangScaleUpTests
{
    private const int Size = 6;

    [Fact]
    public async Task Ungate_WaitedForRoom_LetsAllPodsGoWithoutAPin()
    {
        var scene = Scene();
        scene.CreateGang("llama", Size);
        await scene.WaitAsync(TimeSpan.FromSeconds(290));
        Assert.All(scene.Pods, p => Assert.True(GangScene.IsGated(p)));
        Assert.Contains("autoscaler", (string)scene.Placement["status"]!["deadlines"]![0]!["what"]!, StringComparison.Ordinal);

        await scene.WaitAsync(TimeSpan.FromSeconds(15));
        AssertLetGo(scene);
        Assert.Equal("Waiting", GangScene.Phase(scene.Placement));
        Assert.Equal("its gates were taken off after 5 min so that an autoscaler sees its pods; the scheduler places them one by one", GangScene.Message(scene.Placement));
        Assert.Null(scene.Placement["status"]!["deadlines"]);
        Assert.Contains(scene.Life.Events, e => e.Reason == "LetGo");
        Assert.Equal(0, scene.Life.Controller.Waiting.Count);
        Assert.Empty(scene.Life.State.Reservations);
    }

    [Fact]
    public async Task Ungate_Bound_IsBound()
    {
        var scene = Scene();
        scene.CreateGang("llama", Size);
        await scene.WaitAsync(TimeSpan.FromSeconds(302));
        for (var m = 0; m < Size; m++)
        {
            Assert.Equal("Waiting", GangScene.Phase(scene.Placement));
            scene.Objects.Put(GangObjects.Nodes, GangObjects.Node(100 + m));
            Bind(scene, scene.Pods[m], 100 + m);
            await scene.WaitAsync(TimeSpan.FromSeconds(3));
        }

        Assert.Equal("Bound", GangScene.Phase(scene.Placement));
        Assert.EndsWith("the scheduler has placed them", GangScene.Message(scene.Placement), StringComparison.Ordinal);
        Assert.Equal(Size, (int?)scene.Placement["status"]!["bound"]);

        for (var m = 0; m < Size; m++) scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, $"llama-{m}");
        await scene.SettleAsync();
        Assert.Empty(scene.Placements);
    }

    [Fact]
    public async Task Ungate_PodComesAfterwards_IsLetGoToo()
    {
        var scene = Scene();
        scene.CreateJob("llama", Size);
        await scene.WaitAsync(TimeSpan.FromSeconds(302));
        scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, "llama-3-a");
        scene.CreateJobPod(scene.Job("llama"), 3, "b");
        for (var n = 50; n < 60; n++) scene.Objects.Put(GangObjects.Nodes, GangObjects.Node(n));
        await scene.SettleAsync();
        AssertLetGo(scene);
    }

    [Fact]
    public async Task Ungate_NodesComeBefore_IsPlannedAsAWhole()
    {
        var scene = Scene();
        scene.CreateGang("llama", Size);
        await scene.WaitAsync(TimeSpan.FromSeconds(200));
        for (var n = 4; n < 8; n++) scene.Objects.Put(GangObjects.Nodes, GangObjects.Node(n));
        await scene.WaitAsync(TimeSpan.FromSeconds(200));
        Assert.All(scene.Pods, p => Assert.NotNull(GangScene.PinOf(p)));
        Assert.Null(scene.Placement["status"]!["deadlines"]);
    }

    [Fact]
    public async Task Ungate_BehindTheHead_GoesOnWaiting()
    {
        var scene = Scene();
        scene.CreateGang("runs", 3);
        await scene.SettleAsync();
        scene.BindAll();
        await scene.SettleAsync();
        scene.CreateGang("second", 4);
        await scene.WaitAsync(TimeSpan.FromSeconds(200));
        for (var m = 0; m < 4; m++)
        {
            var pod = GangObjects.Pod("first", m, 4);
            pod["spec"]!["priority"] = 100;
            scene.Objects.Put(GangObjects.Pods, pod);
        }

        await scene.WaitAsync(TimeSpan.FromSeconds(250));
        Assert.All(PodsOf(scene, "second"), p => Assert.True(GangScene.IsGated(p)));
        await scene.WaitAsync(TimeSpan.FromSeconds(75));
        Assert.All(PodsOf(scene, "first"), p => Assert.False(GangScene.IsGated(p)));
        Assert.All(PodsOf(scene, "second"), p => Assert.False(GangScene.IsGated(p)));
    }

    // The rack has no watts for it: the scheduler knows of none, and would place it all the same.
    [Fact]
    public async Task Ungate_PowerInItsWay_KeepsItsGates()
    {
        var scene = new GangScene(nodes: 4, rackBudget: GangObjects.MaxWatts + (3 * GangObjects.IdleWatts), options: Options());
        scene.CreateGang("llama", 2);
        await scene.WaitAsync(TimeSpan.FromSeconds(330));
        Assert.All(scene.Pods, p => Assert.True(GangScene.IsGated(p)));
        Assert.Contains("its gates stay on, because a power budget is in its way", GangScene.Message(scene.Placement), StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_Waits_ForEver()
    {
        var scene = new GangScene(nodes: 4);
        scene.CreateGang("llama", Size);
        await scene.WaitAsync(TimeSpan.FromSeconds(400));
        Assert.All(scene.Pods, p => Assert.True(GangScene.IsGated(p)));
        Assert.DoesNotContain("autoscaler", scene.Placement.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ungate_LeaderChanges_TimeGoesOn()
    {
        var scene = Scene();
        scene.CreateGang("llama", Size);
        await scene.WaitAsync(TimeSpan.FromSeconds(200));
        scene.Succeed();
        await scene.WaitAsync(TimeSpan.FromSeconds(105));
        AssertLetGo(scene);
    }

    // Room for all of them appears as soon as the leader is dead: whoever comes next plans all of them or none.
    [Fact]
    public async Task Ungate_KilledAtEveryCall_AllAreLetGoOrNone()
    {
        var letGo = 0;
        var calls = await RunAsync(int.MaxValue, FakeFault.None);
        Assert.InRange(calls.Made, Size + 1, Size + 6);
        for (var call = 0; call < calls.Made; call++)
        {
            foreach (var fault in new[] { FakeFault.CrashBefore, FakeFault.CrashAfter, FakeFault.LoseAnswer, FakeFault.Refuse })
            {
                var (_, scene) = await RunAsync(call, fault);
                if (scene.Pods.Any(p => GangScene.PinOf(p) is null))
                {
                    letGo++;
                    AssertLetGo(scene);
                    Assert.Empty(scene.Life.State.Reservations);
                }
            }
        }

        Assert.InRange(letGo, Size * 4, calls.Made * 4);
    }

    private static async Task<(int Made, GangScene Scene)> RunAsync(int faultAt, FakeFault fault)
    {
        var scene = Scene();
        scene.CreateGang("llama", Size);
        await scene.WaitAsync(TimeSpan.FromSeconds(298));
        var calls = 0;
        var hit = false;
        scene.Handler.Fault = _ => calls++ == faultAt && (hit = true) ? fault : FakeFault.None;
        for (var second = 0; second < 20; second++)
        {
            try
            {
                scene.Time.Advance(TimeSpan.FromSeconds(1));
                scene.Life.Informers.TellAll();
                await scene.Life.StepAsync();
            }
            catch (FakeCrashException)
            {
                scene.Succeed();
            }

            if (hit && scene.Objects.Find(GangObjects.Nodes, "", GangObjects.NodeName(20)) is null)
            {
                for (var n = 16; n < 32; n++) scene.Objects.Put(GangObjects.Nodes, GangObjects.Node(n));
            }
        }

        var made = calls;
        await scene.SettleAsync();
        Assert.All(scene.Pods, p => Assert.False(GangScene.IsGated(p)));
        return (made, scene);
    }

    private static GangOptions Options() => new() { PatchesAtOnce = 1, RankMaps = false, ScaleUp = "ungate" };

    private static GangScene Scene() => new(nodes: 4, options: Options());

    private static IEnumerable<JsonObject> PodsOf(GangScene scene, string gang) =>
        scene.Pods.Where(p => ((string)p["metadata"]!["name"]!).StartsWith(gang, StringComparison.Ordinal));

    private static void AssertLetGo(GangScene scene)
    {
        Assert.Equal(Size, scene.Pods.Count);
        Assert.All(scene.Pods, p =>
        {
            Assert.False(GangScene.IsGated(p));
            Assert.Null(GangScene.PinOf(p));
            Assert.Equal("ungated", (string?)p["metadata"]!["annotations"]!["toposcheduler.io/scale-up"]);
        });
    }

    private static void Bind(GangScene scene, JsonObject pod, int node)
    {
        var bound = (JsonObject)pod.DeepClone();
        bound["spec"]!["nodeName"] = GangObjects.NodeName(node);
        scene.Objects.Put(GangObjects.Pods, bound);
    }
}
