using System.Diagnostics.Metrics;

namespace TopoScheduler.Server.Telemetry;

/// <summary>What is measured of callers and of the record of decisions.</summary>
internal sealed class AccessMetrics
{
    private readonly Counter<long> _refused;

    /// <summary>Measures.</summary>
    /// <param name="meter">Where the instruments hang.</param>
    /// <param name="lost">Lines the record of decisions has lost up to now; null where nothing is recorded.</param>
    public AccessMetrics(Meter meter, Func<long?> lost)
    {
        _refused = MetricCatalogue.AccessRefused.Counter(meter);
        MetricCatalogue.AuditLost.Observe(meter, () => lost() is { } lines ? [MetricCatalogue.AuditLost.Of(lines)] : Array.Empty<Measurement<long>>());
    }

    /// <summary>Somebody was refused.</summary>
    /// <param name="reason">One word.</param>
    public void Refused(string reason) => _refused.Add(1, MetricCatalogue.AccessRefused.Label(0, reason));
}
