using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Cluster;

/// <summary>What became of the wish to assume a pod on a node.</summary>
/// <param name="Refusal">Why not; <see cref="CommitRefusal.None"/> when it may go there.</param>
/// <param name="PlannedNode">The node its plan says, where that is another one; else null.</param>
public readonly record struct AssumeAnswer(CommitRefusal Refusal, string? PlannedNode)
{
    /// <summary>True when the pod may be bound.</summary>
    public bool MayBind => Refusal == CommitRefusal.None && PlannedNode is null;
}

// The ledger of promises. Every change of it and of the snapshot happens under one lock, so what a snapshot shows as free is free.
public sealed partial class ClusterState
{
    private readonly Dictionary<GangKey, Reservation> _reservations = [];
    private readonly Dictionary<string, GangKey> _claims = new(StringComparer.Ordinal);

    /// <summary>All reservations, in no particular order.</summary>
    public ImmutableArray<Reservation> Reservations
    {
        get
        {
            lock (_lock)
            {
                return [.. _reservations.Values];
            }
        }
    }

    /// <summary>Uids of the pods that have claimed a hold.</summary>
    public ImmutableArray<string> Claims
    {
        get
        {
            lock (_lock)
            {
                return [.. _claims.Keys];
            }
        }
    }

    /// <summary>The reservation of a gang, or null.</summary>
    public Reservation? ReservationOf(GangKey gang)
    {
        lock (_lock)
        {
            return _reservations.GetValueOrDefault(gang);
        }
    }

    /// <summary>
    /// Holds capacity for a gang, all of it or nothing. Refused where the newest snapshot is not the one it was planned on and does not have the room any
    /// more: plan again. Replaces holds the gang may have.
    /// </summary>
    /// <param name="plannedOn">The snapshot the holds were planned on.</param>
    /// <param name="reservation">The holds.</param>
    public CommitRefusal TryReserve(ClusterSnapshot plannedOn, Reservation reservation)
    {
        lock (_lock)
        {
            var now = Current_NeedsLock();
            if (!ReferenceEquals(now, plannedOn) || _reservations.ContainsKey(reservation.Gang.Key))
            {
                Release_NeedsLock(reservation.Gang.Key);
                var refusal = CommitCheck.Judge(Current_NeedsLock(), [.. reservation.Holds.Select(h => h.Pod)]);
                if (refusal != CommitRefusal.None) return refusal;
            }

            var changes = new Dictionary<int, List<PodInfo>>();
            _reservations[reservation.Gang.Key] = reservation;
            foreach (var hold in reservation.Holds)
            {
                if (hold.Pod.Uid.Length > 0) _claims[hold.Pod.Uid] = hold.Gang;
                Join_NeedsLock(changes, hold.Pod);
            }

            Apply_NeedsLock(changes);
            return CommitRefusal.None;
        }
    }

    /// <summary>Gives a member's hold to the pod that is this member. False where there is no such hold or another pod has claimed it.</summary>
    public bool TryClaim(GangKey gang, int member, string uid, string podName)
    {
        lock (_lock)
        {
            if (!_reservations.TryGetValue(gang, out var reservation) || reservation.HoldOf(member) is not { } hold) return false;
            if (hold.Pod.Uid.Length > 0) return hold.Pod.Uid == uid;
            if (_claims.ContainsKey(uid)) return false;
            _claims.Add(uid, gang);
            Change_NeedsLock(reservation, hold, hold with { Pod = hold.Pod with { Uid = uid, Name = podName } });
            return true;
        }
    }

    /// <summary>Something happened to the gang: its holds stand until then.</summary>
    public void Renew(GangKey gang, DateTimeOffset expiresAt)
    {
        lock (_lock)
        {
            if (_reservations.TryGetValue(gang, out var reservation)) _reservations[gang] = reservation with { ExpiresAt = expiresAt };
        }
    }

    /// <summary>
    /// Asks for the last time whether a pod may go to a node, and if so counts it there until the watch shows it. A member with a hold goes where its plan
    /// says; any other pod where there is room at this moment.
    /// </summary>
    /// <param name="key">The gang; that of a single pod is its own.</param>
    /// <param name="pod">The pod with the node it is to be bound to.</param>
    /// <param name="gang">The gang of a single pod, kept with its hold.</param>
    /// <param name="expiresAt">When it is forgotten if neither the watch nor anybody else says what became of it.</param>
    public AssumeAnswer TryAssume(GangKey key, PodInfo pod, Gang gang, DateTimeOffset expiresAt)
    {
        lock (_lock)
        {
            if (_reservations.TryGetValue(key, out var reservation) && reservation.HoldOf(pod.Uid) is { } hold)
            {
                if (hold.Pod.NodeName != pod.NodeName) return new(CommitRefusal.None, hold.Pod.NodeName);
                var refusal = CommitCheck.JudgeHeld(Current_NeedsLock(), hold.Pod);
                if (refusal != CommitRefusal.None) return new(refusal, null);
                Change_NeedsLock(reservation with { ExpiresAt = expiresAt }, hold, hold with { Phase = HoldPhase.Assumed });
                return default;
            }

            if (gang.Size > 1) return new(CommitRefusal.NoPlan, null);
            var now = CommitCheck.Judge(Current_NeedsLock(), [pod]);
            if (now != CommitRefusal.None) return new(now, null);
            var single = new Hold(key, 0, pod, HoldPhase.Assumed);
            _reservations[key] = new(gang, [single], pod.Template.Power.CapWatts, expiresAt);
            _claims[pod.Uid] = key;
            var changes = new Dictionary<int, List<PodInfo>>();
            Join_NeedsLock(changes, pod);
            Apply_NeedsLock(changes);
            return default;
        }
    }

    /// <summary>A Binding was refused for certain: the member is only planned again, a single pod is held no more.</summary>
    public void Forget(string uid)
    {
        lock (_lock)
        {
            if (!_claims.TryGetValue(uid, out var key) || !_reservations.TryGetValue(key, out var reservation)) return;
            if (reservation.HoldOf(uid) is not { } hold) return;
            if (reservation.Gang.Size == 1) Release_NeedsLock(key);
            else Change_NeedsLock(reservation, hold, hold with { Phase = HoldPhase.Planned });
        }
    }

    /// <summary>Gives up the holds of a gang. Its bound members stay where they are.</summary>
    public void Release(GangKey gang)
    {
        lock (_lock)
        {
            Release_NeedsLock(gang);
        }
    }

    /// <summary>
    /// Gives up the holds of all gangs to which nothing has happened until now; their gangs, to be told of. A gang with an assumed pod keeps its holds: that
    /// pod may be bound though nobody has seen it, and only the API server knows (<see cref="Doubtful"/>).
    /// </summary>
    public ImmutableArray<Reservation> Expire(DateTimeOffset now)
    {
        lock (_lock)
        {
            var lapsed = Lapsed_NeedsLock(now).Where(r => !r.Holds.Any(IsAssumed)).OrderBy(r => r.Gang.Key.Id, StringComparer.Ordinal).ToImmutableArray();
            foreach (var reservation in lapsed)
            {
                Release_NeedsLock(reservation.Gang.Key);
            }

            return lapsed;
        }
    }

    /// <summary>Assumed pods of gangs whose time is up: whether they are bound must be looked up, then told by <see cref="Upsert(PodInfo)"/> or
    /// <see cref="Forget"/>.</summary>
    public ImmutableArray<Hold> Doubtful(DateTimeOffset now)
    {
        lock (_lock)
        {
            return [.. Lapsed_NeedsLock(now).SelectMany(r => r.Holds).Where(IsAssumed)];
        }
    }

    private static bool IsAssumed(Hold hold) => hold.Phase == HoldPhase.Assumed;

    private IEnumerable<Reservation> Lapsed_NeedsLock(DateTimeOffset now) => _reservations.Values.Where(r => r.ExpiresAt <= now);

    private IEnumerable<PodInfo> HeldPods_NeedsLock() => _reservations.Values.SelectMany(r => r.Holds).Select(h => h.Pod);

    // The watch shows a pod bound: its hold is over, and the reservation with its last one.
    private Hold? Confirm_NeedsLock(PodInfo pod)
    {
        if (!_claims.Remove(pod.Uid, out var key) || !_reservations.TryGetValue(key, out var reservation)) return null;
        if (reservation.HoldOf(pod.Uid) is not { } hold) return null;
        Keep_NeedsLock(reservation with { Holds = reservation.Holds.Remove(hold) });
        return hold;
    }

    private void Unclaim_NeedsLock(Dictionary<int, List<PodInfo>> changes, string uid)
    {
        if (!_claims.Remove(uid, out var key) || !_reservations.TryGetValue(key, out var reservation)) return;
        if (reservation.HoldOf(uid) is not { } hold) return;
        Leave_NeedsLock(changes, hold.Pod);
        if (reservation.Gang.Size == 1)
        {
            Keep_NeedsLock(reservation with { Holds = reservation.Holds.Remove(hold) });
            return;
        }

        var open = hold with { Pod = hold.Pod with { Uid = "" }, Phase = HoldPhase.Planned };
        Keep_NeedsLock(reservation with { Holds = reservation.Holds.Replace(hold, open) });
        Join_NeedsLock(changes, open.Pod);
    }

    private void Change_NeedsLock(Reservation reservation, Hold before, Hold after)
    {
        Keep_NeedsLock(reservation with { Holds = reservation.Holds.Replace(before, after) });
        if (before.Pod == after.Pod) return;
        var changes = new Dictionary<int, List<PodInfo>>();
        Leave_NeedsLock(changes, before.Pod);
        Join_NeedsLock(changes, after.Pod);
        Apply_NeedsLock(changes);
    }

    private void Keep_NeedsLock(Reservation reservation)
    {
        if (reservation.Holds.IsEmpty) _reservations.Remove(reservation.Gang.Key);
        else _reservations[reservation.Gang.Key] = reservation;
    }

    private void Release_NeedsLock(GangKey gang)
    {
        if (!_reservations.Remove(gang, out var reservation)) return;
        var changes = new Dictionary<int, List<PodInfo>>();
        foreach (var hold in reservation.Holds)
        {
            _claims.Remove(hold.Pod.Uid);
            Leave_NeedsLock(changes, hold.Pod);
        }

        Apply_NeedsLock(changes);
    }
}
