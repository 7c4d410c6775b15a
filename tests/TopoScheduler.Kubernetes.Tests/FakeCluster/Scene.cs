using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Tests.FakeApi;
using TopoScheduler.Testing.FakeApi;
using TopoScheduler.Testing.FakeCluster;

namespace TopoScheduler.Kubernetes.Tests.FakeCluster;

/// <summary>A cluster of doubles.</summary>
internal sealed class Scene : IDisposable
{
    public const string JobsOf = "/apis/batch/v1/namespaces/ml/jobs";

    private const string Nodes = "/api/v1/nodes";

    public Scene(int seed = 1)
    {
        Desk = new(seed);
        (Scheduler, Jobs, Kubelet) = (new(Objects, seed), new(Objects), new(Objects));
    }

    public Desk Desk { get; }

    public FakeObjects Objects => Desk.Objects;

    public FakeKubeScheduler Scheduler { get; }

    public FakeJobController Jobs { get; }

    public FakeKubelet Kubelet { get; }

    public IReadOnlyList<JsonObject> Pods => Objects.All(Desk.Pods, null).Objects;

    public void Dispose() => Desk.Dispose();

    public void Node(string name, int gpus = 8, string extra = "\"x\":1") => Desk.Post(Nodes, $$"""
        {"metadata":{"name":"{{name}}","labels":{"name":"{{name}}","size":"{{gpus}}" } },"spec":{ {{extra}} },"status":{"allocatable":{"nvidia.com/gpu":"{{gpus}}","cpu":"4","pods":"9"},
         "conditions":[{"type":"Ready","status":"True"}]} }
        """).Is(201);

    public Reply Change(string node, string patch) => Desk.Merge($"{Nodes}/{node}", patch).Is(200);

    public Reply Pod(string name, int gpus = 1, string spec = "\"priority\":0") => Desk.Post(Desk.PodsOf, $$$"""
        {"metadata":{"name":"{{{name}}}"},"spec":{ {{{spec}}},"containers":[{"name":"c","image":"i","resources":{"limits":{"nvidia.com/gpu":{{{gpus}}} }} }]} }
        """).Is(201);

    public Reply Job(string name, int size, string more = "\"backoffLimit\":6", int gpus = 1) => Desk.Post(JobsOf, $$$"""
        {"metadata":{"name":"{{{name}}}"},"spec":{"completionMode":"Indexed","completions":{{{size}}},"parallelism":{{{size}}},{{{more}}},
         "template":{"metadata":{"labels":{"app":"x"}},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i","resources":{"requests":{"nvidia.com/gpu":"{{{gpus}}}" } } }] } } } }
        """).Is(201);

    public string NodeOf(string pod) => (string?)Objects.Find(Desk.Pods, "ml", pod)!["spec"]!["nodeName"] ?? "";

    public JsonObject Get(string pod) => Objects.Find(Desk.Pods, "ml", pod)!;

    public static string Index(JsonObject pod) => (string)pod["metadata"]!["annotations"]!["batch.kubernetes.io/job-completion-index"]!;

    public static string Name(JsonObject obj) => (string)obj["metadata"]!["name"]!;
}
