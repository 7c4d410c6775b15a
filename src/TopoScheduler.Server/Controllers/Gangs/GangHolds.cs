using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Keeps the holds of a gang equal to what the pods say. A pod whose gate is off may be bound at any moment, so it always counts where it is pinned; and where
/// that is not what the plan says, the plan is wrong.
/// </summary>
/// <param name="state">The live state.</param>
/// <param name="book">What pods take.</param>
internal sealed class GangHolds(ClusterState state, PodBook book)
{
    /// <summary>Holds of gangs placed by gates do not lapse: a pod with its gate off stays pinned however long the scheduler takes.</summary>
    public static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    /// <summary>Makes the plan say what the pods say.</summary>
    public static void Follow(GangRecord record, IReadOnlyList<GangPod> live)
    {
        foreach (var pod in live)
        {
            if (pod.Member is not { } member || (pod.NodeName ?? pod.PinnedNode) is not { } node) continue;
            record.Plan[member] = node;
            record.PodOf[member] = pod.Name;
        }
    }

    /// <summary>
    /// Takes up the promises of whoever led before us: for every planned member whose pod is there without a node, and for those that never had a pod. A member
    /// whose pod is gone has finished or was lost; should another pod stand in for it, it is planned beside the rest.
    /// </summary>
    /// <param name="record">The gang.</param>
    /// <param name="live">Its pods that carry something of ours.</param>
    /// <param name="others">Names of those that carry nothing and have no node: the scheduler asks about them.</param>
    public void TakeUp(GangRecord record, IReadOnlyList<GangPod> live, IEnumerable<string> others)
    {
        var waiting = live.Where(p => p.Gated).Select(p => p.Name).Concat(others).ToHashSet(StringComparer.Ordinal);
        Restore(record, live, record.Plan.Keys.Where(m => !record.PodOf.TryGetValue(m, out var pod) || waiting.Contains(pod)).ToHashSet());
    }

    /// <summary>Sees to it that every pod whose gate is off has its hold.</summary>
    public void HoldReleased(GangRecord record, IReadOnlyList<GangPod> live)
    {
        var standing = state.ReservationOf(record.Key);
        var isHeld = live.All(p => !p.IsReleased || p.Member is null || state.BoundPod(p.Uid) is not null
            || (standing?.HoldOf(p.Uid) is { Phase: HoldPhase.Assumed } hold && hold.Pod.NodeName == (p.PinnedNode ?? hold.Pod.NodeName)));
        if (!isHeld) Restore(record, live, (standing?.Holds ?? []).Select(h => h.Member).ToHashSet());
    }

    private void Restore(GangRecord record, IReadOnlyList<GangPod> live, HashSet<int> planned)
    {
        var standing = state.ReservationOf(record.Key);
        var gang = record.Gang ?? Unread(record, live);
        if (gang is null) return;
        var holds = new SortedDictionary<int, Hold>();
        foreach (var pod in live)
        {
            if (!pod.IsReleased || pod.Member is not { } member || !record.Plan.TryGetValue(member, out var node) || state.BoundPod(pod.Uid) is not null) continue;
            // It takes what it says it takes, whether its gang can be read or not.
            var occupant = book.OccupantOf(pod, node) with { Gang = record.Key, Member = member };
            holds.TryAdd(member, new(record.Key, member, occupant, HoldPhase.Assumed));
        }

        var bound = state.BoundMembers(record.Key).Select(p => p.Member).OfType<int>().ToHashSet();
        foreach (var member in planned)
        {
            if (record.Gang is null || member >= gang.Size || bound.Contains(member) || holds.ContainsKey(member) || !record.Plan.TryGetValue(member, out var node)) continue;
            var known = standing?.HoldOf(member);
            holds.Add(member, known is { Phase: HoldPhase.Planned } && known.Pod.NodeName == node ? known : GangPlanner.HoldOf(gang, member, node, record.GpuCapWatts));
        }

        state.Restore(new(gang, [.. holds.Values], record.GpuCapWatts, Never));
    }

    // Its job is gone or cannot be read: all that is known of it is its pods.
    private Gang? Unread(GangRecord record, IReadOnlyList<GangPod> live) => live.FirstOrDefault(p => p.IsReleased) is not { } pod ? null : new()
    {
        Key = record.Key,
        Roles = [new("member", Math.Max(record.Stored?.Size ?? 0, record.Plan.Count == 0 ? 1 : record.Plan.Keys.Max() + 1), book.OccupantOf(pod, pod.PinnedNode ?? "").Template, [])],
    };
}
