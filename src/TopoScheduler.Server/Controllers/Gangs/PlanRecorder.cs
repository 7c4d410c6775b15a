using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Events;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Keeps a <c>GangPlacement</c> for each gang that the extender has planned, so that a restarted extender goes on with the same nodes. Written beside the
/// requests, never before an answer: what was not written in time is planned anew around the members that are bound, before
/// anybody else is answered.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="state">The live state.</param>
/// <param name="book">Whom pods belong to.</param>
/// <param name="roster">Members that are bound, as the watch shows them.</param>
/// <param name="policy">How the rest of a gang is planned whose plan was not written in time.</param>
/// <param name="tell">Told of events; must not wait.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is told.</param>
public sealed partial class PlanRecorder(
    ApiClient client, ClusterState state, PodBook book, GangRoster roster, PlacementPolicy policy, Action<EventNote> tell, TimeProvider time, ILogger<PlanRecorder> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly GangWriter _writer = new(client);
    private readonly PlannedPods _pods = new(new(client), state, book, roster);
    private readonly GangStatuses _statuses = new(new(client), state, null, tell);
    private readonly SteadyClock _clock = new(time);
    private readonly Dictionary<GangKey, GangRecord> _records = [];
    private readonly HashSet<GangKey> _due = [];
    private readonly ConcurrentDictionary<GangKey, bool> _noted = [];
    private volatile bool _isOff;

    /// <summary>The holds of a gang have changed. Never waits, and keeps a gang once however often its members ask.</summary>
    public void Note(GangKey gang)
    {
        // Nobody would ever read it.
        if (!_isOff) _noted[gang] = true;
    }

    /// <summary>Holds again what was planned before us, and room for the rest of gangs that were half bound. Where there is no such resource nothing is recorded.</summary>
    /// <param name="holdUntil">When that lapses unless members ask.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>False when the resource does not exist, or is not for us to read.</returns>
    public async Task<bool> TakeUpAsync(DateTimeOffset holdUntil, CancellationToken cancellation)
    {
        var placements = await ListAsync(cancellation).ConfigureAwait(false);
        var begun = new UnfinishedGangs(state, book, roster, policy);
        var waiting = await WaitingPods.ReadAsync(client, (placements ?? []).Select(p => p.Gang).Concat(begun.Begun).ToHashSet(), cancellation).ConfigureAwait(false);
        foreach (var stored in placements ?? []) await TakeUpAsync(stored, waiting.Of(stored.Gang).Keys, holdUntil, cancellation).ConfigureAwait(false);
        foreach (var gang in await begun.HoldAsync(waiting, holdUntil, cancellation).ConfigureAwait(false)) _due.Add(gang);
        _isOff = placements is null;
        if (_isOff) _noted.Clear();
        else LogTakenUp(_records.Count);
        return !_isOff;
    }

    /// <summary>Writes what has changed until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await StepAsync(cancellation).ConfigureAwait(false);
            await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what has changed.</summary>
    public async Task StepAsync(CancellationToken cancellation)
    {
        var now = _clock.Now;
        foreach (var gang in _noted.Keys)
        {
            // Taken out before the gang is looked at: what changes from now on is noted anew.
            if (_noted.TryRemove(gang, out _)) _due.Add(gang);
        }

        foreach (var gang in roster.TakeChanged()) _due.Add(gang);
        foreach (var record in _records.Values)
        {
            if (record.DueAt <= now) _due.Add(record.Key);
        }

        foreach (var gang in _due.ToList())
        {
            _due.Remove(gang);
            await RecordAsync(gang, now, cancellation).ConfigureAwait(false);
        }
    }

    // Null where there is no such resource, or it is not for us to read.
    private async Task<IReadOnlyList<GangPlacement>?> ListAsync(CancellationToken cancellation)
    {
        try
        {
            return await _writer.ListAsync(cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status.Code is (int)HttpStatusCode.NotFound or (int)HttpStatusCode.Forbidden)
        {
            // The extender did its work before there was such a resource; it does it for those who do not want it.
            LogNoResource(e.Status.Message);
            return null;
        }
    }

    private async Task TakeUpAsync(GangPlacement stored, IEnumerable<string> waiting, DateTimeOffset holdUntil, CancellationToken cancellation)
    {
        var record = new GangRecord(stored.Gang);
        record.Adopt(stored);
        _records[stored.Gang] = record;
        _due.Add(stored.Gang);
        await _pods.FindAsync(stored, waiting, cancellation).ConfigureAwait(false);
        record.Gang = await book.GangOfAsync(stored.Gang, stored.Owner, cancellation).ConfigureAwait(false);
        new GangHolds(state, book).TakeUp(record, roster.PodsOf(stored.Gang), waiting);
        state.Renew(stored.Gang, holdUntil);
    }

    private async Task RecordAsync(GangKey gang, DateTimeOffset now, CancellationToken cancellation)
    {
        var bound = roster.PodsOf(gang);
        var reservation = state.ReservationOf(gang);
        if (!_records.TryGetValue(gang, out var record))
        {
            // A pod alone needs no plan to go on with.
            if (reservation is not { Gang.Size: > 1 } && !bound.Any(p => p.GangSize > 1)) return;
            _records.Add(gang, record = new(gang));
        }

        record.DueAt = null;
        record.Gang = reservation?.Gang ?? record.Gang;
        if (bound.Count == 0 && reservation is null)
        {
            if (record.Stored is { Uid.Length: > 0 } stored && !await _writer.DeleteAsync(stored, cancellation).ConfigureAwait(false)) record.LookAgain(now + Pause);
            else _records.Remove(gang);
            return;
        }

        record.Plan.Clear();
        record.PodOf.Clear();
        foreach (var hold in reservation?.Holds ?? [])
        {
            record.Plan[hold.Member] = hold.Pod.NodeName;
            if (hold.Pod.Uid.Length > 0) record.PodOf[hold.Member] = hold.Pod.Name;
        }

        GangHolds.Follow(record, bound);
        record.GpuCapWatts = reservation?.GpuCapWatts ?? record.GpuCapWatts;
        await _statuses.SaveStatusAsync(record, bound, now, cancellation).ConfigureAwait(false);
    }

    [LoggerMessage(1, LogLevel.Information, "{Gangs} gangs were planned before")]
    private partial void LogTakenUp(int gangs);

    [LoggerMessage(2, LogLevel.Warning, "plans of gangs do not outlive a restart, because gangplacements.toposcheduler.io cannot be read: {Reason}; apply manifests/crds and allow it")]
    private partial void LogNoResource(string reason);
}
