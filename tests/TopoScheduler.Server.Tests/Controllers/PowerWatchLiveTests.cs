using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Tests.Gangs;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Controllers;

/// <summary>Whole processes before an API server: a lowered budget label and a foreign pod are told with their watch event, by the leader alone.</summary>
public sealed class PowerWatchLiveTests : IAsyncLifetime
{
    private const string Events = "/apis/events.k8s.io/v1/events";

    private FakeApiServer _api = null!;

    public async Task InitializeAsync()
    {
        _api = await FakeApiServer.StartAsync();
        for (var n = 0; n < 2; n++) Node(n, 21_000);
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Budget_LoweredLabel_IsToldAndNothingIsTouched(string controller)
    {
        Bind("a", 0);
        Bind("b", 1);
        await using var server = await StartAsync("x", ("gangs:controller", controller));
        await server.WaitUntilReadyAsync();
        Assert.Empty(Reasons());

        Node(0, 20_000);
        await WaitUntilAsync(() => Reasons().Count(r => r == "PowerOverBudget") == 2);
        Assert.Contains(server.Log, line => line == "Warning: rack/rack-0 carries 20,400 W, 400 W over its budget of 20,000 W; move first: pod/ml/b (priority 0, frees 7,900 W).");
        Assert.Equal(["n-0000", "b"], Told("PowerOverBudget").Select(e => (string)e["regarding"]!["name"]!));
        Assert.All(Told("PowerOverBudget"), e => Assert.Equal("Warning", (string)e["type"]!));

        _api.Objects.Delete(GangObjects.Pods, GangObjects.Space, "b");
        await WaitUntilAsync(() => Reasons().Contains("PowerWithinBudget"));
        Assert.Contains(server.Log, line => line == "Information: rack/rack-0 is within its budget again: it carries 12,500 W of 20,000 W.");
        Assert.DoesNotContain(_api.Requests, r => r.StartsWith("DELETE", StringComparison.Ordinal) || r.Contains("/eviction", StringComparison.Ordinal));
        Assert.DoesNotContain(_api.Requests, r => !r.StartsWith("GET", StringComparison.Ordinal) && (r.Contains("/pods", StringComparison.Ordinal) || r.Contains("/nodes", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pod_BoundByAnother_IsToldByTheLeaderAlone()
    {
        Node(0, 12_400);
        await using var first = await StartAsync("a", ("election:mode", "lease"));
        await first.WaitUntilReadyAsync();
        await using var second = await StartAsync("b", ("election:mode", "lease"));
        await WaitUntilAsync(() => second.Log.Any(line => line.Contains("the cluster is known", StringComparison.Ordinal)));

        Bind("foreign", 0);
        await WaitUntilAsync(() => Reasons().Count(r => r == "PowerOverBudget") == 2);
        // Events that concern the same rack change nothing more.
        Bind("small", 1, gpus: 1);
        await Task.Delay(300);
        Assert.True(Reasons().Count(r => r == "PowerOverBudget") == 2, string.Join('\n', [.. first.Log, "second:", .. second.Log, .. Told("PowerOverBudget").Select(e => e.ToJsonString())]));
        Assert.Contains(first.Log, line => line.StartsWith("Warning: rack/rack-0 carries 12,500 W", StringComparison.Ordinal));
        Assert.DoesNotContain(second.Log, line => line.Contains("rack/rack-0", StringComparison.Ordinal));
    }

    private Task<TestServer> StartAsync(string identity, params (string Key, string Value)[] settings) => TestServer.StartAsync(
        (loaded, loggers) => Scheduling.OfCluster(loaded, new(new ApiConnection { Server = _api.Address }, "test"), loggers),
        [("election:identity", identity), ("election:leaseSeconds", "120"), .. settings]);

    private void Node(int n, int budget) => _api.Objects.Put(GangObjects.Nodes, GangObjects.Node(n, budget));

    private void Bind(string name, int node, int gpus = 8)
    {
        var pod = GangObjects.Pod(name, 0, 1, gpus);
        pod["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = GangObjects.Space };
        pod["spec"]!.AsObject().Remove("schedulingGates");
        pod["spec"]!["nodeName"] = GangObjects.NodeName(node);
        _api.Objects.Put(GangObjects.Pods, pod);
    }

    private List<string> Reasons() => [.. _api.Objects.All(Events, null).Objects.Select(e => (string)e["reason"]!)];

    private List<JsonObject> Told(string reason) =>
        [.. _api.Objects.All(Events, null).Objects.Where(e => (string)e["reason"]! == reason).OrderBy(e => (string)e["eventTime"]!, StringComparer.Ordinal)];

    private static async Task WaitUntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isSo()) await Task.Delay(20, patience.Token);
    }
}
