using System.Text;
using Microsoft.AspNetCore.Routing;
using TopoScheduler.Server.Access;
using TopoScheduler.Server.Tests.Webhook;
using TopoScheduler.Testing.Certificates;

namespace TopoScheduler.Server.Tests.Access;

/// <summary>Every route of the server, asked by everybody. A route that is not in the table fails the first test.</summary>
public sealed class EveryDoorTests : IAsyncLifetime
{
    // The connection is refused: no route is reached at all.
    private const int Closed = 0;

    private static readonly string Created = Encoding.UTF8.GetString(Review.OfPod(Review.Pod()).Bytes());

    // Route, address, body; then what is answered to no credential, one of somebody else's making, an expired one, one of somebody who may not, the right one.
    private static readonly Row[] Table =
    [
        new("GET /healthz", "health", "", [200, 200, 200, 200, 200]),
        new("GET /livez", "health", "", [200, 200, 200, 200, 200]),
        new("GET /readyz", "health", "", [200, 200, 200, 200, 200]),
        new("GET /metrics", "health", "", [200, 200, 200, 200, 200]),
        new("POST /scheduler/filter", "extender", """{"Pod":{}}""", [Closed, Closed, Closed, Closed, 200]),
        new("POST /scheduler/prioritize", "extender", """{"Pod":{}}""", [Closed, Closed, Closed, Closed, 200]),
        new("POST /scheduler/bind", "extender", """{"PodName":"a","PodNamespace":"b","PodUID":"c","Node":"d"}""", [Closed, Closed, Closed, Closed, 200]),
        new("POST /scheduler/preempt", "extender", """{"Pod":{},"NodeNameToMetaVictims":{}}""", [Closed, Closed, Closed, Closed, 200]),
        new("POST /webhook/mutate", "webhook", Created, [Closed, Closed, Closed, Closed, 200]),
        new("POST /webhook/validate", "webhook", Created, [Closed, Closed, Closed, Closed, 200]),
        new("POST /v1/report", "api", """{"jobs":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"c"}]}}]}""", [401, 401, 401, 403, 200]),
        new("GET /v1/capacity", "api", "", [401, 401, 401, 403, 200]),
        new("GET /v1/power", "api", "", [401, 401, 401, 403, 200]),
        new("GET /v1/topology", "api", "", [401, 401, 401, 403, 200]),
        new("GET /v1/problems", "api", "", [401, 401, 401, 403, 200]),
        new("GET /v1/gangplacements", "api", "", [401, 401, 401, 403, 200]),
        new("GET /v1/namespaces/{namespace}/gangplacements", "api", "", [401, 401, 401, 403, 200]),
        new("GET /v1/namespaces/{namespace}/gangplacements/{name}", "api", "", [401, 401, 401, 403, 404]),
        new("GET /v1/explain/namespaces/{namespace}/pods/{name}", "api", "", [401, 401, 401, 403, 404]),
        new("GET /v1/explain/namespaces/{namespace}/gangs/{name}", "api", "", [401, 401, 401, 403, 404]),
        new("GET /v1/explain/nodes/{name}", "api", "", [401, 401, 401, 403, 404]),
        new("GET /v1/openapi.json", "api", "", [200, 200, 200, 200, 200]),
        new("POST /v1/power/readings", "api", """{"readings":[]}""", [401, 401, 401, 403, 200]),
    ];

    private SecuredServer _server = null!;

    public async Task InitializeAsync() => _server = await SecuredServer.StartAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public void Routes_OfTheServer_AreTheTable()
    {
        var routes = _server.Server.Routes.OfType<RouteEndpoint>().ToList();
        Assert.Equal(Table.Select(r => r.Route).Order(StringComparer.Ordinal), routes.Select(NameOf).Order(StringComparer.Ordinal));
        Assert.All(routes, r => Assert.NotNull(r.Metadata.GetMetadata<RouteAccess>()));
    }

    [Fact]
    public async Task Doors_EveryCredential_AnswerAsTheTableSays()
    {
        using var strangers = new TestCertificates("client authority");
        (string Certificate, string Key)?[] certificates =
        [
            null, strangers.Client(SecuredServer.Admitted), _server.Clients.ExpiredClient(SecuredServer.Admitted), _server.Clients.Client("somebody"), _server.Clients.Client(SecuredServer.Admitted),
        ];
        string?[] tokens = [null, "token-nobody-knows", ReviewDouble.Expired, ReviewDouble.Unauthorised, ReviewDouble.Right];
        var differences = new List<string>();
        foreach (var row in Table)
        {
            for (var c = 0; c < certificates.Length; c++)
            {
                var answered = await AskAsync(row, row.Door is "extender" or "webhook" ? certificates[c] : null, row.Door == "api" ? tokens[c] : null);
                if (answered != row.Expected[c]) differences.Add($"{row.Route} with credential {c}: {answered} in place of {row.Expected[c]}");
            }
        }

        Assert.Empty(differences);
    }

    // What is for one door is nowhere at the others.
    [Fact]
    public async Task Doors_RightCredentialAtTheWrongAddress_AnswerNothing()
    {
        foreach (var row in Table.Where(r => r.Door != "health"))
        {
            foreach (var door in new[] { "health", "extender", "webhook", "api" }.Where(d => d != row.Door))
            {
                var certificate = door is "extender" or "webhook" ? _server.Clients.Client(SecuredServer.Admitted) : ((string, string)?)null;
                Assert.Equal((row.Route, door, 404), (row.Route, door, await AskAsync(row with { Door = door }, certificate, ReviewDouble.Right)));
            }
        }
    }

    [Fact]
    public async Task Doors_ReviewsFail_LetNobodyIn()
    {
        _server.Reviews.Fails = 500;
        Assert.Equal(503, await AskAsync(Table[^1], null, ReviewDouble.Right));
        Assert.DoesNotContain(_server.Server.Log, l => l.Contains(ReviewDouble.Right, StringComparison.Ordinal));
    }

    private async Task<int> AskAsync(Row row, (string, string)? certificate, string? token)
    {
        var address = row.Door switch { "health" => _server.Health, "extender" => _server.Extender, "webhook" => _server.Webhook, _ => _server.Api };
        using var client = _server.Connect(address, certificate);
        var parts = row.Route.Split(' ');
        using var request = new HttpRequestMessage(new(parts[0]), new Uri(parts[1].Replace("{namespace}", "ml", StringComparison.Ordinal).Replace("{name}", "nobody", StringComparison.Ordinal), UriKind.Relative));
        if (row.Body.Length > 0) request.Content = new StringContent(row.Body);
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        try
        {
            using var answer = await client.SendAsync(request);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return Closed;
        }
    }

    private static string NameOf(RouteEndpoint route) => $"{route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single()} {route.RoutePattern.RawText}";

    private sealed record Row(string Route, string Door, string Body, int[] Expected);
}
