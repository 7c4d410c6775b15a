using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>
/// The end of objects. A pod on a node is given time: it is marked, and stays until <see cref="FakeObjects.Finish"/>. Finalizers hold every object. What
/// belongs to a deleted object is not the server's business.
/// </summary>
internal static class FakeDeletes
{
    public static FakeAnswer Delete(FakeRequest request, FakePath path, FakeObjects objects)
    {
        var options = request.Object();
        if (path.Name is not null)
        {
            return FakeAnswer.Of(200, One(path, FakeWrites.Known(path, objects), options, objects));
        }

        var selector = FakeSelector.Of(request);
        foreach (var obj in objects.All(path.Collection, path.Namespace).Objects.Where(selector.Matches))
        {
            var metadata = obj["metadata"]!;
            One(path with { Namespace = (string?)metadata["namespace"], Name = (string)metadata["name"]! }, (JsonObject)obj.DeepClone(), options, objects);
        }

        return FakeAnswer.Of(200, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success" });
    }

    public static FakeAnswer Evict(FakeRequest request, FakePath path, FakeObjects objects)
    {
        One(path, FakeWrites.Known(path, objects), request.Object()["deleteOptions"] as JsonObject ?? [], objects);
        return FakeAnswer.Of(201, FakeBindings.Success());
    }

    private static JsonObject One(FakePath path, JsonObject known, JsonObject options, FakeObjects objects)
    {
        var kind = FakeKind.Of(path, known);
        CheckPreconditions(kind, path.Name!, known["metadata"]!, options["preconditions"]);
        var metadata = (JsonObject)known["metadata"]!;
        var grace = kind.IsPod ? Grace(known, options) : 0;
        var isHeld = metadata["finalizers"] is JsonArray { Count: > 0 };
        if (grace == 0 && !isHeld)
        {
            var last = objects.Remove(path.Collection, path.Namespace ?? "", path.Name!)!;
            return kind.IsPod ? last : Gone(kind, path.Name!, metadata);
        }

        // A grace that runs is only ever shortened.
        if (metadata["deletionTimestamp"] is null || grace < (metadata["deletionGracePeriodSeconds"].Whole() ?? 0))
        {
            metadata["deletionTimestamp"] = objects.Now((int)grace);
            metadata["deletionGracePeriodSeconds"] = grace;
            known = objects.Put(path.Collection, known);
        }

        return known;
    }

    private static void CheckPreconditions(FakeKind kind, string name, JsonNode metadata, JsonNode? wanted)
    {
        var (uid, version) = ((string?)metadata["uid"], (string?)metadata["resourceVersion"]);
        if ((string?)wanted?["uid"] is { } thisUid && thisUid != uid)
        {
            throw FakeRefusal.Conflict(kind, name, $"the UID in the precondition ({thisUid}) does not match the UID in record ({uid}). The object might have been deleted and then recreated");
        }

        if ((string?)wanted?["resourceVersion"] is { } thisVersion && thisVersion != version)
        {
            throw FakeRefusal.Conflict(
                kind, name, $"the ResourceVersion in the precondition ({thisVersion}) does not match the ResourceVersion in record ({version}). The object might have been modified");
        }
    }

    private static long Grace(JsonObject pod, JsonObject options)
    {
        var isOnNode = !string.IsNullOrEmpty((string?)pod["spec"]?["nodeName"]);
        var isOver = (string?)pod["status"]?["phase"] is "Succeeded" or "Failed";
        var grace = options["gracePeriodSeconds"].Whole() ?? pod["spec"]?["terminationGracePeriodSeconds"].Whole() ?? 30;
        return !isOnNode || isOver ? 0 : grace < 0 ? 1 : grace;
    }

    private static JsonObject Gone(FakeKind kind, string name, JsonObject metadata)
    {
        var success = FakeBindings.Success();
        success.Remove("code");
        success["details"] = kind.Details(name);
        success["details"]!["uid"] = (string?)metadata["uid"];
        return success;
    }
}
