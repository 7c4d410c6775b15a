using System.Diagnostics;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Audit;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>Whose turn it is: puts gangs that are whole into the queue, and reserves for those that may start.</summary>
/// <param name="state">The live state.</param>
/// <param name="policy">What plans depend on.</param>
/// <param name="options">How long a gang may hold out.</param>
/// <param name="starts">Told which gang got its plan.</param>
internal sealed class GangTurns(ClusterState state, PlacementPolicy policy, GangOptions options, StartedGangs starts)
{
    private const string By = "queue";

    private static readonly TimeSpan OfferPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GangOfferPause = TimeSpan.FromSeconds(30);

    private DateTimeOffset _offerAt;
    private readonly GangQueue _queue = new(policy, QueueLimits.Default);

    /// <summary>The record of decisions; null for none.</summary>
    public AuditLog? Audit { get; set; }

    /// <summary>True when the queue was left before its end, to be gone on with soon.</summary>
    public bool HasMore => _queue.HasMore;

    /// <summary>When to look again though nothing has changed; null: when something changes.</summary>
    public DateTimeOffset? WakeAt => _queue.WakeAt;

    /// <summary>The gang comes first of those that wait for nodes, or has a priority no lower.</summary>
    public bool GoesBeforeHead(Gang gang) => _queue.Head is not { } head || _queue.Waiting.FirstOrDefault(w => w.Gang.Key == head.Gang) is not { } first || gang.Priority > first.Gang.Priority;

    /// <summary>Puts a gang into the queue, or what has changed of it.</summary>
    public void Put(GangRecord record, IReadOnlyList<GangPod> live)
    {
        var until = HoldOutOf(record, live);
        record.Deadlines.Clear();
        if (until is { } end)
        {
            record.Deadlines.Add(new($"preferred-for ends: {record.Gang!.Hints.Preferred} is not insisted on any more", end));
        }

        if (live.Any(p => p.IsKueues))
        {
            record.Deadlines.Add(new("Kueue may give the job up: it waits 5 minutes for pods to be ready unless configured", record.Since + TimeSpan.FromMinutes(5)));
        }

        var waiting = new WaitingGang(record.Gang!, record.Since, until);
        if (record.IsQueued && _queue.Waiting.FirstOrDefault(w => w.Gang.Key == record.Key) == waiting) return;
        _queue.Put(waiting);
        record.IsQueued = true;
    }

    /// <summary>Takes a gang out of the queue.</summary>
    public void Remove(GangRecord record)
    {
        record.StopAwaitingRoom();
        if (!record.IsQueued) return;
        _queue.Remove(record.Key);
        record.IsQueued = false;
        record.Deadlines.Clear();
    }

    /// <summary>The next gang that may start, with its capacity reserved; null when none may now.</summary>
    /// <param name="records">All gangs.</param>
    /// <param name="now">The time.</param>
    public GangRecord? Next(IReadOnlyDictionary<GangKey, GangRecord> records, DateTimeOffset now)
    {
        while (true)
        {
            // In this order: what is freed after the first line is seen by the next look.
            var freed = state.Freed;
            var cluster = state.Current;
            if (Ask(cluster, freed, Running(records), now) is not { } answer) return null;
            var gang = answer.Gang.Gang;
            var reservation = GangPlanner.ReservationOf(cluster, gang, answer.Plan, GangHolds.Never);
            // Overtaken by somebody who binds by himself: the queue is asked again about the cluster as it is now.
            if (state.TryReserve(cluster, null, reservation) != CommitRefusal.None) continue;
            var record = records[gang.Key];
            Remove(record);
            record.PodOf.Clear();
            record.Plan = new(reservation.Holds.ToDictionary(h => h.Member, h => h.Pod.NodeName));
            record.GpuCapWatts = answer.Plan.GpuCapWatts;
            record.Summary = PlacementSummary.Of(cluster, gang, answer.Plan);
            record.Say("Planned", "");
            if (Audit is { } audit) Record(audit, reservation, cluster, freed);
            starts.Started(cluster, gang, answer.Plan, now - record.Since);
            return record;
        }
    }

    private static void Record(AuditLog audit, Reservation reservation, ClusterSnapshot cluster, long freed) => audit.Write(new(AuditVerb.Plan, "planned")
    {
        Gang = reservation.Gang.Key.Id,
        Uid = reservation.Gang.Key.Uid,
        Nodes = [.. reservation.Holds.Select(h => h.Pod.NodeName).Distinct().Take(AuditLine.MostNodes)],
        Count = reservation.Holds.Length,
        Cluster = cluster,
        Freed = freed,
    });

    /// <summary>The gangs that wait, in order.</summary>
    public IReadOnlyList<WaitingGang> Waiting => _queue.Waiting;

    /// <summary>Gangs that wait, summed up for metrics.</summary>
    public WaitingGangs Summary() => WaitingGangs.Of(_queue.Waiting.Select(w => (w.Since, _queue.ReasonOf(w.Gang.Key))));

    /// <summary>Why a gang waits; null when it is not in the queue.</summary>
    public WaitReason? ReasonOf(GangRecord record) => _queue.ReasonOf(record.Key);

    /// <summary>Says why a gang waits. What would make it fit costs several plans and is looked for only now and then, for one gang after the other.</summary>
    /// <param name="record">The gang; it is in the queue.</param>
    /// <param name="now">The time.</param>
    public void Explain(GangRecord record, DateTimeOffset now)
    {
        var reason = _queue.ReasonOf(record.Key);
        var isNews = reason is { Cause: WaitCause.RunningGangs or WaitCause.Capacity } && !ReferenceEquals(record.ReportOn, reason.LastAttempt);
        if (isNews && now >= _offerAt && now >= record.OfferAt)
        {
            (record.Report, record.ReportOn) = (PlacementReporter.Report(state.Current, record.Gang!, policy), reason!.LastAttempt);
            record.Note(AttemptFigures.Of(state.Current, record.Gang!, policy, record.Report.Reasons, now));
            (_offerAt, record.OfferAt) = (now + OfferPause, now + GangOfferPause);
        }
        else if (isNews)
        {
            record.LookAgain(_offerAt > record.OfferAt ? _offerAt : record.OfferAt);
        }

        var autoscaler = record.Autoscaler is { } says ? $"; {says}" : "";
        record.Say(reason?.Cause.ToString() ?? "Turn", WaitText.Of(record.Gang!, reason, record.Report) + autoscaler);
    }

    private QueueAnswer? Ask(ClusterSnapshot cluster, long freed, IReadOnlyList<RunningGang> running, DateTimeOffset now)
    {
        var start = Stopwatch.GetTimestamp();
        using var span = SchedulerTraces.Plan(By);
        var answer = _queue.Next(cluster, freed, running, now);
        starts.Metrics.Planned(By, start);
        if (answer is not null) span?.SetTag("toposcheduler.gang", answer.Gang.Gang.Key.Id);
        SchedulerTraces.End(span, answer is null ? "none_may_start" : "placed", isError: false);
        return answer;
    }

    // Kueue takes a job back that is not ready in time: better any place than none.
    private DateTimeOffset? HoldOutOf(GangRecord record, IReadOnlyList<GangPod> live)
    {
        var hints = record.Gang!.Hints;
        if (hints.Preferred is null || hints.PreferredFor is not { } wish) return null;
        var most = TimeSpan.FromSeconds(options.KueuePreferredForSeconds);
        return record.Since + (live.Any(p => p.IsKueues) && wish > most ? most : wish);
    }

    /// <summary>When the gangs that run are going to end.</summary>
    internal static List<RunningGang> Running(IReadOnlyDictionary<GangKey, GangRecord> records)
    {
        var running = new List<RunningGang>();
        foreach (var record in records.Values)
        {
            if (record.Plan.Count == 0) continue;
            running.Add(new(record.Key, record.Stored?.Status.StartedAt is { } started && record.Gang?.Hints.ExpectedDuration is { } lasts ? started + lasts : null));
        }

        return running;
    }
}
