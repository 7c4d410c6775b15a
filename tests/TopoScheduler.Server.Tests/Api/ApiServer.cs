using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Api;

/// <summary>A server that answers questions, and somebody who may ask them.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    /// <summary>The token of whoever may ask.</summary>
    internal const string Token = "token-of-whoever-asks";

    private readonly string _token = Path.GetTempFileName();

    private ApiServer() => File.WriteAllText(_token, Token);

    /// <summary>The server.</summary>
    public TestServer Server { get; private set; } = null!;

    /// <summary>On a cluster that does not change.</summary>
    public static async Task<ApiServer> StartAsync(ClusterSnapshot cluster, params (string Key, string Value)[] settings)
    {
        var api = new ApiServer();
        api.Server = await TestServer.StartAsync(cluster, api.Settings(settings));
        return api.Authorised();
    }

    /// <summary>Before an API server.</summary>
    public static async Task<ApiServer> StartAsync(FakeApiServer live, params (string Key, string Value)[] settings) => await StartAsync(live.Address, settings);

    /// <summary>Before an API server at an address.</summary>
    public static async Task<ApiServer> StartAsync(Uri address, params (string Key, string Value)[] settings)
    {
        var api = new ApiServer();
        api.Server = await TestServer.StartAsync((loaded, loggers) => Scheduling.OfCluster(loaded, new(new ApiConnection { Server = address }, "test"), loggers), api.Settings(settings));
        return api.Authorised();
    }

    /// <summary>The answer to a GET.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return Server.Client.SendAsync(request);
    }

    /// <summary>The answer to a question about jobs.</summary>
    public Task<HttpResponseMessage> AskAsync(string body) => Server.Client.PostAsync(new Uri("/v1/report", UriKind.Relative), new StringContent(body));

    /// <summary>Status and body of an answer, JSON or a problem document.</summary>
    public static async Task<(int Status, JsonNode Body)> ReadAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        Assert.Equal(answer.IsSuccessStatusCode ? "application/json" : "application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        File.Delete(_token);
    }

    private (string, string)[] Settings((string, string)[] settings) => [("api:enabled", "true"), ("access:tokenFile", _token), .. settings];

    private ApiServer Authorised()
    {
        Server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return this;
    }
}
