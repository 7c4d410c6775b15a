using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Cluster;

// Bindings that others make and ask us about first. Who binds has judged whether the pod suits the node; here only limits and budgets count.
public sealed partial class ClusterState
{
    /// <summary>Whether a pod that somebody else is going to bind keeps its node and every power domain above it within their limits at this moment.</summary>
    /// <param name="pod">The pod with its node.</param>
    public ForeignVerdict JudgeForeign(PodInfo pod)
    {
        lock (_lock)
        {
            return Promised_NeedsLock(pod, out _) ?? new(CommitCheck.Find(Current_NeedsLock().Over(null), [pod], limitsOnly: true), null);
        }
    }

    /// <summary>
    /// Asks the same and, if the pod may be bound, counts it on its node until the watch shows it: a second Binding that is asked about before must not take
    /// the same room. A hold the pod's gang has there becomes this pod's.
    /// </summary>
    /// <param name="pod">The pod with its node; its uid is known.</param>
    /// <param name="expiresAt">When it is to be looked up, if the watch has not shown it by then.</param>
    public ForeignVerdict AssumeForeign(PodInfo pod, DateTimeOffset expiresAt)
    {
        lock (_lock)
        {
            if (Promised_NeedsLock(pod, out var hold) is { } promised)
            {
                if (hold is not null && promised.MayBind) AssumeHeld_NeedsLock(hold, pod, expiresAt);
                return promised;
            }

            if (CommitCheck.Find(Current_NeedsLock().Over(null), [pod], limitsOnly: true) is { } breach) return new(breach, null);
            var key = new GangKey(pod.Template.Namespace, "Pod", pod.Name, pod.Uid);
            var gang = new Gang { Key = key, Roles = [new("pod", 1, pod.Template, [pod.Name])], Priority = pod.Priority };
            var assumed = new Reservation(gang, [new(key, 0, pod, HoldPhase.Assumed)], pod.Template.Power.CapWatts, expiresAt);
            _reservations[key] = assumed;
            Hold_NeedsLock(assumed.Holds);
            return default;
        }
    }

    // What is bound or promised already counts already, as far as the hold goes; what the pod takes beyond it is judged. A hold nobody has claimed yet is the
    // pod's where its gang has one for it on this node.
    private ForeignVerdict? Promised_NeedsLock(PodInfo pod, out Hold? hold)
    {
        hold = null;
        if (_pods.TryGetValue(pod.Key, out var bound)) return At(bound.NodeName, pod);
        if (_claims.TryGetValue(pod.Uid, out var key) && _reservations.TryGetValue(key, out var claimed) && claimed.HoldOf(pod.Uid) is { } own)
        {
            hold = own;
            return own.Pod.NodeName == pod.NodeName ? OnHold_NeedsLock(own, pod) : At(own.Pod.NodeName, pod);
        }

        if (pod.Gang is not { } gang || !_reservations.TryGetValue(gang, out var reservation)) return null;
        foreach (var open in reservation.Holds)
        {
            if (open.Pod.Uid.Length > 0 || open.Pod.NodeName != pod.NodeName || (pod.Member ?? open.Member) != open.Member) continue;
            hold = open;
            return OnHold_NeedsLock(open, pod);
        }

        return null;
    }

    private ForeignVerdict OnHold_NeedsLock(Hold hold, PodInfo pod) => new(InPlaceOf_NeedsLock(hold, pod, null, limitsOnly: true), null);

    // The pod in place of its hold: nothing to judge where that covers it.
    private LimitBreach? InPlaceOf_NeedsLock(Hold hold, PodInfo pod, TimeSpan? duration, bool limitsOnly)
    {
        var now = Current_NeedsLock();
        if (CommitCheck.Covers(now, hold.Pod, pod)) return null;
        var changes = new Dictionary<int, List<PodInfo>>();
        Leave_NeedsLock(changes, hold.Pod);
        return CommitCheck.Find(now.With(Changes(changes)).Over(duration), [pod], limitsOnly);
    }

    // What a hold counts from the moment its pod is known: all that the pod takes.
    private PodInfo Occupant_NeedsLock(Hold hold, PodInfo pod) =>
        CommitCheck.Covers(Current_NeedsLock(), hold.Pod, pod) ? hold.Pod : hold.Pod with { Template = pod.Template };

    private static ForeignVerdict At(string node, PodInfo pod) => new(null, node == pod.NodeName ? null : node);

    private void AssumeHeld_NeedsLock(Hold hold, PodInfo pod, DateTimeOffset expiresAt)
    {
        var reservation = _reservations[hold.Gang];
        var until = expiresAt > reservation.ExpiresAt ? expiresAt : reservation.ExpiresAt;
        _claims[pod.Uid] = hold.Gang;
        var occupant = Occupant_NeedsLock(hold, pod) with { Uid = pod.Uid, Name = pod.Name };
        Change_NeedsLock(reservation with { ExpiresAt = until }, hold, hold with { Pod = occupant, Phase = HoldPhase.Assumed });
    }
}
