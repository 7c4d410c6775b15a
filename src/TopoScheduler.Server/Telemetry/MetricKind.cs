namespace TopoScheduler.Server.Telemetry;

/// <summary>What a metric is.</summary>
internal enum MetricKind
{
    /// <summary>A count that only grows.</summary>
    Counter,

    /// <summary>A figure that goes up and down.</summary>
    Gauge,

    /// <summary>How many values fell into which range.</summary>
    Histogram,
}
