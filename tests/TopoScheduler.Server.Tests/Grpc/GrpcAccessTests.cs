using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Microsoft.AspNetCore.Routing;
using TopoScheduler.Server.Access;
using TopoScheduler.Server.Grpc.V1;
using TopoScheduler.Server.Tests.Access;
using Reflection = Grpc.Reflection.V1;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>Every method, asked by everybody. A method that is not in the table fails the first test.</summary>
public sealed class GrpcAccessTests : IAsyncLifetime
{
    private const string Placements = "toposcheduler.v1.PlacementService/";
    private const string Cluster = "toposcheduler.v1.ClusterService/";

    // What is answered to no token, one of nobody, an expired one, one of somebody who may not, the right one.
    private static readonly StatusCode[] Bearer = [StatusCode.Unauthenticated, StatusCode.Unauthenticated, StatusCode.Unauthenticated, StatusCode.PermissionDenied, StatusCode.OK];
    private static readonly StatusCode[] Open = [StatusCode.OK, StatusCode.OK, StatusCode.OK, StatusCode.OK, StatusCode.OK];

    private static readonly (string Method, StatusCode[] Expected, Func<GrpcClient, string, Task> Ask)[] Table =
    [
        // The first four are refused by the gate; what the last one asks is no question, and the service says so.
        (Placements + "Report", [.. Bearer[..4], StatusCode.InvalidArgument], (c, m) => c.AskAsync<ReportRequest, PlacementReportList>(m, new())),
        (Placements + "Explain", [.. Bearer[..4], StatusCode.NotFound], (c, m) => c.AskAsync<ExplainRequest, Explanation>(m, new() { Node = "none" })),
        (Placements + "GetGangPlacement", [.. Bearer[..4], StatusCode.NotFound], (c, m) => c.AskAsync<GetGangPlacementRequest, GangReport>(m, new() { Namespace = "ml", Name = "none" })),
        (Placements + "ListGangPlacements", Bearer, (c, m) => c.AskAsync<ListGangPlacementsRequest, GangReportList>(m, new())),
        (Placements + "WatchGangPlacements", Bearer, (c, m) => FirstAsync(c.Watch<ListGangPlacementsRequest, GangReportList>(m, new()))),
        (Cluster + "GetCapacity", Bearer, (c, m) => c.AskAsync<GetCapacityRequest, CapacityReport>(m, new())),
        (Cluster + "GetTopology", Bearer, (c, m) => c.AskAsync<GetTopologyRequest, Topology>(m, new())),
        (Cluster + "WatchTopology", Bearer, (c, m) => FirstAsync(c.Watch<GetTopologyRequest, Topology>(m, new()))),
        (Cluster + "GetPower", Bearer, (c, m) => c.AskAsync<GetPowerRequest, PowerReport>(m, new())),
        (Cluster + "WatchPower", Bearer, (c, m) => FirstAsync(c.Watch<WatchPowerRequest, PowerReport>(m, new()))),
        (Cluster + "ListProblems", Bearer, (c, m) => c.AskAsync<ListProblemsRequest, DoctorReport>(m, new())),
        ("toposcheduler.v1.PowerReadingsService/Push", Bearer, PushAsync),
        ("grpc.health.v1.Health/Check", Open, (c, m) => c.AskAsync<HealthCheckRequest, HealthCheckResponse>(m, new())),
        ("grpc.health.v1.Health/Watch", Open, (c, m) => FirstAsync(c.Watch<HealthCheckRequest, HealthCheckResponse>(m, new()))),
        ("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Bearer, (c, m) => ReflectAsync<Reflection.ServerReflectionRequest, Reflection.ServerReflectionResponse>(c, m, new() { ListServices = "" })),
        ("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Bearer, (c, m) => ReflectAsync<ServerReflectionRequest, ServerReflectionResponse>(c, m, new() { ListServices = "" })),
    ];

    private SecuredServer _server = null!;

    public async Task InitializeAsync() => _server = await SecuredServer.StartAsync(("listen:grpcUrl", "https://localhost:0"));

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public void Methods_OfTheServer_AreTheTable()
    {
        var routes = _server.Server.Routes.OfType<RouteEndpoint>().Where(r => r.Metadata.GetMetadata<GrpcMethodMetadata>() is not null).ToList();
        Assert.Equal(Table.Select(r => "/" + r.Method).Order(StringComparer.Ordinal), routes.Select(r => r.Metadata.GetMetadata<GrpcMethodMetadata>()!.Method.FullName).Order(StringComparer.Ordinal));
        Assert.All(_server.Server.Routes, r => Assert.NotNull(r.Metadata.GetMetadata<RouteAccess>()));
        Assert.Equal(
            ["/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"],
            routes.Where(r => r.Metadata.GetMetadata<RouteAccess>()!.IsOpen).Select(r => r.RoutePattern.RawText!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Methods_EveryCredential_AnswerAsTheTableSays()
    {
        string?[] tokens = [null, "token-nobody-knows", ReviewDouble.Expired, ReviewDouble.Unauthorised, ReviewDouble.Right];
        var differences = new List<string>();
        for (var t = 0; t < tokens.Length; t++)
        {
            using var client = GrpcClient.Of(_server, tokens[t]);
            foreach (var (method, expected, ask) in Table)
            {
                var status = await GrpcClient.StatusAsync(() => ask(client, method));
                if (status.StatusCode != expected[t]) differences.Add($"{method} with token {t}: {status} in place of {expected[t]}");
            }
        }

        Assert.Empty(differences);
    }

    [Fact]
    public async Task Refusal_EveryKind_SaysWhy()
    {
        using var bystander = GrpcClient.Of(_server, ReviewDouble.Unauthorised);
        var status = await GrpcClient.StatusAsync(() => bystander.AskAsync<GetPowerRequest, PowerReport>(Cluster + "GetPower", new()));
        Assert.Equal("system:serviceaccount:ml:bystander may not get powerreports.toposcheduler.io.", status.Detail);

        _server.Reviews.Fails = 500;
        using var right = GrpcClient.Of(_server, ReviewDouble.Right);
        Assert.Equal(StatusCode.Unavailable, (await GrpcClient.StatusAsync(() => right.AskAsync<GetTopologyRequest, Topology>(Cluster + "GetTopology", new()))).StatusCode);
        Assert.DoesNotContain(_server.Server.Log, l => l.Contains(ReviewDouble.Right, StringComparison.Ordinal));
    }

    // What is for gRPC is nowhere at the other addresses, and nothing else is at its own.
    [Fact]
    public async Task Addresses_OthersThanItsOwn_AnswerNothing()
    {
        foreach (var address in new[] { _server.Extender, _server.Health, _server.Api, _server.Webhook })
        {
            using var client = _server.Connect(address, address == _server.Extender || address == _server.Webhook ? _server.Clients.Client(SecuredServer.Admitted) : null);
            using var answer = await client.PostAsync(new Uri($"/{Cluster}GetTopology", UriKind.Relative), null);
            Assert.Equal(404, (int)answer.StatusCode);
        }

        using var own = _server.Connect(new(_server.Server.Urls[^1]));
        own.DefaultRequestVersion = new(2, 0);
        own.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        foreach (var path in new[] { "/v1/topology", "/metrics", "/livez", "/scheduler/filter" })
        {
            using var answer = await own.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(404, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task Address_OfTheApiToo_AnswersBoth()
    {
        await using var shared = await SecuredServer.StartAsync(("listen:grpcUrl", "https://127.0.0.1:0"));
        Assert.Equal(4, shared.Server.Urls.Count);
        using var grpc = GrpcClient.Of(shared, shared.Api, ReviewDouble.Right);
        Assert.NotEmpty((await grpc.AskAsync<GetTopologyRequest, Topology>(Cluster + "GetTopology", new())).Kind);
        using var http = shared.Connect(shared.Api);
        http.DefaultRequestHeaders.Authorization = new("Bearer", ReviewDouble.Right);
        using var answer = await http.GetAsync(new Uri("/v1/topology", UriKind.Relative));
        Assert.Equal(200, (int)answer.StatusCode);
    }

    private static async Task FirstAsync<T>(AsyncServerStreamingCall<T> watch)
    {
        using (watch) Assert.True(await watch.ResponseStream.MoveNext(default));
    }

    private static async Task PushAsync(GrpcClient client, string method)
    {
        using var call = client.Push<PowerReading, PushResult>(method);
        await call.RequestStream.CompleteAsync();
        await call.ResponseAsync;
    }

    private static async Task ReflectAsync<TRequest, TResponse>(GrpcClient client, string method, TRequest request)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        using var call = client.Talk<TRequest, TResponse>(method);
        // A call that is refused may be over before its first message is under way; what the answer says is its status.
        var writing = call.RequestStream.WriteAsync(request);
        Assert.True(await call.ResponseStream.MoveNext(default));
        await writing;
        await call.RequestStream.CompleteAsync();
    }
}
