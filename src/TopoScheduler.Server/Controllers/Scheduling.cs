using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Events;
using TopoScheduler.Kubernetes.Api.Watching;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Situations;
using TopoScheduler.Server.Access;
using TopoScheduler.Server.Answers;
using TopoScheduler.Server.Audit;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers.Gangs;
using TopoScheduler.Server.Extender;
using TopoScheduler.Server.Readings;
using TopoScheduler.Server.Telemetry;
using TopoScheduler.Server.Webhook;

namespace TopoScheduler.Server.Controllers;

/// <summary>
/// Everything behind the routes, put together: the live state, whom pods belong to, what the verbs decide, and for a live cluster the watches and the
/// binder.
/// </summary>
public sealed partial class Scheduling : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly ILogger<Scheduling> _logger;
    private readonly GangRoster _roster = new();
    private readonly EventRecorder? _events;
    private readonly Leadership _leadership;
    private readonly PlanRecorder? _recorder;
    private readonly Func<GangController>? _gangs;
    private readonly Func<DateTimeOffset> _holdUntil;
    private readonly SchedulerMetrics _metrics;
    private readonly CapacityWatch? _capacity;
    private readonly StartedGangs _starts;
    private GangController? _controller;
    private AuditLog? _audit;
    private readonly ClusterState _state = new();
    private readonly ApiClient? _client;
    private readonly LiveCluster? _live;
    private readonly HoldSweeper _sweeper;
    private readonly TimeProvider _time;
    private readonly TimeSpan _horizon;
    private readonly Func<PowerStatuses>? _powerStatuses;
    private readonly PowerTelemetry? _telemetry;
    private readonly Func<PowerWatch>? _powerWatch;
    private readonly LiveSource _questions;

    private Scheduling(ServeSettings settings, ApiClient? client, TimeProvider time, ILoggerFactory loggers, Func<DateTimeOffset>? holdUntil = null, ClusterContent? content = null)
    {
        (_client, _time, _logger, _metrics) = (client, time, loggers.CreateLogger<Scheduling>(), new(time));
        _state.SetDiversity(settings.Power.InferenceCoincidencePercent);
        _horizon = TimeSpan.FromHours(settings.Power.HorizonHours);
        _state.SetTime(time.GetUtcNow(), _horizon);
        var clock = new SteadyClock(time);
        var hold = TimeSpan.FromSeconds(settings.Extender.HoldSeconds);
        var trusted = settings.Power.TrustedSet();
        var book = new PodBook(client is null ? OwnerSource.None : new(client.GetAsync), trusted) { LeavesGroupsToTheScheduler = settings.Extender.UpstreamGangs, Objects = content?.Objects ?? new() };
        var policy = PlacementPolicy.Default with { AssumeSchedulable = settings.Extender.AssumeSchedulable };
        _holdUntil = holdUntil ??= () => clock.Now + hold;
        var mode = client is null ? "none" : settings.Election.Mode ?? (settings.Gangs.Controller ? "lease" : "none");
        _leadership = new(client, settings.Election, mode, time, loggers.CreateLogger<Leadership>());
        if (settings.Metrics.CapacitySeconds > 0) _capacity = new(Led, policy, TimeSpan.FromSeconds(settings.Metrics.CapacitySeconds), time, loggers.CreateLogger<CapacityWatch>());
        _starts = new(_metrics, policy, () => _capacity?.IsWatched ?? false, time, loggers.CreateLogger<StartedGangs>());
        if (client is not null)
        {
            _live = new(client, _state, book, _roster, trusted, new ReflectorOptions { Notice = Tell }) { Seen = _metrics.Writes.Seen };
            _powerStatuses = () => new(client, _state, _live.PowerDomains, time, loggers.CreateLogger<PowerStatuses>());
            _events = new(client, "toposcheduler.io/toposcheduler", Environment.MachineName) { Refused = LogEventRefused };
            var subjects = new PowerSubjects(client, _live.PowerDomains);
            _powerWatch = () => new(_state, _roster, subjects, _events.Record, time, loggers.CreateLogger<PowerWatch>());
            if (settings.Gangs.Controller) _gangs = () => new(client, _state, book, _roster, policy, settings.Gangs, _events.Record, _starts, time, loggers) { Audit = _audit };
            else _recorder = new(client, _state, book, _roster, policy, _events.Record, time, loggers.CreateLogger<PlanRecorder>());
            var timeout = TimeSpan.FromMilliseconds(settings.Extender.BindMilliseconds);
            Verbs = new(_state, book, policy, holdUntil, new(client, _state, book, holdUntil, timeout, _metrics, loggers.CreateLogger<PodBinder>()), _metrics) { Planned = _recorder is null ? null : _recorder.Note };
        }
        else
        {
            Verbs = new(_state, book, policy, holdUntil, binder: null, _metrics);
        }

        if (settings.Webhook.EnforcesBindings)
        {
            var assume = TimeSpan.FromSeconds(settings.Webhook.AssumeSeconds);
            Guard = new(_state, book, client is null ? null : (ns, name, stop) => client.GetAsync(ApiResource.Pods.Path(ns, name), stop), () => clock.Now + assume, settings.Webhook.OwnUser);
        }

        Gauges(new LedgerAudit(_state, book, _roster)).Observe(_metrics.Meter);
        AccessMetrics = new(_metrics.Meter, () => _audit?.Lost);
        _sweeper = new(_state, _live, clock, loggers.CreateLogger<HoldSweeper>());
        Callers = settings.Access.TokenFile is { Length: > 0 } token ? new TokenFileCheck(new(token)) : client is null ? null : new ReviewCheck(client, settings.Access, time);
        _questions = new()
        {
            State = _state,
            IsKnown = () => IsKnown,
            Objects = () => book.Objects,
            Policy = policy,
            Trusted = trusted,
            Horizon = _horizon,
            Time = time,
            Gangs = client is null ? null : new(client),
            Queue = () => _controller is { } leads ? new(_roster, leads.FactsOfAsync) : null,
            Situation = SituationOf(settings.Source.Cluster, book),
            Problems = content?.Problems ?? [],
        };
        if (settings.Telemetry.IsOn) _telemetry = new(settings.Telemetry, Measured(settings.Power), _metrics.Meter, time, loggers);
    }

    /// <summary>What the verbs decide.</summary>
    public ExtenderVerbs Verbs { get; }

    /// <summary>Judges what others bind; null where limits are not enforced.</summary>
    public BindingGuard? Guard { get; }

    /// <summary>What is measured of callers and of the record.</summary>
    internal AccessMetrics AccessMetrics { get; }

    /// <summary>Tells who bears a token; null where nobody can.</summary>
    internal ICallerCheck? Callers { get; }

    /// <summary>The clock.</summary>
    internal TimeProvider Time => _time;

    /// <summary>The route for pushed readings; null where they are not taken.</summary>
    internal PushEndpoint? Push => _telemetry?.Push;

    /// <summary>What questions are answered from.</summary>
    internal LiveSource Questions => _questions;

    /// <summary>What is counted and timed.</summary>
    public SchedulerMetrics Metrics => _metrics;

    /// <summary>The live state.</summary>
    public ClusterState State => _state;

    /// <summary>True once the cluster has been read.</summary>
    public bool IsKnown => _live?.Synced.IsCompletedSuccessfully ?? true;

    /// <summary>True where this replica may be asked: it schedules, or the scheduler is not to ask at all because gangs are placed by gates.</summary>
    public bool MayBeAsked => Verbs.Current is not null || _gangs is not null;

    /// <summary>On a cluster that does not change by itself: try the extender without one.</summary>
    public static Scheduling OfFile(ServeSettings settings, ClusterSnapshot cluster, ILoggerFactory loggers) => OfFile(settings, cluster, loggers, null);

    /// <summary>On a cluster file with all that it holds: what pods refer to by name, and what is wrong with it.</summary>
    public static Scheduling OfFile(ServeSettings settings, ClusterContent content, ILoggerFactory loggers) => OfContent(settings, content, loggers, null);

    /// <summary>The same with holds that end when a test says so.</summary>
    internal static Scheduling OfFile(ServeSettings settings, ClusterSnapshot cluster, ILoggerFactory loggers, Func<DateTimeOffset>? holdUntil)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var content = new ClusterContent(cluster.Nodes, [.. Enumerable.Range(0, cluster.Nodes.Length).SelectMany(n => cluster.PodsOf(n))], []) { PowerDomains = cluster.PowerDomains };
        return OfContent(settings, content, loggers, holdUntil);
    }

    /// <summary>On a live cluster, known once <see cref="RunAsync"/> has read it.</summary>
    public static Scheduling OfCluster(ServeSettings settings, ApiClient client, ILoggerFactory loggers, TimeProvider? time = null) =>
        new(settings, client, time ?? TimeProvider.System, loggers);

    private static Scheduling OfContent(ServeSettings settings, ClusterContent content, ILoggerFactory loggers, Func<DateTimeOffset>? holdUntil)
    {
        ArgumentNullException.ThrowIfNull(content);
        var scheduling = new Scheduling(settings, null, TimeProvider.System, loggers, holdUntil, content);
        scheduling._state.ReplaceNodes(content.Nodes);
        scheduling._state.ReplacePowerDomains(content.PowerDomains);
        scheduling._state.ReplacePods(content.Pods);
        scheduling.Verbs.Open();
        return scheduling;
    }

    /// <summary>Watches the cluster and sweeps until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] parts =
        [
            SweepAsync(all.Token),
            _starts.RunAsync(all.Token),
            .. _capacity is null ? [] : new[] { _capacity.RunAsync(all.Token) },
            .. _telemetry is null ? [] : new[] { _telemetry.RunAsync(all.Token) },
            .. _live is null ? [] : new[] { ScheduleAsync(_live, all.Token), _live.RunAsync(all.Token), _events!.RunAsync(all.Token) },
        ];
        try
        {
            // The first that fails ends all: a scheduler that no longer sees the cluster must not go on answering.
            await foreach (var part in Task.WhenEach(parts).ConfigureAwait(false)) await part.ConfigureAwait(false);
        }
        finally
        {
            await all.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>From now on every decision is recorded. Before <see cref="RunAsync"/>.</summary>
    internal void Record(AuditLog? audit)
    {
        _audit = audit;
        Verbs.Audit = audit;
        Push?.Audit = audit;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (Callers as IDisposable)?.Dispose();
        _metrics.Dispose();
        _telemetry?.Dispose();
        _client?.Dispose();
    }

    // A cluster file is read again by whoever asks what waits in it: that is not kept.
    private Func<SubjectRequest, CancellationToken, Task<ClusterSituation>> SituationOf(string? file, PodBook book)
    {
        if (file is { Length: > 0 } and not "-") return (asked, _) => Task.FromResult(SituationReader.Read(file, null, asked.IsAbout));
        var live = new LiveSituation(_client, book);
        return (asked, stop) => live.ReadAsync(_state.BoundPods(), asked, stop);
    }

    private ClusterSnapshot? Led() => IsKnown && _leadership.Leads ? _state.Current : null;

    private SchedulerGauges Gauges(LedgerAudit audit) => new(_time)
    {
        Drift = audit.Compare,
        Waiting = () => _controller?.Waiting ?? WaitingGangs.None,
        Leads = () => _leadership.Leads,
        Cluster = () => IsKnown ? _state.Current : null,
        Watches = () => _live?.Watches() ?? [],
        Capacity = () => _capacity?.Figures,
    };

    // While this replica leads: what was planned before is taken up first, then the scheduler is answered and gangs are placed. People are told beside it.
    private async Task ScheduleAsync(LiveCluster live, CancellationToken cancellation)
    {
        await live.Synced.WaitAsync(cancellation).ConfigureAwait(false);
        var cluster = _state.Current;
        LogKnown(cluster.Nodes.Length, Enumerable.Range(0, cluster.Nodes.Length).Sum(n => cluster.PodsOf(n).Length));
        await _leadership.RunAsync(LeadAsync, cancellation).ConfigureAwait(false);
    }

    private async Task LeadAsync(CancellationToken cancellation)
    {
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watch = _powerWatch!().RunAsync(leading.Token);
        var statuses = _powerStatuses!().RunAsync(leading.Token);
        try
        {
            _state.ReleasePlanned();
            if (_gangs is not null)
            {
                _controller = _gangs();
                await _controller.RunAsync(Verbs.Open, cancellation).ConfigureAwait(false);
            }
            else
            {
                var records = await TakeUpAsync(cancellation).ConfigureAwait(false);
                Verbs.Open();
                await (records ? _recorder!.RunAsync(cancellation) : Task.Delay(Timeout.Infinite, cancellation)).ConfigureAwait(false);
            }
        }
        finally
        {
            Verbs.Close();
            _controller = null;
            await leading.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(watch, statuses).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TakeUpAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await _recorder!.TakeUpAsync(_holdUntil(), cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ApiException or ApiUnavailableException)
            {
                LogNotTakenUp(e.Message);
                await Task.Delay(SweepInterval, _time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(SweepInterval, _time, cancellation).ConfigureAwait(false);
            TellTime();
            await _sweeper.SweepAsync(cancellation).ConfigureAwait(false);
        }
    }

    // Budgets change by themselves when a window opens or ends: whoever waits for watts may have them now.
    private void TellTime()
    {
        var freed = _state.Freed;
        _state.SetTime(_time.GetUtcNow(), _horizon);
        if (_state.Freed != freed) _roster.Wake();
    }

    private MeasuredState Measured(PowerOptions power)
    {
        var options = new ReadingOptions(power.Recover, power.RecoverGuardPercent) { Settle = TimeSpan.FromSeconds(power.RecoverSettleSeconds) };
        return new(() => IsKnown, GpusOf, fresh => SetReadings(fresh, options));
    }

    private int GpusOf(string node)
    {
        var cluster = _state.Current;
        return cluster.IndexOf(node) is >= 0 and var n ? cluster.Nodes[n].Power.Gpus : 0;
    }

    // What is lower than before may be room for those that wait.
    private ImmutableArray<RefusedReading> SetReadings(ImmutableArray<PowerReading> fresh, ReadingOptions options)
    {
        var freed = _state.Freed;
        _state.SetReadings(fresh, options);
        if (_state.Freed != freed) _roster.Wake();
        return _state.Current.RefusedReadings;
    }

    private void Tell(WatchNotice notice)
    {
        if (notice.Kind is WatchNoticeKind.Failed or WatchNoticeKind.Unreadable or WatchNoticeKind.Silent) LogTrouble(notice.Path, notice.Kind, notice.Message);
        else LogWatch(notice.Path, notice.Kind, notice.Message);
    }

    [LoggerMessage(1, LogLevel.Information, "the cluster is known: {Nodes} nodes, {Pods} pods on them")]
    private partial void LogKnown(int nodes, int pods);

    [LoggerMessage(2, LogLevel.Debug, "watch of {Path}: {Kind} {Reason}")]
    private partial void LogWatch(string path, WatchNoticeKind kind, string reason);

    [LoggerMessage(4, LogLevel.Warning, "an event was not taken: {Reason}")]
    private partial void LogEventRefused(string reason);

    [LoggerMessage(5, LogLevel.Warning, "what was planned before cannot be read: {Reason}; it is tried again")]
    private partial void LogNotTakenUp(string reason);

    [LoggerMessage(3, LogLevel.Warning, "watch of {Path}: {Kind} {Reason}")]
    private partial void LogTrouble(string path, WatchNoticeKind kind, string reason);
}
