using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>Bindings of pods to nodes. That the node exists nobody asks.</summary>
internal static class FakeBindings
{
    // Bindings speak of this resource.
    private const string Resource = "pods/binding";

    public static FakeAnswer Bind(FakeRequest request, FakePath path, FakeObjects objects)
    {
        var binding = request.Object();
        var metadata = binding["metadata"] as JsonObject ?? [];
        var kind = FakeKind.Of(path);
        var name = path.Name!;
        if ((string?)metadata["name"] is { } own && own != name)
        {
            throw FakeRefusal.BadRequest("name in URL does not match name in Binding object");
        }

        var node = (string?)binding["target"]?["name"] ?? "";
        if (node.Length == 0)
        {
            throw FakeRefusal.Invalid(new("", "v1", "bindings", "Binding"), name, FakeFieldError.Required("target.name", ""));
        }

        var pod = FakeWrites.Known(path, objects);
        CheckPreconditions(kind, name, pod["metadata"]!, metadata);
        CheckPod(kind, name, pod);

        var spec = (JsonObject)(pod["spec"] ??= new JsonObject());
        spec["nodeName"] = node;
        if (metadata["annotations"] is JsonObject annotations)
        {
            FakePatches.MergeInto((JsonObject)pod["metadata"]!, new() { ["annotations"] = annotations.DeepClone() });
        }

        SetScheduled(pod, objects);
        objects.Put(path.Collection, pod);
        return FakeAnswer.Of(201, Success());
    }

    /// <summary>What the server says when it has done something and has nothing to show.</summary>
    public static JsonObject Success() =>
        new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 };

    private static void CheckPreconditions(FakeKind kind, string name, JsonNode known, JsonObject wanted)
    {
        foreach (var (field, word) in ((string, string)[])[("uid", "UID"), ("resourceVersion", "ResourceVersion")])
        {
            if ((string?)wanted[field] is { Length: > 0 } value && value != (string?)known[field])
            {
                throw FakeRefusal.Conflict(kind, name, $"Precondition failed: {word} in precondition: {value}, {word} in object meta: {known[field]}");
            }
        }
    }

    private static void CheckPod(FakeKind kind, string name, JsonObject pod)
    {
        var why =
            pod["metadata"]!["deletionTimestamp"] is not null ? $"pod {name} is being deleted, cannot be assigned to a host" :
            (string?)pod["spec"]?["nodeName"] is { Length: > 0 } node ? $"pod {name} is already assigned to node \"{node}\"" :
            pod["spec"]?["schedulingGates"] is JsonArray { Count: > 0 } ? $"pod {name} has non-empty .spec.schedulingGates" : null;
        if (why is not null)
        {
            throw FakeRefusal.Conflict(Resource, kind, name, why);
        }
    }

    private static void SetScheduled(JsonObject pod, FakeObjects objects)
    {
        if (pod["status"] is not JsonObject status)
        {
            pod["status"] = status = [];
        }

        var conditions = status["conditions"] as JsonArray ?? [];
        conditions.RemoveAll(c => (string?)c?["type"] == "PodScheduled");
        conditions.Add(new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastProbeTime"] = null, ["lastTransitionTime"] = objects.Now() });
        if (conditions.Parent is null)
        {
            status["conditions"] = conditions;
        }
    }
}
