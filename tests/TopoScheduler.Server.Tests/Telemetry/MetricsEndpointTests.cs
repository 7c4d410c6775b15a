using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Tests.Gangs;
using TopoScheduler.Server.Tests.Telemetry.Exposition;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Telemetry;

public sealed class MetricsEndpointTests
{
    private const string Pod = """{"Pod":{"metadata":{"name":"p","namespace":"ml","uid":"new"},"spec":{"containers":[{"name":"c","resources":{"limits":{"nvidia.com/gpu":"8"}}}]}},"NodeNames":[]}""";

    [Fact]
    public async Task Get_AfterAFilter_TellsItAtBothAddresses()
    {
        await using var server = await TestServer.StartAsync(TestServer.Cluster(), ("listen:healthUrl", "http://localhost:0"));
        Assert.Equal(200, (await server.PostAsync("filter", Pod)).Status);
        Assert.Equal(400, (await server.PostAsync("filter", "{")).Status);
        foreach (var url in server.Urls)
        {
            using var answer = await server.Client.GetAsync(new Uri(new(url), "/metrics"));
            Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
            var page = ExpositionReader.Read(await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal(1, page.Samples.Single(s => s.Key == "toposcheduler_extender_duration_seconds_count filter answered").Value);
            Assert.Equal(1, page.Samples.Single(s => s.Key == "toposcheduler_extender_duration_seconds_count filter refused").Value);
            Assert.Equal(1, page.Samples.Single(s => s.Key == "toposcheduler_filter_answers_total fits").Value);
            Assert.Equal(4, page.Samples.Single(s => s.Name == "toposcheduler_nodes").Value);
            Assert.Contains(page.Samples, s => s.Name == "toposcheduler_build_info" && s.Value == 1);
        }
    }

    [Fact]
    public async Task Get_ClusterNotKnown_IsAnsweredAllTheSame()
    {
        await using var server = await TestServer.StartUnknownAsync();
        Assert.Equal(503, (await server.PostAsync("filter", Pod)).Status);
        var page = ExpositionReader.Read(await server.Client.GetByteArrayAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.Equal(1, page.Samples.Single(s => s.Key == "toposcheduler_extender_duration_seconds_count filter not_ready").Value);
        Assert.DoesNotContain(page.Samples, s => s.Name == "toposcheduler_nodes");
    }

    // Each member has a pod of its own uid; the first plans for all.
    [Theory]
    [InlineData(4, "fits", "placed", "none")]
    [InlineData(5, "gang_does_not_fit", "no_fit", "resources")]
    public async Task Get_AfterAGangAsked_TellsItsPlan(int members, string answer, string outcome, string reason)
    {
        await using var server = await TestServer.StartAsync(TestServer.Cluster());
        for (var m = 0; m < 2; m++)
        {
            var pod = Pod.Replace("\"uid\":\"new\"", $"\"uid\":\"u{m}\",\"annotations\":{{\"toposcheduler.io/gang\":\"g\",\"toposcheduler.io/gang-size\":\"{members}\"}}", StringComparison.Ordinal);
            Assert.Equal(200, (await server.PostAsync("filter", pod)).Status);
        }

        var page = ExpositionReader.Read(await server.Client.GetByteArrayAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.Equal(2, page.Samples.Single(s => s.Key == $"toposcheduler_filter_answers_total {answer}").Value);
        Assert.Equal(1, page.Samples.Single(s => s.Key == $"toposcheduler_plans_total filter {outcome} {reason}").Value);
        Assert.Equal(1, page.Samples.Single(s => s.Key == "toposcheduler_plan_duration_seconds_count filter").Value);
    }

    [Fact]
    public async Task Get_AfterABindingOnACluster_TellsItAndHowLongTheWatchTook()
    {
        await using var api = await FakeApiServer.StartAsync();
        api.Objects.Put(GangObjects.Nodes, GangObjects.Node(0, null));
        var pod = GangObjects.Pod("alone", 0, 1, 8);
        pod["metadata"] = new JsonObject { ["name"] = "alone", ["namespace"] = GangObjects.Space, ["uid"] = "u" };
        pod["spec"]!.AsObject().Remove("schedulingGates");
        api.Objects.Put(GangObjects.Pods, pod);
        var uid = (string)api.Objects.Find(GangObjects.Pods, GangObjects.Space, "alone")!["metadata"]!["uid"]!;
        await using var server = await TestServer.StartAsync((settings, loggers) => Scheduling.OfCluster(settings, new(new ApiConnection { Server = api.Address }, "test"), loggers));
        await server.WaitUntilReadyAsync();
        var binding = new JsonObject { ["PodName"] = "alone", ["PodNamespace"] = GangObjects.Space, ["PodUID"] = uid, ["Node"] = GangObjects.NodeName(0) };
        Assert.Equal((200, "{\"Error\":\"\"}"), await server.PostAsync("bind", binding.ToJsonString()));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        ExpositionReader page;
        do
        {
            await Task.Delay(100, patience.Token);
            page = ExpositionReader.Read(await server.Client.GetByteArrayAsync(new Uri("/metrics", UriKind.Relative), patience.Token));
        }
        while (!page.Samples.Any(s => s is { Name: "toposcheduler_watch_lag_seconds_count", Value: 1 }));
        Assert.Equal(1, page.Samples.Single(s => s.Key == "toposcheduler_binds_total bound").Value);
        Assert.Equal(
            ["namespaces", "nodes", "persistentvolumeclaims", "persistentvolumes", "pods", "powerdomains", "priorityclasses"],
            page.Samples.Where(s => s.Name == "toposcheduler_watch_contact_age_seconds").Select(s => s.Labels["resource"]));
        Assert.Equal(1, page.Samples.Single(s => s.Key == "toposcheduler_watch_relists_total pods").Value);
        Assert.True(page.Samples.Single(s => s.Key == "toposcheduler_watch_events_total pods").Value >= 1);
    }

    // Other tests run requests at the same time: this one is told apart by its name.
    [Fact]
    public async Task Traces_SomebodyListens_AVerbIsASpan()
    {
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "TopoScheduler",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await TestServer.StartAsync(TestServer.Cluster());
        Assert.Equal(200, (await server.PostAsync("prioritize", Pod)).Status);
        var span = spans.First(s => s.OperationName == "prioritize");
        Assert.Equal(ActivityKind.Server, span.Kind);
        Assert.Equal("answered", span.GetTagItem("toposcheduler.outcome"));

        var member = Pod.Replace("\"uid\":\"new\"", "\"uid\":\"t\",\"annotations\":{\"toposcheduler.io/gang\":\"traced\",\"toposcheduler.io/gang-size\":\"2\"}", StringComparison.Ordinal);
        Assert.Equal(200, (await server.PostAsync("filter", member)).Status);
        var plan = spans.Single(s => s.OperationName == "plan" && ((string?)s.GetTagItem("toposcheduler.gang"))?.Contains("traced", StringComparison.Ordinal) == true);
        Assert.Equal(("filter", "placed"), (plan.GetTagItem("toposcheduler.by"), plan.GetTagItem("toposcheduler.outcome")));
        Assert.Contains(spans, s => s.OperationName == "filter" && s.SpanId == plan.ParentSpanId);
    }

    [Fact]
    public async Task Post_IsNotAllowed()
    {
        await using var server = await TestServer.StartAsync(TestServer.Cluster());
        using var answer = await server.Client.PostAsync(new Uri("/metrics", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }
}
