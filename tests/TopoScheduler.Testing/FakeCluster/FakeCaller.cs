using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Testing.FakeCluster;

/// <summary>How the components around us ask the API server: by its rules, as everybody, at once and without faults.</summary>
internal sealed class FakeCaller(FakeObjects objects)
{
    public const string Pods = "/api/v1/pods";
    public const string Nodes = "/api/v1/nodes";
    public const string Jobs = "/apis/batch/v1/jobs";

    private readonly FakeResponder _responder = new(objects, 36);

    public FakeAnswer Post(string path, JsonObject body) => Send("POST", path, body, "application/json");

    public FakeAnswer PatchStatus(string path, JsonObject status) =>
        Send("PATCH", path + "/status", new() { ["status"] = status }, "application/strategic-merge-patch+json");

    public FakeAnswer MergeStatus(string path, JsonObject status) => Send("PATCH", path + "/status", new() { ["status"] = status }, "application/merge-patch+json");

    public FakeAnswer Delete(string path, string uid) => Send("DELETE", path, new() { ["preconditions"] = new JsonObject { ["uid"] = uid } }, "application/json");

    /// <summary>Path of an object.</summary>
    public static string PathOf(string collection, JsonObject obj) => PathOf(collection, (string?)obj["metadata"]!["namespace"], (string)obj["metadata"]!["name"]!);

    /// <summary>Path of an object or, without a name, of its kind.</summary>
    public static string PathOf(string collection, string? ns, string name)
    {
        var at = collection.LastIndexOf('/');
        var kind = ns is null ? collection : $"{collection[..at]}/namespaces/{ns}{collection[at..]}";
        return name.Length == 0 ? kind : $"{kind}/{name}";
    }

    private FakeAnswer Send(string method, string path, JsonObject body, string type) =>
        _responder.Answer(new(method, path, new Dictionary<string, string>(), type, Encoding.UTF8.GetBytes(body.ToJsonString())));
}
