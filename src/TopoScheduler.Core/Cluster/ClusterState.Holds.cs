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
    /// more, or where the gang's holds have changed since: plan again. What was held before stays held when this is refused.
    /// </summary>
    /// <param name="plannedOn">The snapshot the holds were planned on.</param>
    /// <param name="standing">The gang's holds they were planned beside, which they replace; null for none.</param>
    /// <param name="reservation">The holds.</param>
    public CommitRefusal TryReserve(ClusterSnapshot plannedOn, Reservation? standing, Reservation reservation)
    {
        lock (_lock)
        {
            var before = HoldsOf_NeedsLock(reservation.Gang.Key);
            // A member was claimed, assumed or bound meanwhile: these holds would count it twice, or take the capacity of a pod whose Binding is on the way.
            if (before != (standing?.Holds ?? []) || reservation.Holds.Any(h => _pods.ContainsKey(h.Pod.Uid))) return CommitRefusal.NoPlan;
            var now = Current_NeedsLock();
            var changes = new Dictionary<int, List<PodInfo>>();
            // Gangs have thousands of members, so holds are told by reference and not one with another.
            var (old, wanted) = (Set(before), Set(reservation.Holds));
            var given = before.RemoveAll(wanted.Contains);
            if (given.Any(IsAssumed)) return CommitRefusal.NoPlan;
            foreach (var hold in given)
            {
                Leave_NeedsLock(changes, hold.Pod);
            }

            var added = reservation.Holds.RemoveAll(old.Contains);
            if (!ReferenceEquals(now, plannedOn) || !given.IsEmpty)
            {
                var refusal = CommitCheck.Judge(now.With(Changes(changes)).Over(reservation.Gang.Hints.ExpectedDuration), [.. added.Select(h => h.Pod)]);
                if (refusal != CommitRefusal.None) return refusal;
            }

            foreach (var hold in given)
            {
                _claims.Remove(hold.Pod.Uid);
            }

            foreach (var hold in added)
            {
                if (hold.Pod.Uid.Length > 0) _claims[hold.Pod.Uid] = hold.Gang;
                Join_NeedsLock(changes, hold.Pod);
            }

            Keep_NeedsLock(reservation);
            Apply_NeedsLock(changes);
            if (!given.IsEmpty) Free_NeedsLock();
            return CommitRefusal.None;
        }
    }

    /// <summary>
    /// Gives up the planned holds of some members; what is left of the reservation, or null. An assumed pod keeps its hold whatever has become of its node:
    /// its Binding may be on the way.
    /// </summary>
    internal Reservation? GiveUp(GangKey gang, Func<Hold, bool> isGivenUp)
    {
        lock (_lock)
        {
            if (!_reservations.TryGetValue(gang, out var reservation)) return null;
            var kept = ImmutableArray.CreateBuilder<Hold>(reservation.Holds.Length);
            var changes = new Dictionary<int, List<PodInfo>>();
            foreach (var hold in reservation.Holds)
            {
                if (IsAssumed(hold) || !isGivenUp(hold))
                {
                    kept.Add(hold);
                    continue;
                }

                _claims.Remove(hold.Pod.Uid);
                Leave_NeedsLock(changes, hold.Pod);
            }

            if (kept.Count == reservation.Holds.Length) return reservation;
            Keep_NeedsLock(reservation with { Holds = kept.ToImmutable() });
            Apply_NeedsLock(changes);
            Free_NeedsLock();
            return _reservations.GetValueOrDefault(gang);
        }
    }

    /// <summary>Gives a member's hold to the pod that is this member. False where there is no such hold or another pod has claimed it.</summary>
    public bool TryClaim(GangKey gang, int member, string uid, string podName)
    {
        lock (_lock)
        {
            if (!_reservations.TryGetValue(gang, out var reservation) || reservation.HoldOf(member) is not { } hold) return false;
            if (hold.Pod.Uid.Length > 0) return hold.Pod.Uid == uid;
            if (_claims.ContainsKey(uid) || _pods.ContainsKey(uid)) return false;
            _claims.Add(uid, gang);
            Change_NeedsLock(reservation, hold, hold with { Pod = hold.Pod with { Uid = uid, Name = podName } });
            return true;
        }
    }

    /// <summary>
    /// Gives up the claims of pods that a list does not show, as their pods are gone. Not those of assumed pods: one may be younger than the list, allowed to be
    /// bound or created while it was read; whether it is there is asked when it is <see cref="Doubtful"/>.
    /// </summary>
    /// <param name="listed">Uids of the pods that are there.</param>
    public void GiveUpClaims(IReadOnlySet<string> listed)
    {
        lock (_lock)
        {
            foreach (var (uid, gang) in _claims.ToList())
            {
                if (!listed.Contains(uid) && _reservations.GetValueOrDefault(gang)?.HoldOf(uid) is not { Phase: HoldPhase.Assumed }) RemovePod(uid);
            }
        }
    }

    /// <summary>True while a pod counts on a node because it was bound there, or may be at any moment.</summary>
    public bool IsExpected(string uid, string node)
    {
        lock (_lock)
        {
            if (_pods.TryGetValue(uid, out var bound)) return bound.NodeName == node;
            return _claims.TryGetValue(uid, out var gang) && _reservations.GetValueOrDefault(gang)?.HoldOf(uid) is { Phase: HoldPhase.Assumed } hold && hold.Pod.NodeName == node;
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
    /// says, and if it takes more than is held for it, only where there is room for that; any other pod where there is room at this moment.
    /// </summary>
    /// <param name="key">The gang; that of a single pod is its own.</param>
    /// <param name="pod">The pod with the node it is to be bound to.</param>
    /// <param name="gang">The gang of a single pod, kept with its hold.</param>
    /// <param name="expiresAt">When it is forgotten if neither the watch nor anybody else says what became of it.</param>
    public AssumeAnswer TryAssume(GangKey key, PodInfo pod, Gang gang, DateTimeOffset expiresAt)
    {
        lock (_lock)
        {
            // The watch was faster: it counts where it is, and what the API server says of another Binding is its answer.
            if (_pods.TryGetValue(pod.Key, out var bound)) return bound.NodeName == pod.NodeName ? default : new(CommitRefusal.None, bound.NodeName);
            if (_reservations.TryGetValue(key, out var reservation) && reservation.HoldOf(pod.Uid) is { } hold)
            {
                if (hold.Pod.NodeName != pod.NodeName) return new(CommitRefusal.None, hold.Pod.NodeName);
                var duration = reservation.Gang.Hints.ExpectedDuration;
                var refusal = CommitCheck.JudgeHeld(Current_NeedsLock().Over(duration), hold.Pod);
                if (refusal == CommitRefusal.None) refusal = InPlaceOf_NeedsLock(hold, pod, duration, limitsOnly: false)?.Refusal ?? CommitRefusal.None;
                if (refusal != CommitRefusal.None) return new(refusal, null);
                Change_NeedsLock(reservation with { ExpiresAt = expiresAt }, hold, hold with { Pod = Occupant_NeedsLock(hold, pod), Phase = HoldPhase.Assumed });
                return default;
            }

            return gang.Size > 1 ? new(CommitRefusal.NoPlan, null) : AssumeSingle_NeedsLock(key, pod, gang, expiresAt);
        }
    }

    /// <summary>A Binding was refused for certain: the member is only planned again, a single pod is held no more.</summary>
    public void Forget(string uid)
    {
        lock (_lock)
        {
            if (!_claims.TryGetValue(uid, out var key) || !_reservations.TryGetValue(key, out var reservation)) return;
            if (reservation.HoldOf(uid) is not { } hold) return;
            if (reservation.Gang.Size == 1)
            {
                var changes = new Dictionary<int, List<PodInfo>>();
                Unclaim_NeedsLock(changes, uid);
                Apply_NeedsLock(changes);
                Free_NeedsLock();
                return;
            }

            Change_NeedsLock(reservation, hold, hold with { Phase = HoldPhase.Planned });
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

    // The job of a single pod may send a replacement before the old pod is seen to be gone: what that one has assumed stays, what was only planned goes over.
    private AssumeAnswer AssumeSingle_NeedsLock(GangKey key, PodInfo pod, Gang gang, DateTimeOffset expiresAt)
    {
        var now = Current_NeedsLock();
        var before = HoldsOf_NeedsLock(key);
        var changes = new Dictionary<int, List<PodInfo>>();
        foreach (var hold in before)
        {
            if (!IsAssumed(hold)) Leave_NeedsLock(changes, hold.Pod);
        }

        var refusal = CommitCheck.Judge(now.With(Changes(changes)).Over(gang.Hints.ExpectedDuration), [pod]);
        if (refusal != CommitRefusal.None) return new(refusal, null);
        foreach (var hold in before)
        {
            if (!IsAssumed(hold)) _claims.Remove(hold.Pod.Uid);
        }

        var assumed = before.RemoveAll(h => !IsAssumed(h)).Add(new(key, 0, pod, HoldPhase.Assumed));
        _reservations[key] = new(gang, assumed, pod.Template.Power.CapWatts, expiresAt);
        _claims[pod.Uid] = key;
        Join_NeedsLock(changes, pod);
        Apply_NeedsLock(changes);
        if (!before.All(IsAssumed)) Free_NeedsLock();
        return default;
    }

    private static HashSet<Hold> Set(ImmutableArray<Hold> holds) => new(holds, ReferenceEqualityComparer.Instance);

    private ImmutableArray<Hold> HoldsOf_NeedsLock(GangKey gang) => _reservations.TryGetValue(gang, out var reservation) ? reservation.Holds : [];

    private static bool IsAssumed(Hold hold) => hold.Phase == HoldPhase.Assumed;

    private IEnumerable<Reservation> Lapsed_NeedsLock(DateTimeOffset now) => _reservations.Values.Where(r => r.ExpiresAt <= now);

    private IEnumerable<PodInfo> HeldPods_NeedsLock() => _reservations.Values.SelectMany(r => r.Holds).Select(h => h.Pod);

    // The watch shows a pod bound: its hold is over, and the reservation with its last one.
    private Hold? Confirm_NeedsLock(PodInfo pod, bool isNew)
    {
        if (!_claims.Remove(pod.Uid, out var key)) return isNew ? OpenHold_NeedsLock(pod) : null;
        if (!_reservations.TryGetValue(key, out var reservation) || reservation.HoldOf(pod.Uid) is not { } hold) return null;
        Keep_NeedsLock(reservation with { Holds = reservation.Holds.Remove(hold) });
        return hold;
    }

    // Somebody before us has bound it, wherever that was: its member has a node, and nobody else will claim what is held for that.
    private Hold? OpenHold_NeedsLock(PodInfo pod)
    {
        if (pod.Terminating || pod.Gang is not { } gang || pod.Member is not { } member) return null;
        if (!_reservations.TryGetValue(gang, out var reservation) || reservation.HoldOf(member) is not { Pod.Uid: "" } open) return null;
        Keep_NeedsLock(reservation with { Holds = reservation.Holds.Remove(open) });
        return open;
    }

    // True when capacity has become free; the hold of a gang stays.
    private bool Unclaim_NeedsLock(Dictionary<int, List<PodInfo>> changes, string uid)
    {
        if (!_claims.Remove(uid, out var key) || !_reservations.TryGetValue(key, out var reservation)) return false;
        if (reservation.HoldOf(uid) is not { } hold) return false;
        Leave_NeedsLock(changes, hold.Pod);
        if (reservation.Gang.Size == 1)
        {
            Keep_NeedsLock(reservation with { Holds = reservation.Holds.Remove(hold) });
            return true;
        }

        var open = hold with { Pod = hold.Pod with { Uid = "" }, Phase = HoldPhase.Planned };
        Keep_NeedsLock(reservation with { Holds = reservation.Holds.Replace(hold, open) });
        Join_NeedsLock(changes, open.Pod);
        return false;
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
        Free_NeedsLock();
    }
}
