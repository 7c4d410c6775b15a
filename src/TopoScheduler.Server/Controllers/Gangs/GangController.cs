using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Events;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Places whole gangs by their gates, while this process leads. One look (<see cref="StepAsync"/>) has four parts: gangs whose pods or nodes have changed are
/// looked after, running ones before those that wait; then the queue says who may start, and for those that have waited long an autoscaler is turned to; then
/// what has changed for people is written.
/// <para>Nothing is remembered that the API server does not say: a new controller reads the resources and the pods and goes on, whatever the old one was
/// doing. The order of writes makes that safe: capacity is held, then the plan is saved, then gates come off one by one.</para>
/// <para>Not for threads: one loop calls it. The watches only tell the roster.</para>
/// </summary>
public sealed partial class GangController
{
    private const int MostStarts = 64;
    private const int MostStatuses = 64;

    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private readonly ClusterState _state;
    private readonly GangRoster _roster;
    private readonly GangWriter _writer;
    private readonly GangReader _reader;
    private readonly GangHolds _holds;
    private readonly GangTakeover _takeover;
    private readonly GangKeeper _keeper;
    private readonly GangTurns _turns;
    private readonly GangReleases _releases;
    private readonly GangStatuses _statuses;
    private readonly GangRankMaps? _rankMaps;
    private readonly GangScaleUp _scaleUp;
    private readonly NodeKeepers? _nodes;
    private readonly TimeProvider _time;
    private readonly SteadyClock _clock;
    private readonly ILogger<GangController> _logger;
    private readonly Dictionary<GangKey, GangRecord> _records = [];
    private readonly HashSet<GangKey> _due = [];
    private readonly HashSet<GangKey> _unsaved = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ClusterSnapshot? _seen;
    private long _toldAt = -1;
    private volatile WaitingGangs _waiting = WaitingGangs.None;

    /// <summary>A controller that knows nothing yet.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="state">The live state; no holds of gangs with gates are in it.</param>
    /// <param name="book">Whom pods belong to.</param>
    /// <param name="roster">The pods of gangs; told by the watch.</param>
    /// <param name="policy">What plans depend on.</param>
    /// <param name="options">Grace times.</param>
    /// <param name="tell">Told of events; must not wait.</param>
    /// <param name="starts">Told which gang got its plan.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Logs.</param>
    public GangController(
        ApiClient client, ClusterState state, PodBook book, GangRoster roster, PlacementPolicy policy, GangOptions options, Action<EventNote> tell,
        StartedGangs starts, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentNullException.ThrowIfNull(starts);
        (_state, _roster, _time, _clock) = (state, roster, time, new(time));
        _logger = loggers.CreateLogger<GangController>();
        _writer = new(client);
        _reader = new(book, options);
        _holds = new(state, book);
        _takeover = new(_writer, _reader, _holds, new(_writer, state, book, roster), roster);
        _keeper = new(state, _holds, new GangPlanner(state, policy), _writer, options, loggers.CreateLogger<GangKeeper>());
        _turns = new(state, policy, options, starts);
        _releases = new(state, book, _writer, roster, options, starts.Metrics, loggers.CreateLogger<GangReleases>());
        _statuses = new(_writer, state, _holds, tell);
        _rankMaps = options.RankMaps ? new(client, state, loggers.CreateLogger<GangRankMaps>()) : null;
        _scaleUp = new(client, _writer, roster, _statuses, options, loggers);
        _nodes = options.ScalesUp ? new(client, state, loggers.CreateLogger<NodeKeepers>()) : null;
    }

    /// <summary>Gangs that waited for their turn after the last look. For any thread.</summary>
    internal WaitingGangs Waiting => _waiting;

    /// <summary>Looks whenever something has changed or is due, until it is cancelled. The watches must have read everything once.</summary>
    /// <param name="started">Told when everything that was planned before is held.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Action started, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(started);
        _roster.Changed += Wake;
        try
        {
            while (!await TryStartAsync(cancellation).ConfigureAwait(false)) await Task.Delay(FailurePause, _time, cancellation).ConfigureAwait(false);
            started();
            while (true)
            {
                var next = await StepAsync(cancellation).ConfigureAwait(false);
                await SleepAsync(next, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _roster.Changed -= Wake;
        }
    }

    /// <summary>Reads what was planned before us and holds it. Once, before the first step.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var record in await _takeover.ReadAsync(_clock.Now, cancellation).ConfigureAwait(false))
        {
            _records[record.Key] = record;
            _due.Add(record.Key);
        }

        _roster.TouchAll();
        LogStarted(_records.Count);
    }

    /// <summary>One look at everything that has changed.</summary>
    /// <returns>When to look again though nothing changes; null: when something does.</returns>
    public async Task<DateTimeOffset?> StepAsync(CancellationToken cancellation)
    {
        var now = _clock.Now;
        foreach (var gang in _roster.TakeChanged()) _due.Add(gang);
        foreach (var record in _records.Values)
        {
            if (record.DueAt <= now) _due.Add(record.Key);
        }

        DueForCluster();
        // Gangs that run or are about to come before those that wait; among them no order matters.
        foreach (var gang in _due.OrderBy(g => _records.TryGetValue(g, out var r) && r.Plan.Count > 0 ? 0 : 1).ThenBy(g => g.Id, StringComparer.Ordinal).ToList())
        {
            _due.Remove(gang);
            await LookAtAsync(gang, now, cancellation).ConfigureAwait(false);
            _nodes?.Follow(gang);
        }

        await StartGangsAsync(now, cancellation).ConfigureAwait(false);
        await ScaleUpAsync(now, cancellation).ConfigureAwait(false);
        await SaveAsync(now, cancellation).ConfigureAwait(false);
        Publish(now);
        return NextLook(now, _nodes is null ? null : await _nodes.StepAsync(now, cancellation).ConfigureAwait(false));
    }

    // Nodes and budgets concern gangs that hold something, and those that miss members.
    private void DueForCluster()
    {
        var cluster = _state.Current;
        if (ReferenceEquals(cluster, _seen)) return;
        _seen = cluster;
        foreach (var reservation in _state.Reservations) _due.Add(reservation.Gang.Key);
        var freed = _state.Freed;
        foreach (var record in _records.Values)
        {
            if (record.RestTriedAt >= 0 && record.RestTriedAt != freed) _due.Add(record.Key);
        }
    }

    private async Task LookAtAsync(GangKey gang, DateTimeOffset now, CancellationToken cancellation)
    {
        var pods = _roster.PodsOf(gang);
        if (pods.Count == 0 && !_records.ContainsKey(gang)) return;
        var record = RecordOf(gang);
        record.DueAt = null;
        if (pods.Count == 0)
        {
            await EndAsync(record, now, cancellation).ConfigureAwait(false);
            return;
        }

        var live = Live(pods);
        if (live.Count == 0) return;
        _unsaved.Add(gang);
        if (await _scaleUp.TryLetGoAsync(record, live, now, cancellation).ConfigureAwait(false))
        {
            _turns.Remove(record);
            return;
        }

        if (await _reader.ReadAsync(record, live, now, cancellation).ConfigureAwait(false) is { } unknown)
        {
            GangHolds.Follow(record, live);
            _holds.HoldReleased(record, live);
            record.Say("Incomplete", unknown);
            record.LookAgain(now + FailurePause);
            return;
        }

        if (record.Plan.Count == 0 && !live.Any(p => !p.Gated && p.Member is not null))
        {
            await AwaitTurnAsync(record, live, now, cancellation).ConfigureAwait(false);
            return;
        }

        _turns.Remove(record);
        if (!await _keeper.RepairAsync(record, live, record.Gang is null || _turns.GoesBeforeHead(record.Gang), now, cancellation).ConfigureAwait(false))
        {
            _keeper.Drop(record);
            await AwaitTurnAsync(record, live, now, cancellation).ConfigureAwait(false);
            return;
        }

        await ReleaseAsync(record, live, now, cancellation).ConfigureAwait(false);
        if (live.TrueForAll(p => p.NodeName is not null)) await _scaleUp.TryCloseAsync(record, now, cancellation).ConfigureAwait(false);
    }

    private async Task AwaitTurnAsync(GangRecord record, List<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        if (record.Gang is null) return;
        if (await _reader.WaitsForAsync(record, live, now, cancellation).ConfigureAwait(false) is { } why)
        {
            _turns.Remove(record);
            record.Say("Incomplete", why);
            return;
        }

        _turns.Put(record, live);
        _scaleUp.Await(record, now);
    }

    private async Task StartGangsAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        for (var started = 0; started < MostStarts; started++)
        {
            if (_turns.Next(_records, now) is not { } record)
            {
                TellThoseThatWait();
                return;
            }

            LogPlanned(record.Key.Id, record.Plan.Count, record.Summary?.Domain ?? "");
            _unsaved.Add(record.Key);
            await ReleaseAsync(record, Live(_roster.PodsOf(record.Key)), now, cancellation).ConfigureAwait(false);
            _nodes?.Follow(record.Key);
        }

        // There may be more: at once, after a look at what has changed meanwhile.
        _wake.Writer.TryWrite(true);
    }

    // What a gang waits for changes with others: once for each time that room was found or lost.
    private void TellThoseThatWait()
    {
        var freed = _state.Freed;
        if (freed == _toldAt) return;
        _toldAt = freed;
        foreach (var record in _records.Values)
        {
            if (record.IsQueued) _unsaved.Add(record.Key);
        }
    }

    private async Task ScaleUpAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var record in _records.Values.Where(r => GangScaleUp.IsDue(r, now)).ToList())
        {
            await _scaleUp.HelpAsync(record, Live(_roster.PodsOf(record.Key)), _turns.ReasonOf(record), now, cancellation).ConfigureAwait(false);
            if (record.IsLetGo) _turns.Remove(record);
            _unsaved.Add(record.Key);
        }
    }

    private async Task ReleaseAsync(GangRecord record, List<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        if (record.Gang is null) return;
        var seats = _keeper.SeatsOf(record, live);
        if (!_keeper.MayGo(record, live, seats))
        {
            await _releases.SettleAsync(record, live, cancellation).ConfigureAwait(false);
            record.LookAgain(now + FailurePause);
            return;
        }

        foreach (var pod in live)
        {
            if (seats.TryGetValue(pod.Uid, out var member) && record.Plan.ContainsKey(member)) record.PodOf[member] = pod.Name;
        }

        if (!await _statuses.SavePlanAsync(record, live, now, cancellation).ConfigureAwait(false)) return;
        if (_rankMaps is not null && !await _rankMaps.SaveAsync(record, live, seats, cancellation).ConfigureAwait(false)) record.LookAgain(now + FailurePause);
        var again = await _releases.ReleaseAsync(record, live, seats, now, cancellation).ConfigureAwait(false);
        if (again is { } at) record.LookAgain(at);
    }

    // The last pod is gone: so is what is held, and then the resource.
    private async Task EndAsync(GangRecord record, DateTimeOffset now, CancellationToken cancellation)
    {
        _turns.Remove(record);
        _state.Release(record.Key);
        record.Plan.Clear();
        _unsaved.Remove(record.Key);
        if (!await _scaleUp.TryCloseAsync(record, now, cancellation).ConfigureAwait(false)) return;
        if (record.Stored is not { Uid.Length: > 0 } stored || await _writer.DeleteAsync(stored, cancellation).ConfigureAwait(false))
        {
            _records.Remove(record.Key);
            LogEnded(record.Key.Id);
            return;
        }

        record.LookAgain(now + FailurePause);
    }

    private async Task SaveAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var left = MostStatuses;
        foreach (var gang in _unsaved.Order(GangOrder.Instance).ToList())
        {
            if (left-- == 0)
            {
                _wake.Writer.TryWrite(true);
                return;
            }

            _unsaved.Remove(gang);
            if (!_records.TryGetValue(gang, out var record)) continue;
            if (record.IsQueued) _turns.Explain(record, now);
            await _statuses.SaveStatusAsync(record, Live(_roster.PodsOf(gang)), now, cancellation).ConfigureAwait(false);
        }
    }

    private DateTimeOffset? NextLook(DateTimeOffset now, DateTimeOffset? nodes)
    {
        var next = _turns.HasMore ? now : _turns.WakeAt;
        if (nodes is { } go && (next is null || go < next)) next = go;
        foreach (var record in _records.Values)
        {
            if (record.DueAt is { } at && (next is null || at < next)) next = at;
        }

        return next;
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private async Task SleepAsync(DateTimeOffset? until, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var woken = _wake.Reader.WaitToReadAsync(stop.Token).AsTask();
        if (until is { } at)
        {
            var pause = at - _clock.Now;
            if (pause > TimeSpan.Zero) await Task.WhenAny(woken, Task.Delay(pause, _time, stop.Token)).ConfigureAwait(false);
        }
        else
        {
            await woken.ConfigureAwait(false);
        }

        cancellation.ThrowIfCancellationRequested();
        // Events come in swarms.
        await Task.Delay(Gathering, _time, cancellation).ConfigureAwait(false);
        while (_wake.Reader.TryRead(out _))
        {
        }

        await stop.CancelAsync().ConfigureAwait(false);
    }

    private async Task<bool> TryStartAsync(CancellationToken cancellation)
    {
        try
        {
            await StartAsync(cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            LogNotStarted(e.Message);
            return false;
        }
    }

    private GangRecord RecordOf(GangKey gang)
    {
        if (!_records.TryGetValue(gang, out var record)) _records.Add(gang, record = new(gang));
        return record;
    }

    private static List<GangPod> Live(IReadOnlyList<GangPod> pods) => [.. pods.Where(p => !p.Terminating)];

    private sealed class GangOrder : IComparer<GangKey>
    {
        public static readonly GangOrder Instance = new();

        public int Compare(GangKey a, GangKey b)
        {
            var order = string.CompareOrdinal(a.Id, b.Id);
            if (order == 0) order = string.CompareOrdinal(a.Uid, b.Uid);
            return order != 0 ? order : a.Restart.CompareTo(b.Restart);
        }
    }
}
