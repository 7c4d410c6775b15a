namespace TopoScheduler.Kubernetes.Tests.FakeCluster;

public sealed class FakeKubeSchedulerTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Step_OnePodAtATime_UntilThereIsNothingToDo()
    {
        _scene.Node("n1");
        _scene.Pod("a");
        _scene.Pod("b");
        Assert.True(_scene.Scheduler.Step());
        Assert.Equal(("n1", ""), (_scene.NodeOf("a"), _scene.NodeOf("b")));
        Assert.True(_scene.Scheduler.Step());
        Assert.Equal("n1", _scene.NodeOf("b"));
        Assert.False(_scene.Scheduler.Step());
    }

    [Fact]
    public void Step_GatesOtherSchedulersAndEndedPods_AreLeftAlone()
    {
        _scene.Node("n1");
        _scene.Pod("a", spec: "\"schedulingGates\":[{\"name\":\"g\"}]");
        _scene.Pod("b", spec: "\"schedulerName\":\"other\"");
        var version = _scene.Objects.Version;
        Assert.False(_scene.Scheduler.Step());
        Assert.Equal(version, _scene.Objects.Version);
        _scene.Desk.Merge("/api/v1/namespaces/ml/pods/a", """{"spec":{"schedulingGates":null}}""").Is(200);
        Assert.True(_scene.Scheduler.Step());
        Assert.Equal("n1", _scene.NodeOf("a"));
    }

    [Theory]
    [InlineData("\"nodeSelector\":{\"name\":\"n2\"}", "n2")]
    [InlineData("\"affinity\":F", "n3")]
    [InlineData("\"affinity\":In", "n2")]
    [InlineData("\"affinity\":Gt", "n3")]
    [InlineData("\"affinity\":NotIn", "n3")]
    [InlineData("\"affinity\":Both", "")]
    [InlineData("\"affinity\":Empty", "")]
    public void Step_RequiredAffinity_IsHonoured(string spec, string node)
    {
        _scene.Node("n1", 2);
        _scene.Node("n2", 4);
        _scene.Node("n3", 8);
        string[] requirements = spec.Split(':')[^1] switch
        {
            "F" => ["", """{"key":"metadata.name","operator":"In","values":["n3"]}"""],
            "In" => ["""{"key":"name","operator":"In","values":["n2","n9"]}""", ""],
            "Gt" => ["""{"key":"size","operator":"Gt","values":["4"]}""", ""],
            "NotIn" => ["""{"key":"name","operator":"NotIn","values":["n1","n2"]}""", ""],
            "Both" => ["""{"key":"name","operator":"In","values":["n2"]}""", """{"key":"metadata.name","operator":"In","values":["n3"]}"""],
            _ => ["", ""],
        };
        var affinity = "{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":[{\"matchExpressions\":["
            + requirements[0] + "],\"matchFields\":[" + requirements[1] + "]}]}}}";
        _scene.Pod("a", 1, spec.StartsWith("\"affinity\"", StringComparison.Ordinal) ? "\"affinity\":" + affinity : spec);
        _scene.Scheduler.Run();
        Assert.Equal(node, _scene.NodeOf("a"));
    }

    [Fact]
    public void Step_FitsNowhere_SaysWhyOnce()
    {
        _scene.Node("n1", 2);
        _scene.Node("n2", 8);
        _scene.Node("n3", 8);
        _scene.Node("n4", 8, "\"taints\":[{\"key\":\"a\",\"value\":\"b\",\"effect\":\"NoSchedule\"}]");
        _scene.Change("n2", """{"spec":{"unschedulable":true}}""");
        _scene.Kubelet.SetReady("n3", false);
        _scene.Pod("a", 4);

        Assert.True(_scene.Scheduler.Step());
        Assert.False(_scene.Scheduler.Step());
        var condition = Assert.Single(_scene.Get("a")["status"]!["conditions"]!.AsArray())!;
        Assert.Equal(("PodScheduled", "False", "Unschedulable"), ((string?)condition["type"], (string?)condition["status"], (string?)condition["reason"]));
        Assert.Equal(
            "0/4 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) had untolerated taint {a: b}, 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, " +
            "1 node(s) were unschedulable.",
            (string?)condition["message"]);

        _scene.Kubelet.SetReady("n3", true);
        Assert.True(_scene.Scheduler.Step());
        Assert.Equal("n3", _scene.NodeOf("a"));
        Assert.Equal("True", (string?)Assert.Single(_scene.Get("a")["status"]!["conditions"]!.AsArray())!["status"]);
    }

    [Fact]
    public void Step_RoomOfANode_IsNeverOverdrawn()
    {
        _scene.Node("n1", 8);
        foreach (var i in Enumerable.Range(0, 5))
        {
            _scene.Pod($"p{i}", 2);
        }

        _scene.Scheduler.Run();
        Assert.Equal(["p0", "p1", "p2", "p3"], Bound());

        // What is ending still takes its room; what has ended does not.
        _scene.Desk.Delete("/api/v1/namespaces/ml/pods/p0").Is(200);
        _scene.Scheduler.Run();
        Assert.Equal(4, Bound().Length);
        _scene.Kubelet.Succeed("ml", "p1");
        _scene.Scheduler.Run();
        Assert.Equal(["p0", "p1", "p2", "p3", "p4"], Bound());

        string[] Bound() => [.. _scene.Pods.Where(p => (string?)p["spec"]!["nodeName"] == "n1").Select(Scene.Name)];
    }

    [Fact]
    public void Run_SameSeed_SameNodes()
    {
        var runs = new[] { 1, 1, 2 }.Select(seed =>
        {
            using var scene = new Scene(seed);
            foreach (var i in Enumerable.Range(1, 4))
            {
                scene.Node($"n{i}");
            }

            foreach (var i in Enumerable.Range(0, 12))
            {
                scene.Pod($"p{i}");
            }

            scene.Scheduler.Run();
            return string.Join(' ', scene.Pods.Select(p => (string?)p["spec"]!["nodeName"]));
        }).ToArray();
        Assert.Equal(runs[0], runs[1]);
        Assert.NotEqual(runs[0], runs[2]);
    }

    [Fact]
    public void Step_Priority_GoesFirst()
    {
        _scene.Node("n1", 1);
        _scene.Pod("a");
        _scene.Pod("b", 1, "\"priority\":5");
        _scene.Scheduler.Run();
        Assert.Equal(("", "n1"), (_scene.NodeOf("a"), _scene.NodeOf("b")));
    }
}
