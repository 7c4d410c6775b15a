using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>A pod that features put together, and what they used for it.</summary>
/// <param name="space">Its namespace.</param>
/// <param name="name">Its name.</param>
internal sealed class PodDraft(string space, string name)
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    /// <summary>Its namespace.</summary>
    public string Space { get; } = space;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its labels.</summary>
    public JsonObject Labels { get; set; } = [];

    /// <summary>Its spec.</summary>
    public JsonObject Spec { get; } = new() { ["containers"] = new JsonArray(Container("main")), ["terminationGracePeriodSeconds"] = 30 };

    /// <summary>What becomes of it, if it has a node from the beginning.</summary>
    public PodFate Fate { get; init; }

    /// <summary>What was used: <c>taint:NoExecute</c>, <c>port:SCTP</c>.</summary>
    public SortedSet<string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>Its first container.</summary>
    public JsonObject Main => Spec["containers"]![0]!.AsObject();

    /// <summary>Adds a container.</summary>
    public JsonObject AddContainer() => Added(List("containers"), "more");

    /// <summary>Adds an init container.</summary>
    public JsonObject AddInitContainer() => Added(List("initContainers"), "init");

    /// <summary>The list at a path below the spec, made where it is missing.</summary>
    public JsonArray List(params ReadOnlySpan<string> path)
    {
        var at = Spec;
        foreach (var key in path[..^1]) at = (JsonObject)(at[key] ??= new JsonObject());
        return (JsonArray)(at[path[^1]] ??= new JsonArray());
    }

    /// <summary>The required terms of <c>podAffinity</c> or <c>podAntiAffinity</c>.</summary>
    public JsonArray Terms(string kind) => List("affinity", kind, Required);

    /// <summary>The alternatives of required node affinity.</summary>
    public JsonArray NodeTerms() => List("affinity", "nodeAffinity", Required, "nodeSelectorTerms");

    /// <summary>Adds a label to the node selector.</summary>
    public void Select(string key, string value) => ((JsonObject)(Spec["nodeSelector"] ??= new JsonObject()))[key] = value;

    /// <summary>Adds a limit to a container and, unless it is to stand for it, the same request.</summary>
    public static void Ask(JsonObject container, string resource, string amount, bool limitOnly = false)
    {
        var resources = (JsonObject)(container["resources"] ??= new JsonObject());
        ((JsonObject)(resources["limits"] ??= new JsonObject()))[resource] = amount;
        if (!limitOnly) ((JsonObject)(resources["requests"] ??= new JsonObject()))[resource] = amount;
    }

    /// <summary>Leaves it one node, by a resource that no other node has: affinity and what counts for spreading stay as they are.</summary>
    public void PinByResource(string node) => Ask(Main, NodeDraft.Pin(node), "1");

    /// <summary>Leaves it one node, by its name in every term of its node affinity. A term without requirements stays so: it matches nothing.</summary>
    public void PinByName(string node)
    {
        var terms = NodeTerms();
        if (terms.Count == 0) terms.Add(new JsonObject());
        else if (terms.All(t => t!.AsObject().Count == 0)) return;
        foreach (var term in terms)
        {
            if (terms.Count > 1 && term!.AsObject().Count == 0) continue;
            var fields = (JsonArray)(term!["matchFields"] ??= new JsonArray());
            fields.Add(new JsonObject { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray(node) });
        }
    }

    /// <summary>The object to create.</summary>
    public JsonObject ToJson() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = Space, ["labels"] = Labels.DeepClone() },
        ["spec"] = Spec.DeepClone(),
    };

    private static JsonObject Added(JsonArray list, string stem)
    {
        var container = Container($"{stem}-{list.Count}");
        list.Add(container);
        return container;
    }

    private static JsonObject Container(string name) => new() { ["name"] = name, ["image"] = "example.test/image:1" };
}
