using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Readings;

/// <summary>
/// Measured watts on their way into the live state: asked of Prometheus, pushed, or both. What is fresh is handed on whenever it changes, and what gets stale
/// is taken back within a second, so that reserved watts count again. Nothing that goes wrong here ends the server.
/// </summary>
internal sealed partial class PowerTelemetry : IDisposable
{
    private const int MostTold = 20;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly MeasuredState _state;
    private readonly TimeProvider _time;
    private readonly ILogger<PowerTelemetry> _logger;
    private readonly ReadingStore _store;
    private readonly PrometheusSource? _prometheus;
    private readonly TimeSpan _interval;
    private readonly ReadingMetrics _metrics;
    private readonly Lock _handing = new();
    private readonly ToldOnce _told = new();
    private readonly int[] _refusedRows = new int[ReadingKinds.Words.Length];
    private ImmutableArray<RefusedReading> _unbelieved = [];
    private long _answeredAt;
    private long _pushedAt;

    /// <summary>Readings by these options.</summary>
    /// <param name="options">Where they come from.</param>
    /// <param name="state">Where they go.</param>
    /// <param name="meter">Where its metrics hang.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">The log.</param>
    /// <exception cref="Kubernetes.Files.InputException">A file of the options cannot be used.</exception>
    public PowerTelemetry(TelemetryOptions options, MeasuredState state, Meter meter, TimeProvider time, ILoggerFactory loggers)
    {
        (_state, _time, _logger) = (state, time, loggers.CreateLogger<PowerTelemetry>());
        (_store, _interval) = (new(options.Stale, time), TimeSpan.FromSeconds(options.IntervalSeconds));
        if (options.Prometheus is { Length: > 0 } server)
        {
            var limits = new PrometheusLimits(TimeSpan.FromSeconds(options.TimeoutSeconds), options.AnswerMiB);
            _prometheus = new(new(server, options.BearerTokenFile, options.CaFile, limits, time), options.Queries(), state.GpusOf);
        }

        _metrics = new(meter, Readings, Ages);
        if (options.Push) Push = new(this, _metrics, loggers.CreateLogger<PushEndpoint>());
    }

    /// <summary>The route for pushed readings; null where they are not taken.</summary>
    public PushEndpoint? Push { get; }

    /// <summary>Asks Prometheus round after round, and takes back what gets stale, until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(AgeAsync(cancellation), AskAsync(cancellation));

    /// <inheritdoc/>
    public void Dispose() => _prometheus?.Dispose();

    /// <summary>Takes readings that were pushed; what is not taken comes back with its fate.</summary>
    internal List<(int Index, PowerReading Reading, ReadingFate Fate)> Take(ImmutableArray<(int Index, PowerReading Reading)> pushed)
    {
        var refused = new List<(int, PowerReading, ReadingFate)>();
        foreach (var (index, reading) in pushed)
        {
            if (_store.Offer(reading) is var fate and not (ReadingFate.Taken or ReadingFate.Older)) refused.Add((index, reading, fate));
        }

        if (refused.Count < pushed.Length) Volatile.Write(ref _pushedAt, _time.GetTimestamp());
        HandOn();
        return refused;
    }

    /// <summary>One round of questions.</summary>
    internal async Task AskOnceAsync(CancellationToken cancellation)
    {
        try
        {
            var outcomes = _prometheus is null ? [] : await _prometheus.AskAsync(cancellation).ConfigureAwait(false);
            foreach (var outcome in outcomes) Take(outcome);
            if (Array.TrueForAll(outcomes, o => o.Fault is null)) Volatile.Write(ref _answeredAt, _time.GetTimestamp());
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && e is not OutOfMemoryException)
        {
            _metrics.Error("prometheus", "defect");
            if (_told.IsNews("prometheus", e.Message)) LogDefect(e.GetType().Name, e.Message, Refusal.Place(e));
        }

        HandOn();
    }

    /// <summary>
    /// Hands on what is fresh, if that is something else than before. One at a time, so that a later set is never replaced by an earlier one. What is not taken
    /// is handed on again the next time: a set that stays behind would be believed for ever.
    /// </summary>
    internal void HandOn()
    {
        lock (_handing)
        {
            if (!_state.IsKnown() || _store.TakeChange() is not { } fresh) return;
            try
            {
                Tell(_state.Take(fresh));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                _store.Again();
                _metrics.Error("state", "defect");
                if (_told.IsNews("state", e.Message)) LogDefect(e.GetType().Name, e.Message, Refusal.Place(e));
            }
        }
    }

    // Where nobody is asked this is done at once.
    private async Task AskAsync(CancellationToken cancellation)
    {
        if (_prometheus is null) return;
        using var rounds = new PeriodicTimer(_interval, _time);
        do await AskOnceAsync(cancellation).ConfigureAwait(false);
        while (await rounds.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
    }

    private async Task AgeAsync(CancellationToken cancellation)
    {
        using var ticks = new PeriodicTimer(Tick, _time);
        while (await ticks.WaitForNextTickAsync(cancellation).ConfigureAwait(false)) HandOn();
    }

    private void Take(QueryOutcome outcome)
    {
        var late = 0;
        foreach (var reading in outcome.Readings)
        {
            if (_store.Offer(reading) is ReadingFate.Stale or ReadingFate.Ahead or ReadingFate.Full) late++;
        }

        if (outcome.Fault is { } fault) _metrics.Error("prometheus", WordOf(fault));
        else Volatile.Write(ref _refusedRows[(int)outcome.Query.Kind], outcome.Refused);
        _metrics.Error("prometheus", "row", outcome.Refused);
        _metrics.Error("prometheus", "late", late);
        if (_told.IsNews(outcome.Query.Option, outcome.Trouble))
        {
            if (outcome.Trouble is null) LogGoodAgain(outcome.Query.Option);
            else LogTrouble(outcome.Query.Option, outcome.Trouble);
        }
    }

    // A Prometheus that sees other clusters too has readings of many strangers: a few are told by name.
    private void Tell(ImmutableArray<RefusedReading> unbelieved)
    {
        var now = unbelieved.Select(r => r.Problem.Object).ToHashSet(StringComparer.Ordinal);
        foreach (var (_, problem) in _unbelieved.Where(r => !now.Contains(r.Problem.Object))) _told.IsNews(problem.Object, null);
        _unbelieved = unbelieved;
        var news = unbelieved.Select(r => r.Problem).Where(p => _told.IsNews(p.Object, p.Message)).ToArray();
        foreach (var problem in news.Take(MostTold)) LogUnbelieved(problem.Object, problem.Message);
        if (news.Length > MostTold) LogMoreUnbelieved(news.Length - MostTold);
    }

    private IEnumerable<(string Kind, string State, int Count)> Readings()
    {
        var counts = _store.Count();
        var unbelieved = _unbelieved.CountBy(r => r.Reading.Kind).ToDictionary();
        for (var kind = 0; kind < counts.Length; kind++)
        {
            yield return (ReadingKinds.Words[kind], "fresh", counts[kind].Fresh);
            yield return (ReadingKinds.Words[kind], "stale", counts[kind].Stale);
            yield return (ReadingKinds.Words[kind], "refused", Volatile.Read(ref _refusedRows[kind]) + unbelieved.GetValueOrDefault((PowerReadingKind)kind));
        }
    }

    private IEnumerable<(string Source, double Seconds)> Ages()
    {
        if (Volatile.Read(ref _answeredAt) is not 0 and var answered) yield return ("prometheus", _time.GetElapsedTime(answered).TotalSeconds);
        if (Volatile.Read(ref _pushedAt) is not 0 and var pushed) yield return ("push", _time.GetElapsedTime(pushed).TotalSeconds);
    }

    private static string WordOf(PrometheusFault fault) => fault switch
    {
        PrometheusFault.Unreachable => "unreachable",
        PrometheusFault.Timeout => "timeout",
        PrometheusFault.Status => "status",
        PrometheusFault.Malformed => "malformed",
        PrometheusFault.Incomplete => "incomplete",
        PrometheusFault.TooLarge => "too_large",
        _ => "token",
    };

    [LoggerMessage(1, LogLevel.Warning, "telemetry.{Option}: {Reason}")]
    private partial void LogTrouble(string option, string reason);

    [LoggerMessage(2, LogLevel.Information, "telemetry.{Option} is answered as it should be again")]
    private partial void LogGoodAgain(string option);

    [LoggerMessage(3, LogLevel.Warning, "{Thing} {Reason}")]
    private partial void LogUnbelieved(string thing, string reason);

    [LoggerMessage(5, LogLevel.Warning, "{Count} more readings are not believed")]
    private partial void LogMoreUnbelieved(int count);

    [LoggerMessage(4, LogLevel.Error, "readings are not taken up by a defect: {Kind}: {Reason} {Place}")]
    private partial void LogDefect(string kind, string reason, string place);
}
