using System.Diagnostics.Metrics;

namespace TopoScheduler.Server.Telemetry;

/// <summary>What is measured of callers and of the record of decisions, in the meter of <see cref="SchedulerMetrics"/>; listed in <c>docs/reference/metrics.md</c>.</summary>
internal sealed class AccessMetrics : IDisposable
{
    private readonly Meter _meter = new(SchedulerMetrics.MeterName);
    private readonly Counter<long> _refused;

    /// <summary>Measures.</summary>
    /// <param name="lost">Lines the record of decisions has lost up to now.</param>
    public AccessMetrics(Func<long> lost)
    {
        _refused = _meter.CreateCounter<long>("toposcheduler_access_refused_total", "{request}", "Requests and connections that were refused, by reason.");
        _meter.CreateObservableCounter("toposcheduler_audit_lost_total", lost, "{line}", "Decisions that are not in the record because it could not be written in time.");
    }

    /// <summary>Somebody was refused.</summary>
    /// <param name="reason">One word.</param>
    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
