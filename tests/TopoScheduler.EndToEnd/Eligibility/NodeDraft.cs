using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>A node that features put together. It has more of everything than any pod asks for, unless a feature says otherwise.</summary>
/// <param name="name">Its name.</param>
internal sealed class NodeDraft(string name)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its labels.</summary>
    public Dictionary<string, string> Labels { get; } = new(StringComparer.Ordinal) { ["kubernetes.io/hostname"] = name };

    /// <summary>Its taints.</summary>
    public JsonArray Taints { get; } = [];

    /// <summary>Cordoned.</summary>
    public bool Unschedulable { get; set; }

    /// <summary>What it offers.</summary>
    public JsonObject Allocatable { get; } = new()
    {
        ["cpu"] = "64",
        ["memory"] = "256Gi",
        ["ephemeral-storage"] = "1Ti",
        ["pods"] = "110",
        [Pin(name)] = "1",
    };

    /// <summary>What is left of the resources a feature has limited: thousandths of a core, else units.</summary>
    public SortedDictionary<string, long> Free { get; } = new(StringComparer.Ordinal);

    /// <summary>The resource that only the node of that name has, once.</summary>
    public static string Pin(string node) => $"pin.test/{node}";

    /// <summary>The object to create.</summary>
    public JsonObject ToJson() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject { ["name"] = Name, ["labels"] = new JsonObject([.. Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))]) },
        ["spec"] = new JsonObject { ["taints"] = Taints.DeepClone(), ["unschedulable"] = Unschedulable },
        ["status"] = new JsonObject { ["capacity"] = Allocatable.DeepClone(), ["allocatable"] = Allocatable.DeepClone(), ["conditions"] = NodeObject.Conditions(ready: true) },
    };
}
