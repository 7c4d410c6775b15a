using System.Globalization;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Looks after a gang that has a plan. In this order, and again whenever something changes: (1) what the pods say wins over what was planned; (2) a pod that
/// cannot be bound where it is pinned is replaced through its owner; (3) plans on nodes that have gone bad are made anew; (4) members without a node are
/// planned beside the rest; (5) the plan is saved; (6) only then do gates come off, each pod judged once more.
/// </summary>
/// <param name="state">The live state.</param>
/// <param name="holds">Keeps holds equal to pods.</param>
/// <param name="planner">Plans the rest of a gang.</param>
/// <param name="writer">Writes to the API server.</param>
/// <param name="options">Grace times.</param>
/// <param name="logger">Where it is told.</param>
internal sealed partial class GangKeeper(
    ClusterState state, GangHolds holds, GangPlanner planner, GangWriter writer, GangOptions options, ILogger<GangKeeper> logger)
{
    private const int MostRests = 16;

    /// <summary>Steps 1 to 4. False when nothing is left of the plan: the gang waits for its turn again.</summary>
    /// <param name="record">The gang.</param>
    /// <param name="live">Its pods that are not being deleted.</param>
    /// <param name="mayGrow">Members beyond its minimum may be planned: nobody who comes first waits.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<bool> RepairAsync(GangRecord record, IReadOnlyList<GangPod> live, bool mayGrow, DateTimeOffset now, CancellationToken cancellation)
    {
        GangHolds.Follow(record, live);
        record.IsDegraded = false;
        record.Say("Planned", "");
        holds.HoldReleased(record, live);
        if (record.Gang is null) return record.Plan.Count > 0;
        await ReplaceStuckAsync(record, live, now, cancellation).ConfigureAwait(false);
        return GiveUpBad(record, live, now) && SeatWaiting(record, live, mayGrow) && record.Plan.Count > 0;
    }

    private async Task ReplaceStuckAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var pod in live)
        {
            if (!pod.IsReleased || pod.Member is not { } member) continue;
            if (Grace(record, member, now) is not { } bad)
            {
                if (pod.Unschedulable is { Length: > 0 } says) Trouble(record, $"pod {pod.Name} cannot be bound to node {pod.PinnedNode}: the scheduler says \"{says}\"");
                continue;
            }

            Trouble(record, $"pod {pod.Name} cannot be bound to node {pod.PinnedNode}: {bad.Why}");
            if (!bad.IsOver || record.Replaced.Contains(pod.Uid)) continue;
            if (pod.Controller is null)
            {
                Trouble(record, $"pod {pod.Name} cannot be bound to node {pod.PinnedNode}: {bad.Why}; nothing makes another when it is deleted, so delete and create it yourself");
                continue;
            }

            if (await writer.ReplaceAsync(pod, cancellation).ConfigureAwait(false))
            {
                record.Replaced.Add(pod.Uid);
                LogReplaced(pod.Namespace, pod.Name, pod.PinnedNode, bad.Why);
            }
            else
            {
                record.LookAgain(now + TimeSpan.FromSeconds(1));
            }
        }
    }

    // Members that nobody is under way for. While no pod has gone anywhere the whole gang is planned anew.
    private bool GiveUpBad(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now)
    {
        var released = live.Where(p => !p.Gated && p.Member is not null).Select(p => p.Member!.Value).ToHashSet();
        var bad = new List<int>();
        foreach (var hold in state.ReservationOf(record.Key)?.Holds ?? [])
        {
            if (hold.Phase == HoldPhase.Planned && !released.Contains(hold.Member) && Grace(record, hold.Member, now) is { IsOver: true }) bad.Add(hold.Member);
        }

        if (bad.Count == 0) return true;
        record.RestTriedAt = -1;
        if (!NobodyHasGone(record, live))
        {
            foreach (var member in bad)
            {
                record.Plan.Remove(member);
                record.PodOf.Remove(member);
                record.BadSince.Remove(member);
            }

            state.GiveUp(record.Key, bad);
            return true;
        }

        LogDropped(record.Key.Id, bad.Count);
        Drop(record);
        return false;
    }

    /// <summary>
    /// True when the next gate may come off: some of the gang's pods have gone already, or there is a hold for every one of them that is to go. A gang begins
    /// whole or not at all.
    /// </summary>
    public bool MayGo(GangRecord record, IReadOnlyList<GangPod> live, Dictionary<string, int> seats)
    {
        if (!NobodyHasGone(record, live)) return true;
        var standing = state.ReservationOf(record.Key);
        var held = seats.Values.Count(m => standing?.HoldOf(m) is not null);
        return held == seats.Count || (record.IsElastic && held >= record.Gang!.LeastMembers && seats.Values.All(m => standing?.HoldOf(m) is not null || !record.Plan.ContainsKey(m)));
    }

    private bool NobodyHasGone(GangRecord record, IReadOnlyList<GangPod> live) => !live.Any(p => !p.Gated) && state.BoundMembers(record.Key).IsEmpty;

    /// <summary>Forgets the plan of a gang and gives back what is held for it.</summary>
    public void Drop(GangRecord record)
    {
        state.Release(record.Key);
        record.Plan.Clear();
        record.PodOf.Clear();
        record.BadSince.Clear();
        (record.GpuCapWatts, record.Summary, record.RestTriedAt) = (null, null, -1);
    }

    // False where all members are lost: others in their places begin together or not at all.
    private bool SeatWaiting(GangRecord record, IReadOnlyList<GangPod> live, bool mayGrow)
    {
        var gang = record.Gang!;
        for (var attempt = 0; attempt < MostRests; attempt++)
        {
            var seats = SeatsOf(record, live);
            var standing = state.ReservationOf(record.Key);
            // An elastic gang runs without its last members; they come when nobody who comes first waits.
            var rest = seats.Values.Where(m => standing?.HoldOf(m) is null && (mayGrow || !record.IsElastic || record.Plan.ContainsKey(m))).Order().ToList();
            if (rest.Count == 0) return true;
            if (NobodyHasGone(record, live) && !(standing?.Holds.Any(h => h.Phase == HoldPhase.Assumed) ?? false)
                && rest.Exists(m => !record.IsElastic || record.Plan.ContainsKey(m)))
            {
                return false;
            }

            var freed = state.Freed;
            if (record.RestTriedAt == freed)
            {
                Missing(record, live, rest.Count);
                return true;
            }

            var answer = planner.ReserveRest(gang, rest, GangHolds.Never);
            if (answer.Reservation is not { } reservation)
            {
                record.RestTriedAt = answer.Refusal is null ? -1 : freed;
                record.RestRefusal = answer.Refusal?.Reasons.FirstOrDefault()?.Message;
                Missing(record, live, rest.Count);
                return true;
            }

            foreach (var hold in reservation.Holds) record.Plan[hold.Member] = hold.Pod.NodeName;
            record.Summary = null;
        }

        return true;
    }

    private static void Missing(GangRecord record, IReadOnlyList<GangPod> live, int missing)
    {
        var why = record.RestRefusal is { } refusal ? $": {refusal}" : "";
        var text = string.Create(CultureInfo.InvariantCulture, $"{missing} of {live.Count} pods wait for room beside the rest{why}");
        if (record.IsElastic && live.Count - missing >= record.Gang!.LeastMembers) record.Say("Growing", text);
        else Trouble(record, text);
    }

    /// <summary>Which member each pod with its gate on is to be.</summary>
    public Dictionary<string, int> SeatsOf(GangRecord record, IReadOnlyList<GangPod> live)
    {
        var gang = record.Gang!;
        var requests = new List<SeatRequest>();
        var occupied = new List<int>(state.BoundMembers(record.Key).Select(p => p.Member).OfType<int>());
        foreach (var pod in live)
        {
            if (!pod.Gated)
            {
                if (pod.Member is { } member) occupied.Add(member);
                continue;
            }

            if (pod.OtherGate is not null) continue;
            var subject = PodBook.SubjectIn(gang, pod);
            requests.Add(new(pod.Uid, subject.Member, subject.Role));
        }

        return GangSeats.Assign(gang, requests, state.ReservationOf(record.Key), occupied);
    }

    // How long what stands against a hold is put up with; null when nothing does. Watts are not the scheduler's to judge, and we never evict: a pod that has
    // gone to a budget since lowered is counted and stays.
    private (string Why, bool IsOver)? Grace(GangRecord record, int member, DateTimeOffset now)
    {
        (string Why, int Seconds)? bad = state.Judge(record.Key, member) switch
        {
            CommitRefusal.NodeGone => ("the node is gone", 0),
            CommitRefusal.NodeNotReady => ("the node is NotReady, cordoned or tainted", options.NodeGraceSeconds),
            CommitRefusal.Resources or CommitRefusal.PodCount => ("others have taken its place", options.PinGraceSeconds),
            CommitRefusal.Power when state.ReservationOf(record.Key)?.HoldOf(member) is { Phase: HoldPhase.Planned } => ("a power budget does not allow it any more", 0),
            _ => null,
        };
        if (bad is not { } known)
        {
            record.BadSince.Remove(member);
            return null;
        }

        var over = record.BadSince.TryGetValue(member, out var since) ? since + TimeSpan.FromSeconds(known.Seconds) : now + TimeSpan.FromSeconds(known.Seconds);
        record.BadSince.TryAdd(member, now);
        if (now < over) record.LookAgain(over);
        return (known.Why, now >= over);
    }

    private static void Trouble(GangRecord record, string message)
    {
        record.IsDegraded = true;
        record.Say("Degraded", message);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Namespace}/{Pod} is pinned to node {Node} and cannot be bound there: {Why}; it is evicted so that its owner makes another")]
    private partial void LogReplaced(string @namespace, string pod, string? node, string why);

    [LoggerMessage(2, LogLevel.Information, "{Gang}: {Members} of its planned nodes have gone bad before any pod went; it is planned anew")]
    private partial void LogDropped(string gang, int members);
}
