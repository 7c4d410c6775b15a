using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>Patches of all kinds.</summary>
internal static class FakePatches
{
    private const string Json = "application/json-patch+json";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string Apply = "application/apply-patch+yaml";

    public static FakeAnswer Patch(FakeRequest request, FakePath path, FakeObjects objects)
    {
        var kind = FakeKind.Of(path);
        string[] accepted = kind.IsCustom ? [Json, Merge, Apply] : [Json, Merge, Strategic, Apply];
        if (!accepted.Contains(request.MediaType))
        {
            throw FakeRefusal.MediaType(accepted);
        }

        if (request.MediaType == Apply && request.Parameter("fieldManager").Length == 0)
        {
            var options = new FakeKind("meta.k8s.io", "v1", "", "PatchOptions");
            throw FakeRefusal.Invalid(options, "", FakeFieldError.Required("fieldManager", "is required for apply patch"));
        }

        var known = objects.Find(path.Collection, path.Namespace ?? "", path.Name!);
        if (known is null)
        {
            return request.MediaType == Apply && path.Part is null ? Begin(request, path, objects) : throw FakeRefusal.NotFound(kind, path.Name!);
        }

        kind = FakeKind.Of(path, known);
        var next = Patched(request, known);
        if (next["metadata"] is not JsonObject || next["spec"] is not (null or JsonObject))
        {
            // It cannot be read as an object of its kind.
            throw FakeRefusal.Invalid(new("", "", "", ""), "", FakeFieldError.Invalid("patch", next.ToJsonString(), "json: cannot unmarshal"));
        }

        return FakeAnswer.Of(200, FakeWrites.Update(path, kind, known, next, objects));
    }

    /// <summary>Merges (RFC 7396).</summary>
    public static void MergeInto(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is JsonObject inner)
            {
                if (target[key] is not JsonObject known)
                {
                    target[key] = known = [];
                }

                MergeInto(known, inner);
            }
            else if (value is null)
            {
                target.Remove(key);
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }
    }

    private static JsonObject Patched(FakeRequest request, JsonObject known)
    {
        var next = (JsonObject)known.DeepClone();
        switch (request.MediaType)
        {
            case Json:
                return FakeJsonPatch.Apply(next, request.Json() as JsonArray ?? throw FakeRefusal.BadRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch"));
            case Merge:
                MergeInto(next, request.Object());
                return next;
            default:
                // An apply without the book of who owns which field: what it names is set, what it no longer names stays.
                FakeStrategicMerge.Into(next, request.Object());
                return next;
        }
    }

    private static FakeAnswer Begin(FakeRequest request, FakePath path, FakeObjects objects)
    {
        var obj = request.Object();
        obj["metadata"] ??= new JsonObject();
        var metadata = (JsonObject)obj["metadata"]!;
        FakeWrites.CheckName(path, metadata);
        return metadata["uid"] is null
            ? FakeAnswer.Of(201, FakeWrites.Create(obj, path, objects))
            : throw FakeRefusal.Conflict(FakeKind.Of(path), path.Name!, $"uid mismatch: the provided object specified uid {metadata["uid"]}, and no existing object was found");
    }
}
