using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace TopoScheduler.Server.Tests.Telemetry;

/// <summary>What a collector on loopback gets, over gRPC and over HTTP.</summary>
public sealed class OtlpExportTests
{
    private const string Request = """{"Pod":{"metadata":{"name":"p","namespace":"ml","uid":"new"},"spec":{"containers":[{"name":"c"}]}},"NodeNames":[]}""";

    private readonly ConcurrentQueue<(string Path, string Type, string Body)> _received = new();

    [Theory]
    [InlineData("http", "/v1/metrics", "/v1/traces", "application/x-protobuf")]
    [InlineData("grpc", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "/opentelemetry.proto.collector.trace.v1.TraceService/Export", "application/grpc")]
    public async Task Start_ACollector_GetsMetricsAndTraces(string protocol, string metricsPath, string tracesPath, string type)
    {
        await using var collector = await CollectorAsync(protocol == "grpc" ? HttpProtocols.Http2 : HttpProtocols.Http1);
        await using (var server = await TestServer.StartAsync(TestServer.Cluster(), ("metrics:otlp", collector.Urls.Single()), ("metrics:otlpProtocol", protocol), ("metrics:otlpIntervalSeconds", "3600")))
        {
            Assert.Equal(200, (await server.PostAsync("filter", Request)).Status);
        }

        // The end of the server sends what is left.
        Assert.All(_received, r => Assert.Equal(type, r.Type));
        var metrics = _received.Where(r => r.Path == metricsPath).ToList();
        Assert.Contains(metrics, m => m.Body.Contains("toposcheduler_extender_duration_seconds", StringComparison.Ordinal) && m.Body.Contains("toposcheduler_nodes", StringComparison.Ordinal));
        var traces = _received.Where(r => r.Path == tracesPath).ToList();
        Assert.Contains(traces, t => t.Body.Contains("filter", StringComparison.Ordinal) && t.Body.Contains("toposcheduler.outcome", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_NoTraces_SendsMetricsAlone()
    {
        await using var collector = await CollectorAsync(HttpProtocols.Http1);
        await using (await TestServer.StartAsync(TestServer.Cluster(), ("metrics:otlp", collector.Urls.Single()), ("metrics:otlpProtocol", "http"), ("metrics:tracesPercent", "0")))
        {
        }

        Assert.Equal(["/v1/metrics"], _received.Select(r => r.Path).Distinct());
    }

    [Fact]
    public async Task Start_NoCollectorThere_TheServerServesAndEndsAllTheSame()
    {
        await using var server = await TestServer.StartAsync(TestServer.Cluster(), ("metrics:otlp", "http://127.0.0.1:1"), ("metrics:otlpIntervalSeconds", "1"));
        Assert.Equal(200, (await server.PostAsync("filter", Request)).Status);
    }

    private async Task<WebApplication> CollectorAsync(HttpProtocols protocols)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var collector = builder.Build();
        collector.Run(TakeAsync);
        await collector.StartAsync();
        return collector;
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _received.Enqueue((context.Request.Path, context.Request.ContentType ?? "", Encoding.Latin1.GetString(body.ToArray())));
        if (context.Request.ContentType != "application/grpc") return;
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        // An empty message: no compression, no length.
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
