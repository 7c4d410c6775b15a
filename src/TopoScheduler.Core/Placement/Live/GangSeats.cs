using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>Which member of its gang a pod is.</summary>
public static class GangSeats
{
    /// <summary>
    /// The member a pod is to be: the one it has claimed; the one it says it is, unless another pod is that already; else the first of its role that has no
    /// pod. Null when every member has one.
    /// </summary>
    /// <param name="gang">The gang.</param>
    /// <param name="uid">The pod.</param>
    /// <param name="stated">The member it says it is, or null.</param>
    /// <param name="role">Index of its role.</param>
    /// <param name="standing">The gang's holds, or null.</param>
    /// <param name="bound">The gang's bound pods.</param>
    public static int? Choose(Gang gang, string uid, int? stated, int role, Reservation? standing, ImmutableArray<PodInfo> bound)
    {
        if (standing?.HoldOf(uid) is { } mine) return mine.Member;
        var taken = new HashSet<int>(bound.Select(p => p.Member).OfType<int>());
        foreach (var hold in standing?.Holds ?? [])
        {
            if (hold.Pod.Uid.Length > 0) taken.Add(hold.Member);
        }

        if (stated is { } member && member < gang.Size && !taken.Contains(member)) return member;
        TakeUnnamed(gang, standing, bound, taken);
        var first = gang.Roles.Take(role).Sum(r => r.Count);
        var open = Enumerable.Range(first, gang.Roles[role].Count).Where(m => !taken.Contains(m)).Cast<int?>();
        // Seats that are held already come before those for which room must be found.
        return open.FirstOrDefault(m => standing?.HoldOf(m!.Value) is not null) ?? open.FirstOrDefault();
    }

    // A bound pod that does not say which member it is has the first seat of the gang that asks for as many GPUs, as GangMembers has it; one that is held
    // only when no other is left.
    private static void TakeUnnamed(Gang gang, Reservation? standing, ImmutableArray<PodInfo> bound, HashSet<int> taken)
    {
        var unnamed = bound.Where(p => p.Member is null).CountBy(p => p.Template.Gpus).ToDictionary();
        if (unnamed.Count == 0) return;
        var roles = new GangRoles(gang);
        foreach (var member in Enumerable.Range(0, gang.Size).Where(m => !taken.Contains(m)).OrderBy(m => standing?.HoldOf(m) is not null).ToArray())
        {
            var gpus = roles.Of(member).Template.Gpus;
            if (unnamed.GetValueOrDefault(gpus) == 0) continue;
            unnamed[gpus]--;
            taken.Add(member);
        }
    }

    /// <summary>
    /// The members several pods of one gang are to be, by uid: those they have claimed; those they say they are, unless taken; else the first of their role
    /// that are open, seats with a hold first. A pod for which no seat is left is not in it.
    /// </summary>
    /// <param name="gang">The gang.</param>
    /// <param name="pods">The pods, in an order that is always the same.</param>
    /// <param name="standing">The gang's holds, or null.</param>
    /// <param name="occupied">Members that other pods are.</param>
    public static Dictionary<string, int> Assign(Gang gang, IReadOnlyList<SeatRequest> pods, Reservation? standing, IEnumerable<int> occupied)
    {
        var taken = new HashSet<int>(occupied);
        var seats = new Dictionary<string, int>(StringComparer.Ordinal);
        var claims = (standing?.Holds ?? []).Where(h => h.Pod.Uid.Length > 0).ToDictionary(h => h.Pod.Uid, h => h.Member, StringComparer.Ordinal);
        taken.UnionWith(claims.Values);
        foreach (var pod in pods)
        {
            if (claims.TryGetValue(pod.Uid, out var claimed)) seats[pod.Uid] = claimed;
        }

        foreach (var pod in pods)
        {
            if (!seats.ContainsKey(pod.Uid) && pod.Stated is { } stated && stated < gang.Size && taken.Add(stated)) seats[pod.Uid] = stated;
        }

        var held = new HashSet<int>((standing?.Holds ?? []).Select(h => h.Member));
        var first = 0;
        for (var r = 0; r < gang.Roles.Length; r++)
        {
            var open = new Queue<int>(Enumerable.Range(first, gang.Roles[r].Count).Where(m => !taken.Contains(m)).OrderBy(m => held.Contains(m) ? 0 : 1).ThenBy(m => m));
            foreach (var pod in pods)
            {
                if (pod.Role == r && !seats.ContainsKey(pod.Uid) && open.TryDequeue(out var member)) seats[pod.Uid] = member;
            }

            first += gang.Roles[r].Count;
        }

        return seats;
    }
}
