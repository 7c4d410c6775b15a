using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using TopoScheduler.Server.Grpc.V1;
using V1 = TopoScheduler.Server.Grpc.V1;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>Calls over the wire: the answers of HTTP, and statuses for what has none.</summary>
public sealed class GrpcCallTests : IAsyncLifetime
{
    private const string Placements = "toposcheduler.v1.PlacementService/";
    private const string Cluster = "toposcheduler.v1.ClusterService/";
    private const string Job = "{apiVersion: batch/v1, kind: Job, metadata: {name: train}, spec: {parallelism: 2, completions: 2, completionMode: Indexed, template: {spec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: 8}}}]}}}}";

    private GrpcServer _server = null!;

    public async Task InitializeAsync() => _server = await GrpcServer.StartAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Methods_EveryQuestion_AnswerAsHttpDoes()
    {
        await SameAsync("/v1/topology", AskAsync<GetTopologyRequest, Topology>("GetTopology", new()));
        await SameAsync("/v1/power", AskAsync<GetPowerRequest, PowerReport>("GetPower", new()));
        await SameAsync("/v1/power?domain=rack/r0000", AskAsync<GetPowerRequest, PowerReport>("GetPower", new() { Domain = "rack/r0000" }));
        await SameAsync("/v1/capacity?gpusPerPod=4", AskAsync<GetCapacityRequest, CapacityReport>("GetCapacity", new() { GpusPerPod = 4 }));
        await SameAsync("/v1/problems", AskAsync<ListProblemsRequest, DoctorReport>("ListProblems", new()));
        await SameAsync("/v1/gangplacements", _server.Client.AskAsync<ListGangPlacementsRequest, GangReportList>(Placements + "ListGangPlacements", new()));
    }

    [Fact]
    public async Task Report_Jobs_AnswersAsHttpDoes()
    {
        var body = $$$"""{"manifests": {{{System.Text.Json.JsonSerializer.Serialize(Job)}}}, "namespace": "ml", "source": "x", "policy": {"oversubscription": {"spine": 2.5}, "maxSteps": 1000}}""";
        var request = new ReportRequest { Manifests = Job, Namespace = "ml", Source = "x", Policy = new() { MaxSteps = 1000, Oversubscription = { ["spine"] = 2.5 } } };
        var answer = await _server.Client.AskAsync<ReportRequest, V1.PlacementReportList>(Placements + "Report", request);
        Assert.Equal("Placed", Assert.Single(answer.Reports).Outcome);
        Assert.Equal(Encoding.UTF8.GetString(await _server.HttpAsync(HttpMethod.Post, "/v1/report", body)), CanonicalJson.Of(answer.Reports[0]));
    }

    [Fact]
    public async Task Report_Scenario_IsPlannedUnderAndTold()
    {
        var request = new ReportRequest { Manifests = Job, WhatIf = new() { Drain = { "rack/r0001" } } };
        var answer = await _server.Client.AskAsync<ReportRequest, V1.PlacementReportList>(Placements + "Report", request);
        Assert.Equal(("drain", "rack/r0001"), (Assert.Single(answer.Scenario.Changes).Change, answer.Scenario.Changes[0].Object));
        Assert.All(answer.Reports[0].Placement?.Pods ?? [], p => Assert.Equal("r0000", p.Rack));
    }

    public static TheoryData<string, IMessage, StatusCode, string> Wrong => new()
    {
        { Placements + "Report", new ReportRequest { Manifests = Job, WhatIf = new() { Drain = { "rack/none" } } }, StatusCode.InvalidArgument, "whatIf." },
        { Cluster + "GetPower", new GetPowerRequest { Domain = "rack/none" }, StatusCode.InvalidArgument, "domain=\"rack/none\": expected kind/name of a power domain of the cluster" },
        { Cluster + "GetPower", new GetPowerRequest { At = "tomorrow" }, StatusCode.InvalidArgument, "at=\"tomorrow\": expected " },
        { Cluster + "GetCapacity", new GetCapacityRequest { GpusPerPod = 0 }, StatusCode.InvalidArgument, "gpusPerPod=\"0\": expected a whole number from 1 to 1024" },
        { Placements + "Report", new ReportRequest(), StatusCode.InvalidArgument, "manifests=\"\": expected at least one job" },
        { Placements + "Report", new ReportRequest { Manifests = "{kind: [" }, StatusCode.InvalidArgument, "" },
        { Placements + "Report", new ReportRequest { Manifests = "{apiVersion: v1, kind: Service, metadata: {name: s}}" }, StatusCode.InvalidArgument, "None of the jobs can be read." },
        { Placements + "Report", new ReportRequest { Manifests = Job, Namespace = "No" }, StatusCode.InvalidArgument, "namespace=\"No\": expected at most 63 lower case letters" },
        { Placements + "Report", new ReportRequest { Manifests = Job, Policy = new() { MaxSteps = 0, Oversubscription = { ["moon"] = 2 } } }, StatusCode.InvalidArgument, "policy.oversubscription.moon=\"moon\": expected a switch tier" },
        { Placements + "GetGangPlacement", new GetGangPlacementRequest { Namespace = "ml", Name = "none" }, StatusCode.NotFound, "There is no GangPlacement ml/none." },
        { Placements + "GetGangPlacement", new GetGangPlacementRequest { Namespace = "ml" }, StatusCode.InvalidArgument, "name=\"\": expected the name of a GangPlacement" },
        { Placements + "Sing", new GetTopologyRequest(), StatusCode.Unimplemented, "" },
        { "toposcheduler.v1.Choir/Sing", new GetTopologyRequest(), StatusCode.Unimplemented, "" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Method_WrongRequest_IsTold(string method, IMessage request, StatusCode code, string detail)
    {
        var status = await GrpcClient.StatusAsync(() => request switch
        {
            GetPowerRequest r => _server.Client.AskAsync<GetPowerRequest, PowerReport>(method, r),
            GetCapacityRequest r => _server.Client.AskAsync<GetCapacityRequest, CapacityReport>(method, r),
            ReportRequest r => _server.Client.AskAsync<ReportRequest, V1.PlacementReportList>(method, r),
            GetGangPlacementRequest r => _server.Client.AskAsync<GetGangPlacementRequest, GangReport>(method, r),
            _ => _server.Client.AskAsync<GetTopologyRequest, Topology>(method, (GetTopologyRequest)request),
        });
        Assert.Equal(code, status.StatusCode);
        Assert.Contains(detail, status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Server.Log, l => l.Contains("by a defect", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Push_Readings_AreJudgedAsOverHttp()
    {
        var now = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        using var call = _server.Client.Push<PowerReading, PushResult>("toposcheduler.v1.PowerReadingsService/Push");
        await call.RequestStream.WriteAsync(new() { Kind = "rack", Name = "r0000", Watts = 12_000, At = now });
        await call.RequestStream.WriteAsync(new() { Kind = "tower", Name = "r0000", Watts = 1, At = now });
        await call.RequestStream.WriteAsync(new() { Kind = "rack", Name = "r0001", Watts = double.NaN, At = now });
        await call.RequestStream.WriteAsync(new() { Kind = "rack", Name = "r0001", Watts = 1, At = "2020-01-01T00:00:00Z" });
        await call.RequestStream.CompleteAsync();
        var result = await call.ResponseAsync;

        Assert.Equal((1, 3), (result.Taken, result.Refused));
        Assert.Equal([(1, "kind", "tower"), (2, "watts", "NaN"), (3, "at", "2020-01-01T00:00:00.000+00:00")], result.Problems.Select(p => (p.Index, p.Field, p.Value)));
        Assert.All(result.Problems, p => Assert.NotEmpty(p.Expected));
    }

    [Fact]
    public async Task WatchPower_ReadingComes_IsToldWithItAndEndsWhenCancelled()
    {
        using var stop = new CancellationTokenSource();
        using var watch = _server.Client.Watch<WatchPowerRequest, PowerReport>(Cluster + "WatchPower", new() { Domain = "rack/r0000" }, new(cancellationToken: stop.Token));
        Assert.True(await watch.ResponseStream.MoveNext(default));
        var first = watch.ResponseStream.Current.Domains.Single(d => d.Id == "rack/r0000");
        Assert.False(first.HasMeasuredWatts);

        using var push = _server.Client.Push<PowerReading, PushResult>("toposcheduler.v1.PowerReadingsService/Push");
        await push.RequestStream.WriteAsync(new() { Kind = "rack", Name = "r0000", Watts = 13_000, At = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture) });
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(13_000, watch.ResponseStream.Current.Domains.Single(d => d.Id == "rack/r0000").MeasuredWatts);

        await stop.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await GrpcClient.StatusAsync(() => watch.ResponseStream.MoveNext(default))).StatusCode);
        await push.RequestStream.CompleteAsync();
        Assert.Equal(1, (await push.ResponseAsync).Taken);
    }

    [Fact]
    public async Task Watch_ServerStops_IsToldAtOnce()
    {
        using var watch = _server.Client.Watch<GetTopologyRequest, Topology>(Cluster + "WatchTopology", new());
        Assert.True(await watch.ResponseStream.MoveNext(default));
        var ended = GrpcClient.StatusAsync(() => watch.ResponseStream.MoveNext(default));
        await _server.Server.StopAsync();
        Assert.Equal((StatusCode.Unavailable, "The server is stopping."), ((await ended).StatusCode, (await ended).Detail));
    }

    [Fact]
    public async Task Health_EveryService_Serves()
    {
        foreach (var service in new[] { "", "toposcheduler.v1.PlacementService", "toposcheduler.v1.ClusterService", "toposcheduler.v1.PowerReadingsService" })
        {
            using var stranger = GrpcClient.Of(_server.Server, null);
            var answer = await stranger.AskAsync<HealthCheckRequest, HealthCheckResponse>("grpc.health.v1.Health/Check", new() { Service = service });
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
        }

        Assert.Equal(StatusCode.NotFound, (await GrpcClient.StatusAsync(() => _server.Client.AskAsync<HealthCheckRequest, HealthCheckResponse>("grpc.health.v1.Health/Check", new() { Service = "none" }))).StatusCode);
    }

    [Fact]
    public async Task Health_ClusterNotKnown_DoesNotServe()
    {
        await using var unknown = await TestServer.StartAsync(
            (loaded, loggers) => Server.Controllers.Scheduling.OfCluster(loaded, new(new Kubernetes.Api.ApiConnection { Server = new("http://127.0.0.1:1") }, "test"), loggers), ("listen:grpcUrl", "http://127.0.0.1:0"));
        using var client = GrpcClient.Of(unknown, null);
        var answer = await client.AskAsync<HealthCheckRequest, HealthCheckResponse>("grpc.health.v1.Health/Check", new());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, answer.Status);
    }

    [Fact]
    public async Task Call_Deadline_IsHonoured()
    {
        var late = new CallOptions(deadline: DateTime.UtcNow.AddMilliseconds(300));
        using var watch = _server.Client.Watch<GetTopologyRequest, Topology>(Cluster + "WatchTopology", new(), late);
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.DeadlineExceeded, (await GrpcClient.StatusAsync(() => watch.ResponseStream.MoveNext(default))).StatusCode);
    }

    [Fact]
    public async Task Watches_MoreThanMayBe_AreRefused()
    {
        await using var few = await GrpcServer.StartAsync(("grpc:watches", "1"));
        using var one = few.Client.Watch<GetTopologyRequest, Topology>(Cluster + "WatchTopology", new());
        Assert.True(await one.ResponseStream.MoveNext(default));
        using var other = few.Client.Watch<WatchPowerRequest, PowerReport>(Cluster + "WatchPower", new());
        var status = await GrpcClient.StatusAsync(() => other.ResponseStream.MoveNext(default));
        Assert.Equal((StatusCode.ResourceExhausted, "1 watches and pushes are open, which is grpc.watches; close one first."), (status.StatusCode, status.Detail));
    }

    [Fact]
    public async Task Request_LargerThanMayBe_IsRefused()
    {
        await using var small = await GrpcServer.StartAsync(("api:bodyMiB", "1"));
        var status = await GrpcClient.StatusAsync(() => small.Client.AskAsync<ReportRequest, V1.PlacementReportList>(Placements + "Report", new() { Manifests = new string('#', 2 << 20) }));
        Assert.Equal(StatusCode.ResourceExhausted, status.StatusCode);
    }

    [Fact]
    public async Task Answer_LargerThanMayBe_IsRefused()
    {
        var tokenFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(tokenFile, GrpcServer.Token);
        await using var large = await TestServer.StartAsync(TestServer.Cluster(60_000), ("listen:grpcUrl", "http://127.0.0.1:0"), ("access:tokenFile", tokenFile), ("grpc:answerMiB", "1"));
        using var client = GrpcClient.Of(large, GrpcServer.Token);
        var status = await GrpcClient.StatusAsync(() => client.AskAsync<GetTopologyRequest, Topology>(Cluster + "GetTopology", new()));
        Assert.Equal(StatusCode.ResourceExhausted, status.StatusCode);
        File.Delete(tokenFile);
    }

    private Task<TAnswer> AskAsync<TRequest, TAnswer>(string method, TRequest request)
        where TRequest : class, IMessage<TRequest>, new()
        where TAnswer : class, IMessage<TAnswer>, new() => _server.Client.AskAsync<TRequest, TAnswer>(Cluster + method, request);

    private async Task SameAsync<TAnswer>(string path, Task<TAnswer> answer)
        where TAnswer : IMessage => Assert.Equal(Encoding.UTF8.GetString(await _server.HttpAsync(HttpMethod.Get, path)), CanonicalJson.Of(await answer));
}
