using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Cluster;

// Promises that were made by somebody before us: what is known of them is what was written down, and what the pods say.
public sealed partial class ClusterState
{
    /// <summary>
    /// Sets the holds of a gang to what is known of it. A pod the scheduler may bind at any moment (<see cref="HoldPhase.Assumed"/>) counts whether there is
    /// room or not; a planned member only where there still is. Holds of pods that are bound already are left out.
    /// </summary>
    /// <returns>What is held now; null for nothing.</returns>
    public Reservation? Restore(Reservation reservation)
    {
        lock (_lock)
        {
            // Built now where it is stale: built in between it would miss the holds that are not entered yet.
            Current_NeedsLock();
            Release_NeedsLock(reservation.Gang.Key);
            var unbound = reservation.Holds.RemoveAll(h => _pods.ContainsKey(h.Pod.Uid));
            EndOther_NeedsLock(unbound);
            var certain = unbound.RemoveAll(h => !IsAssumed(h));
            Hold_NeedsLock(certain);
            var kept = Fitting_NeedsLock(unbound.RemoveAll(IsAssumed), reservation.Gang.Hints.ExpectedDuration);
            var restored = reservation with { Holds = [.. certain.Concat(kept).OrderBy(h => h.Member)] };
            Keep_NeedsLock(restored);
            return restored.Holds.IsEmpty ? null : restored;
        }
    }

    /// <summary>Whether a hold is still good: null when there is none, else what stands against it.</summary>
    public CommitRefusal? Judge(GangKey gang, int member)
    {
        lock (_lock)
        {
            if (_reservations.GetValueOrDefault(gang) is not { } reservation || reservation.HoldOf(member) is not { } hold) return null;
            return CommitCheck.JudgeHeld(Current_NeedsLock().Over(reservation.Gang.Hints.ExpectedDuration), hold.Pod);
        }
    }

    /// <summary>Gives up the planned holds of some members. An assumed pod keeps its own.</summary>
    public void GiveUp(GangKey gang, IReadOnlyCollection<int> members) => GiveUp(gang, hold => members.Contains(hold.Member));

    /// <summary>
    /// Gives up what is only planned: whoever schedules from now on takes that up. An assumed pod keeps its hold until its time is up: it may be on its way,
    /// though we do not schedule, or did not for a while. One whose time is never up is told by the pod itself, and taken up with the plan.
    /// </summary>
    public void ReleasePlanned()
    {
        lock (_lock)
        {
            foreach (var (gang, reservation) in _reservations.ToList())
            {
                if (reservation.ExpiresAt < DateTimeOffset.MaxValue && reservation.Holds.Any(IsAssumed)) GiveUp(gang, static _ => true);
                else Release_NeedsLock(gang);
            }
        }
    }

    // A pod whose Binding was allowed before its gang was known is held under a name of its own. It must not count twice, nor that hold outlive it.
    private void EndOther_NeedsLock(ImmutableArray<Hold> holds)
    {
        var changes = new Dictionary<int, List<PodInfo>>();
        foreach (var uid in holds.Select(h => h.Pod.Uid))
        {
            if (!_claims.Remove(uid, out var other) || !_reservations.TryGetValue(other, out var reservation) || reservation.HoldOf(uid) is not { } hold) continue;
            Keep_NeedsLock(reservation with { Holds = reservation.Holds.Remove(hold) });
            Leave_NeedsLock(changes, hold.Pod);
        }

        if (changes.Count == 0) return;
        Apply_NeedsLock(changes);
        Free_NeedsLock();
    }

    // All of them where all fit, as they do unless something has happened meanwhile; else those that fit, one after the other.
    private List<Hold> Fitting_NeedsLock(ImmutableArray<Hold> planned, TimeSpan? duration)
    {
        if (CommitCheck.Judge(Current_NeedsLock().Over(duration), [.. planned.Select(h => h.Pod)]) == CommitRefusal.None)
        {
            Hold_NeedsLock(planned);
            return [.. planned];
        }

        var kept = new List<Hold>();
        foreach (var hold in planned)
        {
            if (CommitCheck.Judge(Current_NeedsLock().Over(duration), [hold.Pod]) != CommitRefusal.None) continue;
            Hold_NeedsLock([hold]);
            kept.Add(hold);
        }

        return kept;
    }

    private void Hold_NeedsLock(ImmutableArray<Hold> holds)
    {
        var changes = new Dictionary<int, List<PodInfo>>();
        foreach (var hold in holds)
        {
            if (hold.Pod.Uid.Length > 0) _claims[hold.Pod.Uid] = hold.Gang;
            Join_NeedsLock(changes, hold.Pod);
        }

        Apply_NeedsLock(changes);
    }
}
