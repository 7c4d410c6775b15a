using System.Diagnostics;
using System.Diagnostics.Metrics;
using TopoScheduler.Core.Placement;

namespace TopoScheduler.Server.Telemetry;

/// <summary>
/// What is counted and timed while we work, each at one place. Costs a comparison while nobody listens, and no memory ever: labels are words that are there
/// already. What is asked for when somebody looks is in <see cref="SchedulerGauges"/>; all of it is listed in <see cref="MetricCatalogue"/>.
/// </summary>
public sealed class SchedulerMetrics : IDisposable
{
    /// <summary>Name of the meter and of the source of traces.</summary>
    public const string MeterName = "TopoScheduler";

    private readonly Histogram<double> _extender;
    private readonly Counter<long> _filtered;
    private readonly Counter<long> _binds;
    private readonly Counter<long> _releases;
    private readonly Histogram<double> _planning;
    private readonly Counter<long> _plans;
    private readonly Histogram<double> _waits;
    private readonly Histogram<double> _estimates;
    private readonly Histogram<double> _gaps;
    private readonly Histogram<double> _lags;

    /// <summary>Instruments of a meter of their own.</summary>
    /// <param name="time">The clock.</param>
    public SchedulerMetrics(TimeProvider time)
    {
        Writes = new(this, time);
        _extender = MetricCatalogue.ExtenderDuration.Histogram(Meter);
        _filtered = MetricCatalogue.Filtered.Counter(Meter);
        _binds = MetricCatalogue.Binds.Counter(Meter);
        _releases = MetricCatalogue.Releases.Counter(Meter);
        _planning = MetricCatalogue.PlanDuration.Histogram(Meter);
        _plans = MetricCatalogue.PlanOutcomes.Counter(Meter);
        _waits = MetricCatalogue.GangWait.Histogram(Meter);
        _estimates = MetricCatalogue.Estimate.Histogram(Meter);
        _gaps = MetricCatalogue.Gap.Histogram(Meter);
        _lags = MetricCatalogue.WatchLag.Histogram(Meter);
    }

    /// <summary>Where the instruments hang: a process has one, a process of tests several.</summary>
    internal Meter Meter { get; } = new(MeterName);

    /// <summary>What we wrote to pods and the watch has not shown yet.</summary>
    internal WriteLag Writes { get; }

    /// <summary>A verb was answered.</summary>
    /// <param name="verb">Its name.</param>
    /// <param name="outcome">One of <see cref="VerbOutcome"/>.</param>
    /// <param name="start">Timestamp of its begin.</param>
    internal void Answered(string verb, string outcome, long start)
    {
        if (!_extender.Enabled) return;
        _extender.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, MetricCatalogue.ExtenderDuration.Label(0, verb), MetricCatalogue.ExtenderDuration.Label(1, outcome));
    }

    /// <summary>Filter said what becomes of a pod.</summary>
    /// <param name="reason">A word of <see cref="Extender.RejectWords"/>.</param>
    internal void Filtered(string reason) => _filtered.Add(1, MetricCatalogue.Filtered.Label(0, reason));

    /// <summary>True when somebody wants to know what filter says.</summary>
    internal bool CountsFiltered => _filtered.Enabled;

    /// <summary>A pod was bound or not.</summary>
    internal void Bound(string outcome) => _binds.Add(1, MetricCatalogue.Binds.Label(0, outcome));

    /// <summary>A gate was taken off or not.</summary>
    internal void Released(string outcome) => _releases.Add(1, MetricCatalogue.Releases.Label(0, outcome));

    /// <summary>Gangs were planned.</summary>
    /// <param name="by"><c>filter</c> or <c>queue</c>.</param>
    /// <param name="start">Timestamp of the begin.</param>
    internal void Planned(string by, long start)
    {
        if (_planning.Enabled) _planning.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, MetricCatalogue.PlanDuration.Label(0, by));
    }

    /// <summary>What a plan ended in.</summary>
    internal void Outcome(string by, string outcome, FitConstraint? reason = null)
    {
        var metric = MetricCatalogue.PlanOutcomes;
        _plans.Add(1, metric.Label(0, by), metric.Label(1, outcome), metric.Label(2, reason is { } word ? Words.Of(word) : "none"));
    }

    /// <summary>A gang got its plan.</summary>
    internal void Started(TimeSpan waited, double communicationMs)
    {
        _waits.Record(Math.Max(0, waited.TotalSeconds));
        _estimates.Record(communicationMs / 1_000);
    }

    /// <summary>True when somebody wants to know gaps, which cost a plan each.</summary>
    internal bool CountsGaps => _gaps.Enabled;

    /// <summary>By how much a gang's communication is above the best possible.</summary>
    internal void Gap(double ratio) => _gaps.Record(ratio);

    /// <summary>The watch has shown what we wrote.</summary>
    internal void Lag(TimeSpan lag) => _lags.Record(lag.TotalSeconds);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
