using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Keeps the holds of a gang equal to what the pods say. A pod whose gate is off may be bound at any moment, so it always counts where it is pinned; and where
/// that is not what the plan says, the plan is wrong.
/// </summary>
/// <param name="state">The live state.</param>
internal sealed class GangHolds(ClusterState state)
{
    /// <summary>Holds of gangs placed by gates do not lapse: a pod with its gate off stays pinned however long the scheduler takes.</summary>
    public static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    /// <summary>Makes the plan say what the pods say.</summary>
    public static void Follow(GangRecord record, IReadOnlyList<GangPod> live)
    {
        foreach (var pod in live)
        {
            if (pod.Member is { } member && (pod.NodeName ?? pod.PinnedNode) is { } node) record.Plan[member] = node;
        }
    }

    /// <summary>Takes up the promises of whoever led before us: everything planned, whether its pod is there or not.</summary>
    public void TakeUp(GangRecord record, IReadOnlyList<GangPod> live) => Restore(record, live, record.Plan.Keys);

    /// <summary>Sees to it that every pod whose gate is off has its hold.</summary>
    public void HoldReleased(GangRecord record, IReadOnlyList<GangPod> live)
    {
        var standing = state.ReservationOf(record.Key);
        var isHeld = live.All(p => !p.IsReleased || p.Member is null || state.BoundPod(p.Uid) is not null
            || (standing?.HoldOf(p.Uid) is { Phase: HoldPhase.Assumed } hold && hold.Pod.NodeName == (p.PinnedNode ?? hold.Pod.NodeName)));
        if (!isHeld) Restore(record, live, standing?.Holds.Select(h => h.Member) ?? []);
    }

    private void Restore(GangRecord record, IReadOnlyList<GangPod> live, IEnumerable<int> planned)
    {
        if (record.Gang is not { } gang) return;
        var standing = state.ReservationOf(record.Key);
        var podOf = new Dictionary<int, GangPod>();
        foreach (var pod in live)
        {
            if (pod.Member is { } member && member < gang.Size) podOf.TryAdd(member, pod);
        }

        var bound = state.BoundMembers(record.Key).Select(p => p.Member).OfType<int>().ToHashSet();
        var holds = ImmutableArray.CreateBuilder<Hold>();
        foreach (var member in planned.Concat(podOf.Keys).Where(m => m < gang.Size).Distinct().Order())
        {
            if (bound.Contains(member) || !record.Plan.TryGetValue(member, out var node)) continue;
            if (podOf.TryGetValue(member, out var pod))
            {
                // One that is bound counts by itself as soon as the watch has told the state; until then as what it is.
                holds.Add(GangPlanner.HoldOf(gang, member, node, record.GpuCapWatts, (pod.Name, pod.Uid), HoldPhase.Assumed));
            }
            else if (standing?.HoldOf(member) is { Phase: HoldPhase.Planned } hold && hold.Pod.NodeName == node)
            {
                holds.Add(hold);
            }
            else
            {
                holds.Add(GangPlanner.HoldOf(gang, member, node, record.GpuCapWatts, null, HoldPhase.Planned));
            }
        }

        state.Restore(new(gang, holds.ToImmutable(), record.GpuCapWatts, Never));
    }
}
