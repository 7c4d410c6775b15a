using Grpc.Core;
using TopoScheduler.Server.Grpc.V1;
using TopoScheduler.Server.Tests.Api;
using TopoScheduler.Server.Tests.Gangs;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>Explanations over gRPC: those of HTTP, byte for byte, and what cannot be answered with its status.</summary>
public sealed class GrpcExplainTests : IAsyncLifetime
{
    private const string Method = "toposcheduler.v1.PlacementService/Explain";
    private const string At = "2027-01-27T12:00:00Z";

    private FakeApiServer _live = null!;
    private ApiServer _api = null!;
    private GrpcClient _client = null!;

    public static TheoryData<string, string> Subjects => new()
    {
        { """{"gang":"llama","namespace":"ml"}""", "namespaces/ml/gangs/llama" },
        { """{"gang":"pod/llama","namespace":"ml"}""", "namespaces/ml/gangs/pod%2Fllama" },
        { """{"gang":"qwen","namespace":"ml"}""", "namespaces/ml/gangs/qwen" },
        { """{"pod":"llama-3","namespace":"ml"}""", "namespaces/ml/pods/llama-3" },
        { """{"node":"n-0000"}""", "nodes/n-0000" },
    };

    public static TheoryData<string, StatusCode, string> Wrong => new()
    {
        { """{"gang":"lama","namespace":"ml"}""", StatusCode.NotFound, "gang ml/lama is not in the cluster; did you mean llama?" },
        { """{"gang":"jobset/llama","namespace":"ml"}""", StatusCode.NotFound, "gang ml/jobset/llama is not in the cluster" },
        { """{"pod":"llama-7","namespace":"ml"}""", StatusCode.NotFound, "pod ml/llama-7 is not in the cluster; did you mean llama-0 or llama-1 or llama-2?" },
        { """{"pod":"llama-0","namespace":"other"}""", StatusCode.NotFound, "pod other/llama-0 is not in the cluster; there is none." },
        { """{"node":"n-000"}""", StatusCode.NotFound, "node n-000 is not in the cluster; did you mean n-0000 or n-0001?" },
        { "{}", StatusCode.InvalidArgument, "subject=\"\": expected one of pod, gang, node" },
        { """{"namespace":"ml","at":"noon"}""", StatusCode.InvalidArgument, "at=\"noon\": expected " },
        { """{"namespace":"ml","at":"noon"}""", StatusCode.InvalidArgument, "subject=\"\": expected one of pod, gang, node" },
        { """{"gang":"llama"}""", StatusCode.InvalidArgument, "namespace=\"\": expected at most 63 lower case letters" },
        { """{"pod":"a","namespace":"NO"}""", StatusCode.InvalidArgument, "namespace=\"NO\": expected at most 63 lower case letters" },
        { """{"node":"n-0000","namespace":"ml"}""", StatusCode.InvalidArgument, "namespace=\"ml\": expected none: a node has no namespace" },
        { """{"pod":"a/b","namespace":"ml"}""", StatusCode.InvalidArgument, "pod=\"a/b\": expected the name of a pod" },
        { """{"gang":"","namespace":"ml"}""", StatusCode.InvalidArgument, "gang=\"\": expected the name of a gang" },
        { """{"gang":"a-b/llama","namespace":"ml"}""", StatusCode.InvalidArgument, "gang=\"a-b\": expected the kind of a job, such as jobset" },
        { """{"node":"-"}""", StatusCode.InvalidArgument, "node=\"-\": expected the name of a node" },
    };

    public async Task InitializeAsync()
    {
        _live = await ApiExplainTests.StartClusterAsync(nodes: 2, gangs: ["llama", "qwen"]);
        _api = await ApiExplainTests.StartAsync(_live, ("election:mode", "scheduler"), ("election:name", "nobody"), ("listen:grpcUrl", "http://127.0.0.1:0"));
        _client = GrpcClient.Of(_api.Server, ApiServer.Token);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _api.DisposeAsync();
        await _live.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Subjects))]
    public async Task Explain_EverySubject_AnswersAsHttpDoes(string request, string path)
    {
        using var http = await _api.GetAsync($"/v1/explain/{path}?at={At}");
        var asked = ExplainRequest.Parser.ParseJson(request);
        asked.At = At;
        var answer = await _client.AskAsync<ExplainRequest, Explanation>(Method, asked);
        Assert.Equal(await http.Content.ReadAsStringAsync(), CanonicalJson.Of(answer));
        Assert.Equal("Explanation", answer.Kind);
    }

    [Fact]
    public async Task Explain_Now_IsOfWhatWaits()
    {
        var answer = await _client.AskAsync<ExplainRequest, Explanation>(Method, new() { Gang = "llama", Namespace = GangObjects.Space });
        Assert.Equal(("waiting", "constraint", 4, 2), (answer.State, answer.Cause.Kind, answer.Wait.MembersThere, answer.Cause.Room));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Explain_WrongRequest_IsTold(string request, StatusCode code, string detail)
    {
        var status = await GrpcClient.StatusAsync(() => _client.AskAsync<ExplainRequest, Explanation>(Method, ExplainRequest.Parser.ParseJson(request)));
        Assert.Equal(code, status.StatusCode);
        Assert.Contains(detail, status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(_api.Server.Log, l => l.Contains("by a defect", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Explain_DeadlineHasPassed_IsTold()
    {
        var late = new CallOptions(deadline: DateTime.UtcNow.AddSeconds(-1));
        var status = await GrpcClient.StatusAsync(() => _client.AskAsync<ExplainRequest, Explanation>(Method, new() { Node = "n-0000" }, late));
        Assert.Equal(StatusCode.DeadlineExceeded, status.StatusCode);
    }
}
