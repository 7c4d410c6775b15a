using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Tests.Gangs;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Controllers;

/// <summary>The whole server before an API server with power domains, without the resource, and with one that does not say.</summary>
public sealed class LivePowerDomainTests
{
    private const string Domains = "/apis/toposcheduler.io/v1alpha1/powerdomains";

    [Fact]
    public async Task Serve_BudgetLoweredAndRaised_IsFollowedAndTheStatusIsWritten()
    {
        await using var api = await StartApiAsync();
        Put(api, 50_000);
        await using var server = await StartAsync(api);
        await server.WaitUntilReadyAsync();
        Assert.True(await FitsAsync(server));

        Put(api, 9_000);
        await UntilAsync(async () => !await FitsAsync(server));
        Put(api, 50_001);
        await UntilAsync(() => FitsAsync(server));

        await UntilAsync(() => Task.FromResult(api.Objects.Find(Domains, "", "rack-0")!["status"] is not null));
        Assert.Equal(9_200, (int)api.Objects.Find(Domains, "", "rack-0")!["status"]!["committedWatts"]!);
    }

    // The clock is told to the state by itself: nothing else happens when a window ends.
    [Fact]
    public async Task Serve_WindowEnds_TheRackIsFreeAgain()
    {
        await using var api = await StartApiAsync();
        var end = DateTimeOffset.UtcNow.AddSeconds(6);
        Put(api, 50_000, new JsonObject { ["name"] = "demand-response", ["budgetWatts"] = 9_000, ["start"] = "2020-01-01T00:00:00Z", ["end"] = end.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) });
        await using var server = await StartAsync(api);
        await server.WaitUntilReadyAsync();
        // A slow machine may be ready only after the end.
        if (DateTimeOffset.UtcNow < end.AddSeconds(-2)) Assert.False(await FitsAsync(server));

        await UntilAsync(() => FitsAsync(server));

        Assert.True(DateTimeOffset.UtcNow >= end.AddSeconds(-1), "it was free before the end of the window");
    }

    [Fact]
    public async Task Serve_ResourceNotInstalled_SchedulesByLabels()
    {
        await using var api = await StartApiAsync();
        api.Objects.Withhold(Domains);
        await using var server = await StartAsync(api);

        await server.WaitUntilReadyAsync();

        Assert.True(await FitsAsync(server));
        Assert.DoesNotContain(server.Log, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("powerdomains", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Serve_PowerDomainsForbidden_IsNotReadyAndSaysWhy()
    {
        await using var api = await StartApiAsync(403);
        await using var server = await StartAsync(api);

        await UntilAsync(() => Task.FromResult(server.Log.Any(l => l.Contains(Domains, StringComparison.Ordinal) && l.Contains("403", StringComparison.Ordinal))));

        using var ready = await server.Client.GetAsync(new Uri("/readyz", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, ready.StatusCode);
    }

    private static async Task<FakeApiServer> StartApiAsync(int? refusal = null)
    {
        var api = await FakeApiServer.StartAsync(new()
        {
            First = async context =>
            {
                if (refusal is not { } code || !context.Request.Path.StartsWithSegments(Domains)) return false;
                await FakeApiServer.StatusAsync(context, code, "Forbidden", "no");
                return true;
            },
        });
        for (var n = 0; n < 4; n++) api.Objects.Put(GangObjects.Nodes, GangObjects.Node(n));
        return api;
    }

    private static Task<TestServer> StartAsync(FakeApiServer api) =>
        TestServer.StartAsync((settings, loggers) => Scheduling.OfCluster(settings, new(new ApiConnection { Server = api.Address }, "test"), loggers));

    private static void Put(FakeApiServer api, int watts, params JsonNode[] schedule)
    {
        var known = api.Objects.Find(Domains, "", "rack-0");
        var obj = known ?? new() { ["apiVersion"] = "toposcheduler.io/v1alpha1", ["kind"] = "PowerDomain", ["metadata"] = new JsonObject { ["name"] = "rack-0" } };
        obj["spec"] = new JsonObject { ["kind"] = "rack", ["budgetWatts"] = watts, ["schedule"] = new JsonArray(schedule) };
        api.Objects.Put(Domains, obj);
    }

    // A pod that takes a whole node has room on the first one.
    private static async Task<bool> FitsAsync(TestServer server)
    {
        var pod = GangObjects.Pod("p", 0, 1);
        ((JsonObject)pod["metadata"]!["annotations"]!).Clear();
        ((JsonObject)pod["spec"]!).Remove("schedulingGates");
        pod["metadata"]!["uid"] = "uid-p";
        var (status, text) = await server.PostAsync("filter", new JsonObject { ["Pod"] = pod, ["NodeNames"] = new JsonArray(GangObjects.NodeName(0)) }.ToJsonString());
        Assert.True(status == 200, $"{status} {text}");
        return JsonNode.Parse(text)!["NodeNames"]!.AsArray().Count == 1;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds()) await Task.Delay(20, patience.Token);
    }
}
