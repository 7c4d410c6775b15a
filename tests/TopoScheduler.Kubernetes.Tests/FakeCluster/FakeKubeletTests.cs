namespace TopoScheduler.Kubernetes.Tests.FakeCluster;

public sealed class FakeKubeletTests : IDisposable
{
    private readonly Scene _scene = new();

    public FakeKubeletTests()
    {
        _scene.Node("n1");
        _scene.Pod("a");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Phases_OfAPodOnNoNodeOrOver_DoNotMove()
    {
        Assert.False(_scene.Kubelet.Start("ml", "a"));
        Assert.False(_scene.Kubelet.Fail("ml", "none"));
        Assert.False(_scene.Kubelet.Step());
        _scene.Scheduler.Run();
        Assert.True(_scene.Kubelet.Succeed("ml", "a"));
        Assert.False(_scene.Kubelet.Fail("ml", "a"));
        Assert.Equal("Succeeded", (string?)_scene.Get("a")["status"]!["phase"]);
    }

    [Fact]
    public void Step_StartsWhatIsBound_EndsWhatIsToEnd()
    {
        _scene.Scheduler.Run();
        Assert.True(_scene.Kubelet.Step());
        Assert.Equal("Running", (string?)_scene.Get("a")["status"]!["phase"]);
        Assert.False(_scene.Kubelet.Step());
        _scene.Desk.Delete("/api/v1/namespaces/ml/pods/a").Is(200);
        Assert.True(_scene.Kubelet.Step());
        Assert.Empty(_scene.Pods);
    }
}
