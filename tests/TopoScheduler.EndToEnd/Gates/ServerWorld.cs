using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Gates;

/// <summary>A server and what it has told so far: UIDs and versions are its own.</summary>
internal abstract class ServerWorld
{
    public const string Space = "same";
    public const string Group = "toposcheduler.io";

    private readonly Dictionary<string, JsonObject> _first = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> _last = new(StringComparer.Ordinal);

    /// <summary>Takes a step; the answer as far as two servers can agree: code, reason, the causes, and whether the object has another version now.</summary>
    public async Task<string> TakeAsync(ServerStep step)
    {
        var (code, body) = await SendAsync(step.Method, PathOf(step.Path), step.Body?.Invoke(this), step.Type);
        var causes = (body["details"]?["causes"] as JsonArray ?? []).Select(c => $"{c!["reason"]} {c["field"]}").Order(StringComparer.Ordinal);
        var answer = $"{code} {(string?)body["reason"]} {string.Join(", ", causes)}".TrimEnd();
        if ((string?)body["kind"] == "Status" || (string?)body["metadata"]?["name"] is not { } name)
        {
            return answer;
        }

        var key = $"{step.Path.Split('/')[0]}/{name}";
        var moved = _last.TryGetValue(key, out var last) && (string?)last["metadata"]!["resourceVersion"] == (string?)body["metadata"]!["resourceVersion"] ? "same" : "new";
        _last[key] = body;
        _first.TryAdd(key, body);
        return $"{answer} {moved}";
    }

    /// <summary>The object as it was when it was made, a copy.</summary>
    public JsonObject First(string key) => (JsonObject)_first[key].DeepClone();

    /// <summary>The object as it was last told, a copy.</summary>
    public JsonObject Last(string key) => (JsonObject)_last[key].DeepClone();

    public string Uid(string key) => (string)_first[key]["metadata"]!["uid"]!;

    public string FirstVersion(string key) => (string)_first[key]["metadata"]!["resourceVersion"]!;

    public string Version(string key) => (string)_last[key]["metadata"]!["resourceVersion"]!;

    /// <summary>What the steps leave behind of each pod that is there: the fields they touch.</summary>
    public async Task<IReadOnlyList<string>> PodsAsync()
    {
        var (_, list) = await SendAsync("GET", PathOf("pods"), null, "");
        return [.. list["items"]!.AsArray().Select(pod => string.Join(' ',
        [
            pod!["metadata"]!["name"]!.ToString(),
            .. ((string[])["labels", "annotations", "finalizers", "deletionGracePeriodSeconds"]).Select(f => Text(pod["metadata"]![f])),
            .. ((string[])["nodeName", "nodeSelector", "affinity", "schedulingGates", "tolerations"]).Select(f => Text(pod["spec"]![f])),
            Text(pod["status"]?["phase"]),
            .. (pod["status"]?["conditions"] as JsonArray ?? []).Select(c => $"{c!["type"]}={c["status"]} {c["reason"]}"),
        ]))];

        static string Text(JsonNode? node) => Sorted(node)?.ToJsonString() ?? "-";
    }

    protected abstract Task<(int Code, JsonObject Body)> SendAsync(string method, string path, string? body, string type);

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject obj => new JsonObject(obj.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static string PathOf(string path) => path.Split('/')[0] switch
    {
        "gangtests" => $"/apis/{Group}/v1alpha1/namespaces/{Space}/{path}",
        "leases" => $"/apis/coordination.k8s.io/v1/namespaces/{Space}/{path}",
        _ => $"/api/v1/namespaces/{Space}/{path}",
    };
}
