using System.ComponentModel.DataAnnotations;

namespace TopoScheduler.Server.Configuration;

/// <summary>What is told of the work of the server beside its log.</summary>
public sealed class MetricsOptions
{
    /// <summary>Where metrics and traces are sent to over OTLP: an OpenTelemetry collector.</summary>
    /// <value>Default none: metrics are told to whoever asks for <c>/metrics</c>, traces to nobody.</value>
    public string? Otlp { get; set; }

    /// <summary>How OTLP is spoken: <c>grpc</c>, or <c>http</c> with binary bodies under <c>/v1/metrics</c> and <c>/v1/traces</c>.</summary>
    /// <value>Default <c>grpc</c>.</value>
    [RegularExpression("grpc|http", ErrorMessage = "expected grpc or http.")]
    public string OtlpProtocol { get; set; } = "grpc";

    /// <summary>Seconds between two sendings of metrics.</summary>
    /// <value>Default 60; more costs less, less shows sooner.</value>
    [Range(1, 3600, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int OtlpIntervalSeconds { get; set; } = 60;

    /// <summary>Share of requests and plans that are traced, in percent.</summary>
    /// <value>Default 100; less costs less, 0 sends no traces.</value>
    [Range(0, 100, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int TracesPercent { get; set; } = 100;

    /// <summary>Seconds between two counts of how much room there is, at least: largest gangs and free slots. Counted only while somebody looks, by the leader.</summary>
    /// <value>Default 30; more costs less, 0 counts nothing.</value>
    [Range(0, 86_400, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int CapacitySeconds { get; set; } = 30;
}
