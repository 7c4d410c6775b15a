using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>What a fake API server does when it is asked to change something.</summary>
internal static class FakeWrites
{
    public static Task NotFoundAsync(HttpContext context, FakePath path) =>
        FakeApiServer.StatusAsync(context, 404, "NotFound", $"{path.Collection.Split('/')[^1]} \"{path.Name}\" not found");

    public static async Task AnswerAsync(HttpContext context, FakePath path, FakeObjects objects)
    {
        JsonObject body;
        using (var text = new MemoryStream())
        {
            await context.Request.Body.CopyToAsync(text);
            body = text.Length == 0 ? [] : JsonNode.Parse(text.ToArray()) as JsonObject ?? [];
        }

        var known = path.Name is null ? null : objects.Find(path.Collection, path.Namespace ?? "", path.Name);
        if (path.Name is not null && known is null)
        {
            await NotFoundAsync(context, path);
            return;
        }

        await ((context.Request.Method, path.Part) switch
        {
            ("POST", "binding") => BindAsync(context, path, known!, body, objects),
            ("POST", "eviction") => DeleteAsync(context, path, known!, (JsonObject?)body["deleteOptions"] ?? [], objects),
            ("POST", _) => CreateAsync(context, path, body, objects),
            ("PUT", _) => ReplaceAsync(context, path, known!, body, objects),
            ("PATCH", _) => PatchAsync(context, path, known!, body, objects),
            ("DELETE", _) => DeleteAsync(context, path, known!, body, objects),
            _ => FakeApiServer.StatusAsync(context, 405, "MethodNotAllowed", "no"),
        });
    }

    private static async Task CreateAsync(HttpContext context, FakePath path, JsonObject body, FakeObjects objects)
    {
        var metadata = (JsonObject)body["metadata"]!;
        if (path.Namespace is not null)
        {
            metadata["namespace"] = path.Namespace;
        }

        // As 1.20.2 answers.
        if (path.Collection.EndsWith("/events", StringComparison.Ordinal) && ((string?)body["regarding"]?["namespace"] ?? "kube-system") != path.Namespace)
        {
            await FakeApiServer.StatusAsync(context, 422, "Invalid", "involvedObject.namespace: does not match event.namespace");
            return;
        }

        if (objects.Find(path.Collection, path.Namespace ?? "", (string)metadata["name"]!) is not null)
        {
            await FakeApiServer.StatusAsync(context, 409, "AlreadyExists", "it already exists");
            return;
        }

        context.Response.StatusCode = 201;
        await FakeApiServer.WriteAsync(context, objects.Put(path.Collection, body));
    }

    private static async Task ReplaceAsync(HttpContext context, FakePath path, JsonObject known, JsonObject body, FakeObjects objects)
    {
        var version = (string?)body["metadata"]!["resourceVersion"];
        if (version is not null && version != (string?)known["metadata"]!["resourceVersion"])
        {
            await FakeApiServer.StatusAsync(context, 409, "Conflict", "the object has been modified");
            return;
        }

        await FakeApiServer.WriteAsync(context, objects.Put(path.Collection, body));
    }

    private static async Task PatchAsync(HttpContext context, FakePath path, JsonObject known, JsonObject body, FakeObjects objects)
    {
        Merge(known, body);
        await FakeApiServer.WriteAsync(context, objects.Put(path.Collection, known));
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is JsonObject inner && target[key] is JsonObject known)
            {
                Merge(known, inner);
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

    private static async Task DeleteAsync(HttpContext context, FakePath path, JsonObject known, JsonObject options, FakeObjects objects)
    {
        if ((string?)options["preconditions"]?["uid"] is { } uid && uid != (string?)known["metadata"]!["uid"])
        {
            await FakeApiServer.StatusAsync(context, 409, "Conflict", "Precondition failed: UID in precondition");
            return;
        }

        objects.Delete(path.Collection, path.Namespace ?? "", path.Name!);
        await FakeApiServer.WriteAsync(context, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Success" });
    }

    private static async Task BindAsync(HttpContext context, FakePath path, JsonObject pod, JsonObject binding, FakeObjects objects)
    {
        if ((string?)binding["metadata"]!["uid"] is { } uid && uid != (string?)pod["metadata"]!["uid"])
        {
            await FakeApiServer.StatusAsync(context, 409, "Conflict", "Precondition failed: UID in precondition");
            return;
        }

        var spec = (JsonObject)(pod["spec"] ??= new JsonObject());
        if ((string?)spec["nodeName"] is { } node)
        {
            await FakeApiServer.StatusAsync(context, 409, "Conflict", $"pod {path.Name} is already assigned to node \"{node}\"");
            return;
        }

        spec["nodeName"] = (string)binding["target"]!["name"]!;
        if (binding["metadata"]!["annotations"] is JsonObject annotations)
        {
            Merge((JsonObject)pod["metadata"]!, new JsonObject { ["annotations"] = annotations.DeepClone() });
        }

        objects.Put(path.Collection, pod);
        context.Response.StatusCode = 201;
        await FakeApiServer.WriteAsync(context, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Success", ["code"] = 201 });
    }
}
