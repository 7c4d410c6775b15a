using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>
/// Plain requests to an API server, for tests: an eye of its own, which shares no code with the product's client. Objects are JSON as the server
/// writes them; what is refused throws <see cref="KubeApiException"/>.
/// </summary>
internal sealed partial class KubeApi : IDisposable
{
    private const int Connections = 8;
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(60);

    private readonly HttpClient _client;
    private readonly X509Certificate2Collection _authorities = [];

    public KubeApi(Uri server, string certificateAuthority, string token)
    {
        _authorities.ImportFromPem(certificateAuthority);
        var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = IsTrusted } };
        _client = new(handler) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("toposcheduler-tests");
    }

    /// <summary>The object at a path.</summary>
    public Task<JsonObject> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>The object at a path; null when there is none.</summary>
    public async Task<JsonObject?> FindAsync(string path)
    {
        try
        {
            return await GetAsync(path);
        }
        catch (KubeApiException e) when (e.Code == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The objects of a collection; the path may have a query, as <c>?labelSelector=app%3Da</c>.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path) => [.. (await GetAsync(path))["items"]!.AsArray().Select(i => i!.AsObject())];

    /// <summary>The version of a collection, from which a watch can begin.</summary>
    public async Task<string> VersionAsync(string path) => (await GetAsync(path + "?limit=1"))["metadata"]!["resourceVersion"]!.GetValue<string>();

    /// <summary>Creates an object in a collection, or a subresource as a Binding.</summary>
    public Task<JsonObject> CreateAsync(string path, JsonObject body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>Creates many objects over several connections.</summary>
    public Task CreateManyAsync(string path, IEnumerable<JsonObject> bodies) => ForEachAsync(bodies, body => CreateAsync(path, body));

    /// <summary>Creates a namespace.</summary>
    public Task CreateNamespaceAsync(string name) => CreateAsync(KubePath.Namespaces, new() { ["metadata"] = new JsonObject { ["name"] = name } });

    /// <summary>Changes fields of an object: an object is merged, an array is a JSON patch.</summary>
    public Task<JsonObject> PatchAsync(string path, JsonNode patch) =>
        SendAsync(HttpMethod.Patch, path, patch, patch is JsonArray ? "application/json-patch+json" : "application/merge-patch+json");

    /// <summary>Changes many objects over several connections.</summary>
    public Task PatchManyAsync(IEnumerable<(string Path, JsonNode Patch)> patches) => ForEachAsync(patches, p => PatchAsync(p.Path, p.Patch));

    /// <summary>Changes fields of an object's status.</summary>
    public Task<JsonObject> PatchStatusAsync(string path, JsonObject status) =>
        SendAsync(HttpMethod.Patch, path + "/status", new JsonObject { ["status"] = status }, "application/strategic-merge-patch+json");

    /// <summary>Makes a node Ready or not.</summary>
    public Task SetNodeReadyAsync(string name, bool ready) => PatchStatusAsync(KubePath.Node(name), new() { ["conditions"] = NodeObject.Conditions(ready) });

    /// <summary>Cordons a node, or lifts that.</summary>
    public Task SetNodeUnschedulableAsync(string name, bool unschedulable) =>
        PatchAsync(KubePath.Node(name), new JsonObject { ["spec"] = new JsonObject { ["unschedulable"] = unschedulable } });

    /// <summary>Sets the phase of a pod, as a kubelet does: <c>Running</c>, <c>Succeeded</c>, <c>Failed</c>.</summary>
    public Task SetPodPhaseAsync(string space, string name, string phase) => PatchStatusAsync(KubePath.Pod(space, name), new() { ["phase"] = phase });

    /// <summary>Binds a pod to a node, as a scheduler does.</summary>
    public Task BindAsync(string space, string name, string node, string? uid = null) => CreateAsync($"{KubePath.Pod(space, name)}/binding", new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Binding",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space, ["uid"] = uid },
        ["target"] = new JsonObject { ["kind"] = "Node", ["name"] = node },
    });

    /// <summary>Deletes an object, or every object of a collection, without a grace period.</summary>
    public Task DeleteAsync(string path) =>
        SendAsync(HttpMethod.Delete, path, new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1", ["gracePeriodSeconds"] = 0, ["propagationPolicy"] = "Background" });

    /// <summary>Whether the server is ready to serve and its default namespace is there.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken patience)
    {
        try
        {
            using var ready = await _client.GetAsync(new Uri("/readyz", UriKind.Relative), patience);
            using var space = await _client.GetAsync(new Uri($"{KubePath.Namespaces}/default", UriKind.Relative), patience);
            return ready.IsSuccessStatusCode && space.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>What the server says in plain text.</summary>
    public async Task<string> TextAsync(string path)
    {
        using var patience = new CancellationTokenSource(RequestLimit);
        return await _client.GetStringAsync(new Uri(path, UriKind.Relative), patience.Token);
    }

    /// <summary>Any request; the answer as an object, empty when it is none.</summary>
    public async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonNode? body = null, string contentType = "application/json")
    {
        using var patience = new CancellationTokenSource(RequestLimit);
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        return await SendAsync(request, patience.Token);
    }

    /// <summary>Creates an object as a file has it.</summary>
    public async Task<JsonObject> CreateYamlAsync(string path, string yaml)
    {
        using var patience = new CancellationTokenSource(RequestLimit);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Content = new StringContent(yaml, Encoding.UTF8, new MediaTypeHeaderValue("application/yaml"));
        return await SendAsync(request, patience.Token);
    }

    private async Task<JsonObject> SendAsync(HttpRequestMessage request, CancellationToken patience)
    {
        using var answer = await _client.SendAsync(request, patience);
        var text = await answer.Content.ReadAsStringAsync(patience);
        if (!answer.IsSuccessStatusCode) throw new KubeApiException(answer.StatusCode, $"{request.Method} {request.RequestUri}", text);
        return text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        foreach (var authority in _authorities) authority.Dispose();
    }

    private static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, Task> act) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (item, _) => await act(item));

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 presented || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return false;
        using var own = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        return own.Build(presented);
    }
}
