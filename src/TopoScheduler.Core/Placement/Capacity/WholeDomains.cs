using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>
/// Which domains one gang can take whole: every device of their open nodes is free, pods of the question use them all, and the watts fit. There is
/// nothing to search, since such a gang has one placement.
/// </summary>
internal static class WholeDomains
{
    /// <summary>Counts them at one tier.</summary>
    public static TierFragmentation Count(
        ClusterSnapshot cluster, CapacityQuestion question, FreeDevices devices, Tier tier, IReadOnlyList<ImmutableArray<int>> domains)
    {
        var pod = question.Pod(cluster).Power;
        int withDevices = 0, whole = 0;
        long free = 0, usable = 0;
        foreach (var nodes in domains)
        {
            var open = nodes.Where(n => devices.Open[n]).ToList();
            if (open.Count == 0) continue;
            withDevices++;
            var freeHere = open.Sum(n => devices.Free[n]);
            free += freeHere;
            var all = open.All(n => devices.Free[n] == cluster.Nodes[n].Allocatable[question.Resource] && devices.Slots[n] * (long)question.PerPod == devices.Free[n]);
            if (!all || !WattsFit(cluster, pod, devices, open)) continue;
            whole++;
            usable += freeHere;
        }

        return new(tier.Name, withDevices, whole, free - usable, free == 0 ? 0 : (double)(free - usable) / free);
    }

    private static bool WattsFit(ClusterSnapshot cluster, PodPower pod, FreeDevices devices, List<int> nodes)
    {
        var added = new Dictionary<int, long>();
        foreach (var n in nodes)
        {
            var power = cluster.Nodes[n].Power;
            var draw = PowerDraw.OfNode(power, cluster.PodWattsOf(n) + devices.Slots[n] * PowerDraw.OfPod(power, pod)) - cluster.DrawOf(n);
            foreach (var share in cluster.Power.SharesOf(n))
            {
                added[share.Constraint] = added.GetValueOrDefault(share.Constraint) + share.Halves * draw;
            }
        }

        // A domain that is over already takes nothing more, even if it adds no watt.
        return added.All(a => a.Value <= cluster.HeadroomOf(a.Key));
    }
}
