using System.Globalization;
using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>A pod, or the template of a Job's pods.</summary>
/// <param name="Name">Its name.</param>
internal sealed record PodObject(string Name)
{
    /// <summary>GPUs it asks for.</summary>
    public int Gpus { get; init; }

    /// <summary>Cores it asks for.</summary>
    public string Cpu { get; init; } = "1";

    /// <summary>Memory it asks for.</summary>
    public string Memory { get; init; } = "1Gi";

    /// <summary>The scheduler it is for.</summary>
    public string SchedulerName { get; init; } = SchedulerOptions.DefaultName;

    /// <summary>The node it is on already.</summary>
    public string? NodeName { get; init; }

    /// <summary>Labels its node has to have.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = new Dictionary<string, string>();

    /// <summary>Its priority class, which has to exist.</summary>
    public string? PriorityClassName { get; init; }

    /// <summary>Scheduling gates (1.27 and later).</summary>
    public IReadOnlyList<string> Gates { get; init; } = [];

    /// <summary>Its annotations; without a <c>/</c> a key is one of ours, as <c>gang-size</c>.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The pods of a gang: alike but for their names, <c>name-0</c> and so on.</summary>
    public static IEnumerable<JsonObject> Gang(string name, int size, PodObject pod) => Enumerable.Range(0, size).Select(i => (pod with
    {
        Name = $"{name}-{i}",
        Annotations = new Dictionary<string, string>(pod.Annotations) { ["gang"] = name, ["gang-size"] = size.ToString(CultureInfo.InvariantCulture) },
    }).ToJson());

    /// <summary>The object to create.</summary>
    public JsonObject ToJson()
    {
        var template = Template(restartPolicy: "Always");
        template["metadata"]!["name"] = Name;
        return new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = template["metadata"]!.DeepClone(), ["spec"] = template["spec"]!.DeepClone() };
    }

    /// <summary>The template of such pods.</summary>
    public JsonObject Template(string restartPolicy)
    {
        var spec = new JsonObject
        {
            ["schedulerName"] = SchedulerName,
            ["restartPolicy"] = restartPolicy,
            ["terminationGracePeriodSeconds"] = 0,
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "main",
                ["image"] = "example.test/train:1",
                ["resources"] = new JsonObject { ["requests"] = Resources(), ["limits"] = Resources() },
            }),
        };
        if (NodeName is not null) spec["nodeName"] = NodeName;
        if (NodeSelector.Count > 0) spec["nodeSelector"] = Map(NodeSelector);
        if (PriorityClassName is not null) spec["priorityClassName"] = PriorityClassName;
        if (Gates.Count > 0) spec["schedulingGates"] = new JsonArray([.. Gates.Select(g => (JsonNode)new JsonObject { ["name"] = g })]);
        var annotations = Annotations.Select(a => KeyValuePair.Create(a.Key.Contains('/', StringComparison.Ordinal) ? a.Key : $"toposcheduler.io/{a.Key}", a.Value));
        return new() { ["metadata"] = new JsonObject { ["annotations"] = Map(annotations), ["labels"] = Map(Labels) }, ["spec"] = spec };
    }

    private static JsonObject Map(IEnumerable<KeyValuePair<string, string>> entries) => new([.. entries.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value))]);

    private JsonObject Resources()
    {
        var resources = new JsonObject { ["cpu"] = Cpu, ["memory"] = Memory };
        if (Gpus > 0) resources["nvidia.com/gpu"] = Gpus.ToString(CultureInfo.InvariantCulture);
        return resources;
    }
}
