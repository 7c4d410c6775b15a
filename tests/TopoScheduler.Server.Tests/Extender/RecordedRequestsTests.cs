using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Extender;

/// <summary>
/// What real kube-schedulers sent, asked of the server as it runs on a live cluster that has the nodes and the pod: of the nodes one is full, one half full. The
/// answers stand beside the requests.
/// </summary>
public sealed class RecordedRequestsTests
{
    private const string BusyNamespace = "busy";

    [Theory]
    [MemberData(nameof(RepositoryFiles.RecordedWire), MemberType = typeof(RepositoryFiles))]
    public async Task Verbs_RecordedRequests_AreAnsweredAsExpected(string version, string form)
    {
        var (filter, prioritize, bind) = (new RecordedRequest(version, "filter", form), new RecordedRequest(version, "prioritize", form), new RecordedRequest(version, "bind", form));
        var chosen = (string)bind.Json["Node"]!;
        string[] others = [.. filter.NodeNames.Where(n => n != chosen).Order(StringComparer.Ordinal)];
        await using var api = await FakeApiServer.StartAsync();
        foreach (var node in new RecordedRequest(version, "filter", "nodes").NodeObjects) api.Objects.Put(ApiResource.Nodes.Path(), node.AsObject());
        api.Objects.Put(ApiResource.Pods.Path(), filter.Json["Pod"]!.AsObject());
        api.Objects.Put(ApiResource.Pods.Path(), Busy("half", others[0], 4));
        api.Objects.Put(ApiResource.Pods.Path(), Busy("full", others[^1], 8));
        await using var server = await TestServer.StartAsync(
            (settings, loggers) => Scheduling.OfCluster(settings, new(new ApiConnection { Server = api.Address }, "test"), loggers), ("extender:onlyFailedNodes", "true"));
        await server.WaitUntilReadyAsync();

        var fitting = IsPartition(filter, await AskAsync(server, filter));
        Assert.Equal(filter.NodeNames.Where(n => n != others[^1]), fitting);
        IsOrder(prioritize, fitting, await AskAsync(server, prioritize));
        Assert.Equal("", (string?)(await AskAsync(server, bind))["Error"]);

        var pod = api.Objects.Find(ApiResource.Pods.Path(), (string)bind.Json["PodNamespace"]!, (string)bind.Json["PodName"]!)!;
        Assert.Equal(chosen, (string?)pod["spec"]!["nodeName"]);
        Assert.Equal("0/1", (string?)pod["metadata"]!["annotations"]!["toposcheduler.io/placement"]);
        await IsBoundOnce(server, bind, others[0]);
        Assert.DoesNotContain(server.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static async Task<JsonNode> AskAsync(TestServer server, RecordedRequest request)
    {
        using var body = request.ToContent();
        var (status, text) = await server.PostAsync(request.Verb, body);
        Assert.True(status == 200, $"{status} {text} to {request}");
        RepositoryFiles.AssertWire(request.AnswerFile, text);
        return JsonNode.Parse(text)!;
    }

    // Every candidate is named once: as one that fits, in the form it came in, or with a reason.
    private static List<string> IsPartition(RecordedRequest request, JsonNode answer)
    {
        Assert.Equal("", (string?)answer["Error"]);
        List<string> fitting;
        if (request.Form == "names")
        {
            Assert.Null(answer["Nodes"]);
            fitting = [.. answer["NodeNames"]!.AsArray().Select(n => (string)n!)];
        }
        else
        {
            Assert.Null(answer["NodeNames"]);
            var objects = answer["Nodes"]!["items"]!.AsArray();
            fitting = [.. objects.Select(o => (string)o!["metadata"]!["name"]!)];
            Assert.All(objects, o => Assert.Contains(request.NodeObjects, received => JsonNode.DeepEquals(received, o)));
        }

        var failed = answer["FailedNodes"]!.AsObject();
        Assert.All(failed, f => Assert.NotEqual("", (string?)f.Value));
        // A scheduler before 1.21 does not read these.
        Assert.True(answer["FailedAndUnresolvableNodes"] is not JsonObject { Count: > 0 });
        Assert.Equal(request.NodeNames.Order(StringComparer.Ordinal), fitting.Concat(failed.Select(f => f.Key)).Order(StringComparer.Ordinal));
        return fitting;
    }

    private static void IsOrder(RecordedRequest request, List<string> fitting, JsonNode answer)
    {
        var scores = answer.AsArray().Select(h => ((string)h!["Host"]!, (int)h["Score"]!)).ToArray();
        Assert.Equal(request.NodeNames, scores.Select(s => s.Item1));
        Assert.All(scores, s => Assert.InRange(s.Item2, 0, 10));
        Assert.Single(scores, s => s.Item2 == 10);
        Assert.All(scores.Where(s => !fitting.Contains(s.Item1)), s => Assert.Equal(0, s.Item2));
    }

    private static async Task IsBoundOnce(TestServer server, RecordedRequest bind, string elsewhere)
    {
        using var again = bind.ToContent();
        Assert.Equal((200, "{\"Error\":\"\"}"), await server.PostAsync("bind", again));
        var other = bind.Json;
        other["Node"] = elsewhere;
        var (status, text) = await server.PostAsync("bind", other.ToJsonString());
        Assert.Equal(200, status);
        Assert.Contains($"is bound to node {(string?)bind.Json["Node"]} already", text, StringComparison.Ordinal);
    }

    private static JsonObject Busy(string name, string node, int gpus)
    {
        var resources = new JsonObject { ["nvidia.com/gpu"] = $"{gpus}" };
        return new()
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = BusyNamespace, ["uid"] = $"uid-{name}" },
            ["spec"] = new JsonObject
            {
                ["nodeName"] = node,
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["resources"] = new JsonObject { ["limits"] = resources, ["requests"] = resources.DeepClone() } }),
            },
            ["status"] = new JsonObject { ["phase"] = "Running" },
        };
    }
}
