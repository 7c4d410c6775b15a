using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Tests.Gangs;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Controllers;

/// <summary>Two replicas before one API server: a scheduler is answered by the one that leads, and told by the other to look elsewhere.</summary>
public sealed class TwoReplicasTests : IAsyncLifetime
{
    private const string Leases = "/apis/coordination.k8s.io/v1/leases";

    private FakeApiServer _api = null!;

    public async Task InitializeAsync()
    {
        _api = await FakeApiServer.StartAsync();
        for (var n = 0; n < 2; n++) _api.Objects.Put(GangObjects.Nodes, GangObjects.Node(n));
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task ModeLease_LeaderStops_TheOtherLeads()
    {
        var first = await StartAsync("a", "lease");
        await first.WaitUntilReadyAsync();
        await AssertAnswersAsync(first);
        await using var second = await StartAsync("b", "lease");
        await WaitUntilKnownAsync(second);

        await AssertRefusesAsync(second);
        await AssertAnswersAsync(first);
        Assert.StartsWith("a_", Holder("toposcheduler"), StringComparison.Ordinal);

        await first.DisposeAsync();
        await second.WaitUntilReadyAsync();
        await AssertAnswersAsync(second);
        Assert.StartsWith("b_", Holder("toposcheduler"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModeScheduler_OtherSchedulerTakesTheLease_ItsReplicaAnswers()
    {
        Hold("a_1");
        await using var first = await StartAsync("a", "scheduler");
        await using var second = await StartAsync("b", "scheduler");
        await first.WaitUntilReadyAsync();
        await WaitUntilKnownAsync(second);
        await AssertAnswersAsync(first);
        await AssertRefusesAsync(second);

        Hold("b_1");
        await second.WaitUntilReadyAsync();
        await WaitUntilAsync(first, text => text.Contains("another replica schedules", StringComparison.Ordinal));
        await AssertAnswersAsync(second);
        await AssertRefusesAsync(first);
        // Nobody but the scheduler writes its lease.
        Assert.DoesNotContain(_api.Requests, r => !r.StartsWith("GET", StringComparison.Ordinal) && r.Contains("/leases", StringComparison.Ordinal));
    }

    private Task<TestServer> StartAsync(string identity, string mode) => TestServer.StartAsync(
        (settings, loggers) => Scheduling.OfCluster(settings, new(new ApiConnection { Server = _api.Address }, "test"), loggers),
        ("election:mode", mode),
        ("election:identity", identity),
        ("election:name", mode == "lease" ? "toposcheduler" : "kube-scheduler"),
        // Long enough for a busy machine to renew it. Who stops gives it back, so nobody waits for its end.
        ("election:leaseSeconds", mode == "lease" ? "15" : "2"));

    private static async Task AssertAnswersAsync(TestServer server)
    {
        var (status, text) = await server.PostAsync("filter", Request);
        Assert.True(status == 200, $"{status} {text}");
        Assert.Equal("[+]serving ok\n[+]cluster ok\n[+]leader ok\n[+]shutdown ok\nok\n", await server.Client.GetStringAsync(new Uri("/readyz?verbose", UriKind.Relative)));
    }

    private static async Task AssertRefusesAsync(TestServer server)
    {
        foreach (var verb in (string[])["filter", "prioritize", "bind", "preempt"])
        {
            using var body = new StringContent(Request, Encoding.UTF8, "application/json");
            using var answer = await server.Client.PostAsync(new Uri($"/scheduler/{verb}", UriKind.Relative), body);
            Assert.Equal((verb, HttpStatusCode.ServiceUnavailable, true), (verb, answer.StatusCode, answer.Headers.ConnectionClose == true));
            Assert.Contains("another replica schedules", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var ready = await server.Client.GetAsync(new Uri("/readyz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("[+]serving ok\n[+]cluster ok\n[-]leader failed: another replica schedules\n[+]shutdown ok\nnot ready\n", await ready.Content.ReadAsStringAsync());
        Assert.Equal("ok\n", await server.Client.GetStringAsync(new Uri("/livez", UriKind.Relative)));
    }

    private static Task WaitUntilKnownAsync(TestServer server) => WaitUntilAsync(server, text => text.Contains("[+]cluster ok", StringComparison.Ordinal));

    private static async Task WaitUntilAsync(TestServer server, Func<string, bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var answer = await server.Client.GetAsync(new Uri("/readyz?verbose", UriKind.Relative), patience.Token);
            if (isSo(await answer.Content.ReadAsStringAsync(patience.Token))) return;
            await Task.Delay(20, patience.Token);
        }
    }

    private static string Request => "{\"Pod\":{\"metadata\":{\"name\":\"p\",\"namespace\":\"ml\",\"uid\":\"u\"}},\"NodeNames\":[\"" + GangObjects.NodeName(0) + "\"]}";

    private string Holder(string lease) => (string)_api.Objects.Find(Leases, "kube-system", lease)!["spec"]!["holderIdentity"]!;

    private void Hold(string holder) => _api.Objects.Put(Leases, new()
    {
        ["metadata"] = new JsonObject { ["name"] = "kube-scheduler", ["namespace"] = "kube-system" },
        ["spec"] = new JsonObject { ["holderIdentity"] = holder, ["leaseDurationSeconds"] = 600, ["renewTime"] = "1999-01-01T00:00:00.000000Z" },
    });
}
