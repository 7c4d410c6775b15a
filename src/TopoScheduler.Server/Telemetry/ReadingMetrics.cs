using System.Diagnostics.Metrics;

namespace TopoScheduler.Server.Telemetry;

/// <summary>What is measured of readings, in the meter of <see cref="SchedulerMetrics"/>; listed in <c>docs/reference/metrics.md</c>.</summary>
internal sealed class ReadingMetrics : IDisposable
{
    private readonly Meter _meter = new(SchedulerMetrics.MeterName);
    private readonly Counter<long> _errors;

    /// <summary>Measures.</summary>
    /// <param name="readings">How many there are now, by kind and state.</param>
    /// <param name="ages">Seconds since the last success, by source; a source without one yet is left out.</param>
    public ReadingMetrics(Func<IEnumerable<(string Kind, string State, int Count)>> readings, Func<IEnumerable<(string Source, double Seconds)>> ages)
    {
        _meter.CreateObservableGauge(
            "toposcheduler_power_readings",
            () => readings().Select(r => new Measurement<int>(r.Count, Tag("kind", r.Kind), Tag("state", r.State))),
            "{reading}",
            "Readings by kind and state: fresh, stale (reserved watts count instead), refused (not believed when last looked at).");
        _meter.CreateObservableGauge(
            "toposcheduler_telemetry_success_age",
            () => ages().Select(a => new Measurement<double>(a.Seconds, Tag("source", a.Source))),
            "s",
            "Time since readings last came without an error, by source.");
        _errors = _meter.CreateCounter<long>("toposcheduler_telemetry_errors_total", "{error}", "What went wrong with readings, by source and reason.");
    }

    /// <summary>Something went wrong.</summary>
    /// <param name="source"><c>prometheus</c> or <c>push</c>.</param>
    /// <param name="reason">One word.</param>
    /// <param name="count">How many times.</param>
    public void Error(string source, string reason, int count = 1)
    {
        if (count > 0) _errors.Add(count, Tag("source", source), Tag("reason", reason));
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
