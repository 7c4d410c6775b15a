using System.Diagnostics;
using System.Net;
using TopoScheduler.Server.Tests.Telemetry.Exposition;

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

    [Fact]
    public async Task Get_GangThatDoesNotFit_TellsWhy()
    {
        await using var server = await TestServer.StartAsync(TestServer.Cluster());
        const string Gang = """{"Pod":{"metadata":{"name":"p","namespace":"ml","uid":"g","annotations":{"toposcheduler.io/gang-size":"2"},"labels":{"toposcheduler.io/gang":"g"}},"spec":{"containers":[{"name":"c","resources":{"limits":{"nvidia.com/gpu":"9"}}}]}},"NodeNames":[]}""";
        Assert.Equal(200, (await server.PostAsync("filter", Gang)).Status);
        var page = ExpositionReader.Read(await server.Client.GetByteArrayAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.Contains(page.Samples, s => s.Name == "toposcheduler_filter_answers_total" && s.Labels["reason"] != "fits");
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
    }

    [Fact]
    public async Task Post_IsNotAllowed()
    {
        await using var server = await TestServer.StartAsync(TestServer.Cluster());
        using var answer = await server.Client.PostAsync(new Uri("/metrics", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }
}
