using System.Text.Json.Nodes;

namespace TopoScheduler.Kubernetes.Tests.FakeCluster;

public sealed class FakeJobControllerTests : IDisposable
{
    private readonly Scene _scene = new();

    public FakeJobControllerTests()
    {
        _scene.Node("n1");
        _scene.Node("n2");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Run_NewJob_MakesItsPods()
    {
        var job = _scene.Job("j", 3);
        Assert.True(_scene.Jobs.Step());
        Assert.Single(_scene.Pods);
        _scene.Jobs.Run();

        Assert.Equal(["0", "1", "2"], _scene.Pods.Select(Scene.Index));
        Assert.All(_scene.Pods, pod =>
        {
            Assert.Matches($"^j-{Scene.Index(pod)}-[a-z0-9]{{5}}$", Scene.Name(pod));
            var labels = pod["metadata"]!["labels"]!;
            Assert.Equal(("j", job.Uid, "x"), ((string?)labels["batch.kubernetes.io/job-name"], (string?)labels["batch.kubernetes.io/controller-uid"], (string?)labels["app"]));
            var owner = Assert.Single(pod["metadata"]!["ownerReferences"]!.AsArray())!;
            Assert.Equal(("batch/v1", "Job", "j", job.Uid, true), ((string?)owner["apiVersion"], (string?)owner["kind"], (string?)owner["name"], (string?)owner["uid"], (bool?)owner["controller"]));
        });
        Assert.Equal(3, (int)Status("j")["active"]!);
        Assert.False(_scene.Jobs.Step());
    }

    [Fact]
    public void Admit_NewPods_PassThroughIt()
    {
        _scene.Jobs.Admit = pod => pod["spec"]!["schedulingGates"] = new JsonArray(new JsonObject { ["name"] = "g" });
        _scene.Job("j", 2);
        _scene.Jobs.Run();
        _scene.Scheduler.Run();
        Assert.All(_scene.Pods, pod => Assert.Equal("", _scene.NodeOf(Scene.Name(pod))));
    }

    [Fact]
    public void Run_PodsFailOrGo_AreReplaced()
    {
        _scene.Job("j", 2);
        _scene.Jobs.Run();
        _scene.Scheduler.Run();
        var (first, second) = (Scene.Name(_scene.Pods[0]), Scene.Name(_scene.Pods[1]));
        Assert.True(_scene.Kubelet.Fail("ml", first, "Evicted"));
        _scene.Desk.Delete($"/api/v1/namespaces/ml/pods/{second}").Is(200);
        _scene.Jobs.Run();

        // The failed one stays to be seen, the ending one is replaced at once.
        Assert.Equal(["0", "0", "1", "1"], _scene.Pods.Select(Scene.Index).Order());
        Assert.Equal(("Failed", "Evicted"), ((string?)_scene.Get(first)["status"]!["phase"], (string?)_scene.Get(first)["status"]!["reason"]));
        Assert.Equal((2, 1), ((int)Status("j")["active"]!, (int)Status("j")["failed"]!));
    }

    [Fact]
    public void Run_AllSucceed_IsCompleteAndStaysSo()
    {
        _scene.Job("j", 2);
        _scene.Jobs.Run();
        _scene.Scheduler.Run();
        foreach (var pod in _scene.Pods)
        {
            Assert.True(_scene.Kubelet.Start("ml", Scene.Name(pod)));
            Assert.True(_scene.Kubelet.Succeed("ml", Scene.Name(pod)));
        }

        _scene.Jobs.Run();
        Assert.Equal(("Complete", 2, 0), ((string?)Status("j")["conditions"]![0]!["type"], (int)Status("j")["succeeded"]!, (int)Status("j")["active"]!));
        _scene.Desk.Delete($"/api/v1/namespaces/ml/pods/{Scene.Name(_scene.Pods[0])}").Is(200);
        _scene.Jobs.Run();
        Assert.Single(_scene.Pods);
    }

    [Fact]
    public void Run_TooManyFailures_FailsTheJobAndStopsTheRest()
    {
        _scene.Job("j", 2, "\"backoffLimit\":0");
        _scene.Jobs.Run();
        _scene.Scheduler.Run();
        _scene.Kubelet.Fail("ml", Scene.Name(_scene.Pods[0]));
        _scene.Jobs.Run();

        Assert.Equal("Failed", (string?)Status("j")["conditions"]![0]!["type"]);
        Assert.NotNull(_scene.Pods[1]["metadata"]!["deletionTimestamp"]);
        Assert.Equal(2, _scene.Pods.Count);
    }

    [Fact]
    public void Run_JobDeletedOrSuspended_PodsGo()
    {
        _scene.Job("j", 2);
        _scene.Job("k", 1);
        _scene.Jobs.Run();
        _scene.Desk.Merge(Scene.JobsOf + "/k", """{"spec":{"suspend":true}}""").Is(200);
        _scene.Desk.Delete(Scene.JobsOf + "/j").Is(200);
        _scene.Jobs.Run();
        Assert.Empty(_scene.Pods);
        _scene.Desk.Merge(Scene.JobsOf + "/k", """{"spec":{"suspend":false}}""").Is(200);
        _scene.Jobs.Run();
        Assert.Equal("0", Scene.Index(Assert.Single(_scene.Pods)));
    }

    [Fact]
    public void Run_JobReplacedUnderItsName_OldPodsGoNewComeWithTheNewOwner()
    {
        _scene.Job("j", 1);
        _scene.Jobs.Run();
        _scene.Desk.Delete(Scene.JobsOf + "/j").Is(200);
        var next = _scene.Job("j", 1);
        _scene.Jobs.Run();
        Assert.Equal(next.Uid, (string?)Assert.Single(_scene.Pods)["metadata"]!["ownerReferences"]![0]!["uid"]);
    }

    [Fact]
    public void WholeCluster_SameSeed_SameHistory()
    {
        var histories = new[] { 5, 5, 6 }.Select(Live).ToArray();
        Assert.Equal(histories[0], histories[1]);
        Assert.NotEqual(histories[0], histories[2]);

        static string Live(int seed)
        {
            using var scene = new Scene(seed);
            var random = new Random(seed);
            scene.Node("n1");
            scene.Node("n2");
            scene.Job("j", 4);
            for (var i = 0; i < 200; i++)
            {
                var pod = scene.Pods.Count == 0 ? "" : Scene.Name(scene.Pods[random.Next(scene.Pods.Count)]);
                _ = random.Next(6) switch
                {
                    0 or 1 => scene.Jobs.Step(),
                    2 or 3 => scene.Scheduler.Step(),
                    4 => scene.Kubelet.Step(),
                    _ => scene.Kubelet.Fail("ml", pod),
                };
            }

            return string.Join('\n', scene.Objects.Since(0, "/api/v1/pods", null)!.Select(e => $"{e.Version} {e.Type} {e.Object.ToJsonString()}"));
        }
    }

    private JsonObject Status(string job) => (JsonObject)_scene.Objects.Find("/apis/batch/v1/jobs", "ml", job)!["status"]!;
}
