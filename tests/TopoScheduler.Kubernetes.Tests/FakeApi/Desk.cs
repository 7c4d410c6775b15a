using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.FakeApi;

/// <summary>A fake API server in process and the plainest way to ask it.</summary>
internal sealed class Desk : IDisposable
{
    public const string Pods = "/api/v1/pods";
    public const string PodsOf = "/api/v1/namespaces/ml/pods";
    public const string Gangs = "/apis/toposcheduler.io/v1alpha1/namespaces/ml/ganghistories";
    public const string MergePatch = "application/merge-patch+json";
    public const string JsonPatch = "application/json-patch+json";
    public const string StrategicMergePatch = "application/strategic-merge-patch+json";
    public const string ApplyPatch = "application/apply-patch+yaml";

    private readonly HttpMessageInvoker _invoker;

    public Desk(int seed = 1)
    {
        Objects = new(seed, new ManualTime());
        Handler = new(Objects);
        _invoker = new(Handler);
    }

    public FakeObjects Objects { get; }

    public FakeApiHandler Handler { get; }

    public void Dispose() => _invoker.Dispose();

    public Reply Get(string path) => Send("GET", path);

    public Reply Post(string path, string body) => Send("POST", path, body);

    public Reply Put(string path, JsonObject body) => Send("PUT", path, body.ToJsonString());

    public Reply Merge(string path, string body) => Send("PATCH", path, body, MergePatch);

    public Reply Json(string path, string body) => Send("PATCH", path, body, JsonPatch);

    public Reply Delete(string path, string? body = null) => Send("DELETE", path, body);

    public Reply Send(string method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new(method), "http://api.test" + path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        using var response = _invoker.Send(request, default);
        using var text = new MemoryStream();
        response.Content.CopyTo(text, null, default);
        return new((int)response.StatusCode, (JsonObject)JsonNode.Parse(text.ToArray())!);
    }

    /// <summary>Creates a pod as its owner would; what it says besides is the text of its spec.</summary>
    public Reply Pod(string name, string spec = """ "schedulingGates":[{"name":"a/gang"},{"name":"b/quota"}] """) =>
        Post(PodsOf, $$"""{"metadata":{"name":"{{name}}"},"spec":{ {{spec}},"containers":[{"name":"c","image":"i"}] } }""");
}

/// <summary>What came back.</summary>
internal sealed record Reply(int Code, JsonObject Body)
{
    public string Reason => (string?)Body["reason"] ?? "";

    public string Message => (string?)Body["message"] ?? "";

    public string Uid => (string)Body["metadata"]!["uid"]!;

    public string Version => (string)Body["metadata"]!["resourceVersion"]!;

    public Reply Is(int code, string reason = "")
    {
        Assert.True((Code, Reason) == (code, reason), $"expected {code} {reason}: {Code} {Body.ToJsonString()}");
        return this;
    }
}
