using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Telemetry.Otlp;

/// <summary>Sends metrics and traces to an OpenTelemetry collector, from its start to its end. The only place that knows OpenTelemetry; nothing of it runs unless it is asked for.</summary>
internal sealed class OtlpExport : IDisposable
{
    private const string ServiceName = "toposcheduler";

    // An end that waits for a collector that is gone would hold up the end of the server.
    private const int GoodbyeMilliseconds = 2_000;

    private readonly MeterProvider _metrics;
    private readonly TracerProvider? _traces;

    private OtlpExport(MetricsOptions options, Uri server)
    {
        var version = typeof(OtlpExport).Assembly.GetName().Version?.ToString(3);
        var resource = ResourceBuilder.CreateDefault().AddService(ServiceName, serviceVersion: version, serviceInstanceId: Environment.MachineName);
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(SchedulerMetrics.MeterName)
            .AddOtlpExporter((exporter, reader) =>
            {
                Configure(exporter, options, server, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.OtlpIntervalSeconds * 1_000;
            }).Build();
        if (options.TracesPercent == 0) return;
        // By the id of the trace alone: the span the web server puts around a request is nobody's decision.
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(SchedulerMetrics.MeterName)
            .SetSampler(new TraceIdRatioBasedSampler(options.TracesPercent / 100.0))
            .AddOtlpExporter(exporter => Configure(exporter, options, server, "v1/traces")).Build();
    }

    /// <summary>Begins to send; null where nobody is to be sent to.</summary>
    public static OtlpExport? Start(MetricsOptions options) => options.Otlp is { Length: > 0 } server ? new(options, new(server)) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _metrics.Shutdown(GoodbyeMilliseconds);
        _traces?.Shutdown(GoodbyeMilliseconds);
        _metrics.Dispose();
        _traces?.Dispose();
    }

    // Headers, certificates and time limits are those of the standard environment variables OTEL_EXPORTER_OTLP_*.
    private static void Configure(OtlpExporterOptions exporter, MetricsOptions options, Uri server, string path)
    {
        var isHttp = options.OtlpProtocol == "http";
        exporter.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        exporter.Endpoint = isHttp ? new($"{server.AbsoluteUri.TrimEnd('/')}/{path}") : server;
    }
}
