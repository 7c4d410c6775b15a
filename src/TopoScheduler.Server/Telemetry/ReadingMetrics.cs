using System.Diagnostics.Metrics;

namespace TopoScheduler.Server.Telemetry;

/// <summary>What is measured of readings.</summary>
internal sealed class ReadingMetrics
{
    private readonly Counter<long> _errors;

    /// <summary>Measures.</summary>
    /// <param name="meter">Where the instruments hang.</param>
    /// <param name="readings">How many there are now, by kind and state.</param>
    /// <param name="ages">Seconds since the last success, by source; a source without one yet is left out.</param>
    public ReadingMetrics(Meter meter, Func<IEnumerable<(string Kind, string State, int Count)>> readings, Func<IEnumerable<(string Source, double Seconds)>> ages)
    {
        MetricCatalogue.Readings.Observe(meter, () => readings().Select(r => MetricCatalogue.Readings.Of(r.Count, r.Kind, r.State)));
        MetricCatalogue.ReadingAge.Observe(meter, () => ages().Select(a => MetricCatalogue.ReadingAge.Of(a.Seconds, a.Source)));
        _errors = MetricCatalogue.ReadingErrors.Counter(meter);
    }

    /// <summary>Something went wrong.</summary>
    /// <param name="source"><c>prometheus</c> or <c>push</c>.</param>
    /// <param name="reason">One word.</param>
    /// <param name="count">How many times.</param>
    public void Error(string source, string reason, int count = 1)
    {
        if (count > 0) _errors.Add(count, MetricCatalogue.ReadingErrors.Label(0, source), MetricCatalogue.ReadingErrors.Label(1, reason));
    }
}
