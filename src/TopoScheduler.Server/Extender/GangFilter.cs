using System.Collections.Concurrent;
using System.Diagnostics;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Extender;

/// <summary>The one node a member of a gang may go to, or the code of why there is none.</summary>
/// <param name="Node">Name of the node; null for none.</param>
/// <param name="Reject">Code of the reason when there is none.</param>
internal readonly record struct SeatAnswer(string? Node, byte Reject);

/// <summary>
/// Filter for members of gangs: the first to ask has the whole gang planned and held, every member then hears its own node, always the same one. What did
/// not fit is not planned again until the cluster has changed.
/// </summary>
internal sealed class GangFilter(ClusterState state, PlacementPolicy policy, Func<DateTimeOffset> holdUntil, SchedulerMetrics metrics)
{
    private const string By = "filter";
    private const int MostRefusals = 4096;
    private const int Attempts = 3;

    private readonly GangPlanner _planner = new(state, policy);
    private readonly ConcurrentDictionary<GangKey, (ClusterSnapshot Cluster, byte Reject)> _refused = [];

    /// <summary>The seat of a pod.</summary>
    public SeatAnswer SeatOf(PodSubject subject, string uid, string podName)
    {
        var gang = subject.Gang;
        if (subject.Incomplete is not null) return new(null, RejectCodes.GangIncomplete);
        if (gang.Roles.IsEmpty) return new(null, RejectCodes.GangInvalid);
        if (_refused.TryGetValue(gang.Key, out var refused) && ReferenceEquals(refused.Cluster, state.Current)) return new(null, refused.Reject);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var bound = state.BoundMembers(gang.Key);
            if (GangSeats.Choose(gang, uid, subject.Member, subject.Role, state.ReservationOf(gang.Key), bound) is not { } member)
            {
                return new(null, RejectCodes.GangFull);
            }

            var answer = Reserve(gang, member);
            if (answer.Reservation is not { } reservation) return Refuse(gang.Key, answer.Refusal);
            if (reservation.HoldOf(member) is not { } hold) return Refuse(gang.Key, answer.Refusal);
            // Another pod may have claimed the member since it was chosen.
            if (state.TryClaim(gang.Key, member, uid, podName)) return new(hold.Pod.NodeName, 0);
        }

        return new(null, RejectCodes.GangOvertaken);
    }

    // Who holds a node hears it again; only the others are planned.
    private GangPlanAnswer Reserve(Gang gang, int member)
    {
        if (state.ReservationOf(gang.Key)?.HoldOf(member) is not null) return _planner.Reserve(gang, member, holdUntil());
        var start = Stopwatch.GetTimestamp();
        using var span = SchedulerTraces.Plan(By, gang.Key);
        var answer = _planner.Reserve(gang, member, holdUntil());
        metrics.Planned(By, start);
        var outcome = answer switch
        {
            { Reservation: { } made } => Words.Of(made.GpuCapWatts is null ? PlacementOutcome.Placed : PlacementOutcome.PlacedCapped),
            { Refusal: { } refusal } => Words.Of(refusal.Outcome),
            _ => "overtaken",
        };
        metrics.Outcome(By, outcome, answer.Refusal is { Reasons: [var first, ..] } ? first.Constraint : null);
        SchedulerTraces.End(span, outcome, isError: false);
        return answer;
    }

    private SeatAnswer Refuse(GangKey key, PlacementResult? refusal)
    {
        if (refusal is null) return new(null, RejectCodes.GangOvertaken);
        var reject = refusal.Outcome == PlacementOutcome.Invalid ? RejectCodes.GangInvalid : RejectCodes.GangDoesNotFit;
        if (_refused.Count >= MostRefusals) _refused.Clear();
        _refused[key] = (state.Current, reject);
        return new(null, reject);
    }
}
