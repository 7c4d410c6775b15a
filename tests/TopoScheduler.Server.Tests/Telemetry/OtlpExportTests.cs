using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace TopoScheduler.Server.Tests.Telemetry;

/// <summary>A collector on loopback that keeps what comes.</summary>
public sealed class OtlpExportTests : IDisposable
{
    private readonly HttpListener _collector = new();
    private readonly ConcurrentQueue<(string Path, string Type, string Body)> _received = new();
    private readonly string _url;

    public OtlpExportTests()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        _url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        _collector.Prefixes.Add(_url);
        _collector.Start();
        _ = ServeAsync();
    }

    public void Dispose() => _collector.Close();

    [Fact]
    public async Task Start_OtlpOverHttp_SendsMetricsAndTraces()
    {
        await using (var server = await TestServer.StartAsync(TestServer.Cluster(), ("metrics:otlp", _url), ("metrics:otlpProtocol", "http"), ("metrics:otlpIntervalSeconds", "3600")))
        {
            Assert.Equal(200, (await server.PostAsync("filter", """{"Pod":{"metadata":{"name":"p","namespace":"ml","uid":"new"},"spec":{"containers":[{"name":"c"}]}},"NodeNames":[]}""")).Status);
        }

        // The end of the server sends what is left.
        var metrics = _received.Where(r => r.Path == "/v1/metrics").ToList();
        Assert.NotEmpty(metrics);
        Assert.All(metrics, m => Assert.Equal("application/x-protobuf", m.Type));
        Assert.Contains(metrics, m => m.Body.Contains("toposcheduler_extender_duration_seconds", StringComparison.Ordinal) && m.Body.Contains("toposcheduler_nodes", StringComparison.Ordinal));
        var traces = _received.Where(r => r.Path == "/v1/traces").ToList();
        Assert.Contains(traces, t => t.Body.Contains("filter", StringComparison.Ordinal) && t.Body.Contains("toposcheduler.outcome", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_NoTraces_SendsMetricsAlone()
    {
        await using (await TestServer.StartAsync(TestServer.Cluster(), ("metrics:otlp", _url), ("metrics:otlpProtocol", "http"), ("metrics:tracesPercent", "0")))
        {
        }

        Assert.Equal(["/v1/metrics"], _received.Select(r => r.Path).Distinct());
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _collector.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                _received.Enqueue((context.Request.Url!.AbsolutePath, context.Request.ContentType ?? "", Encoding.Latin1.GetString(body.ToArray())));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The end.
        }
    }
}
