using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>Objects that come into being or are replaced, and the one way every changed object is written.</summary>
internal static class FakeWrites
{
    private static readonly string[] Accepted = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

    private static readonly string[] OfTheServer = ["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>The object of a path.</summary>
    public static JsonObject Known(FakePath path, FakeObjects objects) =>
        objects.Find(path.Collection, path.Namespace ?? "", path.Name!) ?? throw FakeRefusal.NotFound(FakeKind.Of(path), path.Name!);

    public static FakeAnswer Create(FakeRequest request, FakePath path, FakeObjects objects)
    {
        CheckMediaType(request);
        return FakeAnswer.Of(201, Create(request.Object(), path, objects));
    }

    public static JsonObject Create(JsonObject obj, FakePath path, FakeObjects objects)
    {
        var kind = FakeKind.Of(path, obj);
        if (obj["metadata"] is not JsonObject metadata)
        {
            obj["metadata"] = metadata = [];
        }

        CheckNamespace(path, metadata);

        // As 1.20.2 answers.
        if (kind.Plural == "events" && kind.Group.Length > 0 && ((string?)obj["regarding"]?["namespace"] ?? "kube-system") != path.Namespace)
        {
            throw FakeRefusal.Invalid(kind, Name(metadata), FakeFieldError.Invalid("involvedObject.namespace", path.Namespace, "does not match event.namespace"));
        }

        GiveName(kind, path, metadata, objects);
        var name = Name(metadata);
        if (objects.Find(path.Collection, path.Namespace ?? "", name) is not null)
        {
            throw FakeRefusal.AlreadyExists(kind, name);
        }

        if (!string.IsNullOrEmpty((string?)metadata["resourceVersion"]))
        {
            throw new FakeRefusal(500, "", "resourceVersion should not be set on objects to be created");
        }

        foreach (var field in (string[])["uid", "resourceVersion", "generation", .. OfTheServer])
        {
            metadata.Remove(field);
        }

        metadata["uid"] = objects.NewUid();
        metadata["creationTimestamp"] = objects.Now();
        if (kind.HasGeneration)
        {
            metadata["generation"] = 1;
        }

        if (!kind.KeepsStatusOnCreate)
        {
            obj.Remove("status");
        }

        (obj["apiVersion"], obj["kind"]) = (kind.ApiVersion, kind.Kind);
        if (kind.IsPod)
        {
            FakeDefaults.Complete(obj);
            FakePodRules.CheckNew(kind, name, obj);
            FakeDefaults.BeginStatus(obj, objects);
        }

        return objects.Put(path.Collection, obj);
    }

    public static FakeAnswer Replace(FakeRequest request, FakePath path, FakeObjects objects)
    {
        CheckMediaType(request);
        var next = request.Object();
        var kind = FakeKind.Of(path, next);
        if (next["metadata"] is not JsonObject metadata)
        {
            next["metadata"] = metadata = [];
        }

        CheckNamespace(path, metadata);
        CheckName(path, metadata);
        if (objects.Find(path.Collection, path.Namespace ?? "", path.Name!) is not { } known)
        {
            return kind.CreatesOnUpdate && path.Part is null ? FakeAnswer.Of(201, Create(next, path, objects)) : throw FakeRefusal.NotFound(kind, path.Name!);
        }

        var uid = (string?)known["metadata"]!["uid"];
        if ((string?)metadata["uid"] is { Length: > 0 } wanted && wanted != uid)
        {
            throw FakeRefusal.Conflict(kind, path.Name!, $"Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}");
        }

        if (string.IsNullOrEmpty((string?)metadata["resourceVersion"]) && !kind.AllowsUnconditionalUpdate)
        {
            throw FakeRefusal.Invalid(kind, path.Name!, new FakeFieldError("Invalid", "metadata.resourceVersion", "Invalid value: 0x0: must be specified for an update"));
        }

        return FakeAnswer.Of(200, Update(path, kind, known, next, objects));
    }

    /// <summary>Writes what a PUT or a PATCH makes of a known object; nothing when it makes no difference.</summary>
    public static JsonObject Update(FakePath path, FakeKind kind, JsonObject known, JsonObject next, FakeObjects objects)
    {
        var name = path.Name!;
        var metadata = (JsonObject)next["metadata"]!;
        CheckNamespace(path, metadata);
        CheckName(path, metadata);
        var knownMetadata = (JsonObject)known["metadata"]!;
        if ((string?)metadata["resourceVersion"] is { Length: > 0 } version && version != (string?)knownMetadata["resourceVersion"])
        {
            throw FakeRefusal.Conflict(kind, name);
        }

        next = Part(path, kind, known, next);
        metadata = (JsonObject)next["metadata"]!;
        KeepIdentity(kind, name, knownMetadata, metadata);
        (next["apiVersion"], next["kind"]) = (kind.ApiVersion, kind.Kind);
        var before = (JsonObject)known.DeepClone();
        (before["apiVersion"], before["kind"]) = (kind.ApiVersion, kind.Kind);
        if (kind.IsPod)
        {
            FakeDefaults.Complete(next);
            FakeDefaults.Complete(before);
            if (path.Part is null)
            {
                FakePodRules.CheckUpdate(kind, name, before, next);
            }
        }

        if (kind.HasGeneration && path.Part is null && !JsonNode.DeepEquals(Wish(before), Wish(next)))
        {
            metadata["generation"] = (knownMetadata["generation"].Whole() ?? 1) + 1;
        }

        metadata["resourceVersion"] = knownMetadata["resourceVersion"]?.DeepClone();
        return JsonNode.DeepEquals(before, next) ? known : Written(path, next, objects);
    }

    public static void CheckName(FakePath path, JsonObject metadata)
    {
        var name = Name(metadata);
        metadata["name"] = name.Length == 0 ? path.Name : name;
        if (Name(metadata) != path.Name)
        {
            throw FakeRefusal.BadRequest($"the name of the object ({name}) does not match the name on the URL ({path.Name})");
        }
    }

    private static void CheckMediaType(FakeRequest request)
    {
        if (request.MediaType is not (null or "application/json"))
        {
            throw FakeRefusal.MediaType(Accepted);
        }
    }

    private static void CheckNamespace(FakePath path, JsonObject metadata)
    {
        if (path.Namespace is null)
        {
            return;
        }

        if ((string?)metadata["namespace"] is { Length: > 0 } own && own != path.Namespace)
        {
            throw FakeRefusal.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }

        metadata["namespace"] = path.Namespace;
    }

    private static string Name(JsonObject metadata) => (string?)metadata["name"] ?? "";

    private static void GiveName(FakeKind kind, FakePath path, JsonObject metadata, FakeObjects objects)
    {
        if (Name(metadata).Length > 0)
        {
            return;
        }

        var start = (string?)metadata["generateName"] ?? "";
        if (start.Length == 0)
        {
            throw FakeRefusal.Invalid(kind, "", FakeFieldError.Required("metadata.name", "name or generateName is required"));
        }

        // Since 1.30 (gate RetryGenerateName) the server draws again when the name is taken.
        do
        {
            metadata["name"] = start[..Math.Min(start.Length, 58)] + objects.NewSuffix();
        }
        while (objects.Find(path.Collection, path.Namespace ?? "", Name(metadata)) is not null);
    }

    // What of the object a path may change: on its own path all but the status, on that of the status only this.
    private static JsonObject Part(FakePath path, FakeKind kind, JsonObject known, JsonObject next)
    {
        if (!kind.HasStatus)
        {
            return path.Part is null ? next : throw FakeRefusal.NoPath();
        }

        var (result, status) = path.Part is null ? (next, known["status"]) : ((JsonObject)known.DeepClone(), next["status"]);
        if (path.Part is not null && !kind.IsCustom)
        {
            // Built-in kinds take labels, annotations and finalizers on this path too; who owns the object they do not.
            result["metadata"] = next["metadata"]!.DeepClone();
            result["metadata"]!["ownerReferences"] = known["metadata"]!["ownerReferences"]?.DeepClone();
        }

        result.Remove("status");
        if (status is not null)
        {
            result["status"] = status.DeepClone();
        }

        return result;
    }

    private static void KeepIdentity(FakeKind kind, string name, JsonObject known, JsonObject metadata)
    {
        // As seen with 1.36: the time of creation, and that of an end that was asked for, are set back in silence. Two checks find the rest, and both say so.
        var errors = ((string[])["uid", "deletionTimestamp", "deletionGracePeriodSeconds"])
            .Where(f => metadata[f] is { } wanted && !JsonNode.DeepEquals(wanted, known[f]) && (f != "deletionTimestamp" || known[f] is null))
            .Select(f => FakeFieldError.Invalid($"metadata.{f}", metadata[f], "field is immutable"))
            .ToArray();
        if (errors.Length > 0)
        {
            throw FakeRefusal.Invalid(kind, name, [.. errors, .. errors]);
        }

        foreach (var field in (string[])["uid", "generation", .. OfTheServer])
        {
            metadata.Remove(field);
            if (known[field] is { } value)
            {
                metadata[field] = value.DeepClone();
            }
        }

        // A text that is null is an empty one.
        foreach (var map in (string[])["labels", "annotations"])
        {
            foreach (var (key, _) in (metadata[map] as JsonObject ?? []).Where(m => m.Value is null).ToArray())
            {
                metadata[map]![key] = "";
            }
        }

        // Of these an empty one is none.
        foreach (var field in (string[])["labels", "annotations", "finalizers", "ownerReferences"])
        {
            if (metadata[field] is null or JsonArray { Count: 0 } or JsonObject { Count: 0 })
            {
                metadata.Remove(field);
            }
        }
    }

    private static JsonObject Wish(JsonObject obj)
    {
        var wish = (JsonObject)obj.DeepClone();
        wish.Remove("metadata");
        wish.Remove("status");
        return wish;
    }

    // The last finalizer of an object whose grace has ended takes it along.
    private static JsonObject Written(FakePath path, JsonObject next, FakeObjects objects)
    {
        var metadata = next["metadata"]!;
        if (metadata["deletionTimestamp"] is not null && metadata["finalizers"] is null && (metadata["deletionGracePeriodSeconds"].Whole() ?? 0) == 0)
        {
            objects.Delete(path.Collection, path.Namespace ?? "", path.Name!);
            return next;
        }

        return objects.Put(path.Collection, next);
    }
}
