using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TopoScheduler.Server.Telemetry;

/// <summary>What is measured of questions, whichever door they come by.</summary>
internal sealed class ApiMetrics
{
    private readonly Histogram<double> _durations;

    /// <summary>Measures.</summary>
    /// <param name="meter">Where the instruments hang.</param>
    public ApiMetrics(Meter meter)
    {
        _durations = MetricCatalogue.ApiDuration.Histogram(meter);
        MetricCatalogue.ApiWatches.Observe(meter, () => Watches is { } open ? [MetricCatalogue.ApiWatches.Of(open())] : Array.Empty<Measurement<int>>());
    }

    /// <summary>How many watches and pushes are open; null where there are none.</summary>
    public Func<int>? Watches { get; set; }

    /// <summary>A question was answered, or not.</summary>
    /// <param name="door">One word.</param>
    /// <param name="method">The question.</param>
    /// <param name="outcome">One word.</param>
    /// <param name="start">Timestamp of its begin.</param>
    public void Answered(string door, string method, string outcome, long start)
    {
        if (!_durations.Enabled) return;
        var metric = MetricCatalogue.ApiDuration;
        _durations.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, metric.Label(0, door), metric.Label(1, method), metric.Label(2, outcome));
    }
}
