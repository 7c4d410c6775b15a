using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Tests.Mapping;

namespace TopoScheduler.Kubernetes.Tests.Live;

/// <summary>Pods as the API server sends them, and an API server that knows some controllers.</summary>
internal sealed class LivePods
{
    private readonly ConcurrentDictionary<string, string> _objects = new(StringComparer.Ordinal);

    /// <summary>The paths that were asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>What happens before an answer is given; nothing by default.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    public LivePods With(string path, string yaml)
    {
        _objects[path] = yaml;
        return this;
    }

    public PodBook Book(params string[] trusted) => new(new OwnerSource(GetAsync), [.. trusted]);

    /// <summary>A pod without a node that asks for some GPUs.</summary>
    public static JsonObject Pod(string name, int gpus = 1, string ns = "ml") => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = ns,
            ["uid"] = $"uid-{name}",
            ["labels"] = new JsonObject(),
            ["annotations"] = new JsonObject(),
        },
        ["spec"] = new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "main",
                ["resources"] = new JsonObject { ["limits"] = new JsonObject { ["nvidia.com/gpu"] = $"{gpus}" } },
            }),
        },
        ["status"] = new JsonObject { ["phase"] = "Pending" },
    };

    /// <summary>A pod of a group.</summary>
    public static JsonObject Grouped(string name, string group, int? size, int gpus = 1)
    {
        var pod = Pod(name, gpus).Annotated("toposcheduler.io/gang", group);
        return size is { } members ? pod.Annotated("toposcheduler.io/gang-size", $"{members}") : pod;
    }

    public static async Task<PodSubject> SubjectAsync(PodBook book, JsonObject pod) =>
        await book.SubjectOfAsync(pod["metadata"]!["uid"]!.GetValue<string>(), Encoding.UTF8.GetBytes(pod.ToJsonString()), CancellationToken.None);

    private async Task<Tree?> GetAsync(string path, CancellationToken cancellation)
    {
        Asked.Enqueue(path);
        await Before();
        return _objects.TryGetValue(path, out var yaml) ? Yaml.Tree(yaml) : null;
    }
}

/// <summary>Changes to pods written down.</summary>
internal static class LivePodChanges
{
    public static JsonObject Annotated(this JsonObject pod, string key, string value) => Set(pod, "annotations", key, value);

    public static JsonObject Labelled(this JsonObject pod, string key, string value) => Set(pod, "labels", key, value);

    public static JsonObject OwnedBy(this JsonObject pod, string apiVersion, string kind, string name, string uid)
    {
        pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = apiVersion,
            ["kind"] = kind,
            ["name"] = name,
            ["uid"] = uid,
            ["controller"] = true,
        });
        return pod;
    }

    public static JsonObject OnNode(this JsonObject pod, string node)
    {
        pod["spec"]!["nodeName"] = node;
        return pod;
    }

    public static JsonObject Phase(this JsonObject pod, string phase)
    {
        pod["status"]!["phase"] = phase;
        return pod;
    }

    public static PendingPod Pending(this JsonObject pod) => new(Yaml.Tree(pod.ToJsonString()));

    public static PodSighting Sighting(this JsonObject pod) =>
        PodSighting.Read(Yaml.Tree(pod.ToJsonString()), new(), ImmutableHashSet<string>.Empty) ?? throw new InvalidOperationException("the pod has no uid");

    private static JsonObject Set(JsonObject pod, string map, string key, string value)
    {
        pod["metadata"]![map]![key] = value;
        return pod;
    }
}
