using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Cluster;

/// <summary>
/// The last look before capacity is promised: are nodes and power domains still within their limits with these pods on them? It judges what must
/// hold at every moment (<c>design.md</c> §4, guarantee 1), not what makes a placement eligible or good.
/// </summary>
internal static class CommitCheck
{
    /// <summary>Judges pods that are not in the snapshot yet.</summary>
    public static CommitRefusal Judge(ClusterSnapshot cluster, IReadOnlyList<PodInfo> pods)
    {
        var added = new Dictionary<int, long>();
        foreach (var group in pods.GroupBy(p => p.NodeName, StringComparer.Ordinal))
        {
            var n = cluster.IndexOf(group.Key);
            if (n < 0) return CommitRefusal.NodeGone;
            var refusal = OfNode(cluster, n, [.. group]);
            if (refusal != CommitRefusal.None) return refusal;
            var power = cluster.Nodes[n].Power;
            var watts = group.Aggregate(0L, (sum, p) => PodColumns.Saturate(sum, PowerDraw.OfPod(power, p.Template.Power)));
            var more = PowerDraw.OfNode(power, PodColumns.Saturate(cluster.PodWattsOf(n), watts)) - cluster.DrawOf(n);
            foreach (var share in cluster.Power.SharesOf(n))
            {
                added[share.Constraint] = added.GetValueOrDefault(share.Constraint) + share.Halves * more;
            }
        }

        foreach (var (constraint, halfWatts) in added)
        {
            // A domain that others pushed over takes nothing more, not even what draws nothing.
            var headroom = cluster.Power.Constraints[constraint].LimitHalfWatts - cluster.LoadOf(constraint);
            if (headroom < 0 || halfWatts > headroom) return CommitRefusal.Power;
        }

        return CommitRefusal.None;
    }

    /// <summary>Judges a pod whose hold the snapshot counts already: has its node or a budget above it changed since?</summary>
    public static CommitRefusal JudgeHeld(ClusterSnapshot cluster, PodInfo pod)
    {
        var n = cluster.IndexOf(pod.NodeName);
        if (n < 0) return CommitRefusal.NodeGone;
        if (!Taints.Takes(cluster.Nodes[n], pod.Template)) return CommitRefusal.NodeNotReady;
        foreach (var (name, amount) in pod.Template.Requests.Amounts)
        {
            if (amount > 0 && cluster.PodColumns.Used(name)[n] > cluster.Nodes[n].Allocatable[name]) return CommitRefusal.Resources;
        }

        if (cluster.PodsOf(n).Length > cluster.Nodes[n].Allocatable[ResourceList.Pods]) return CommitRefusal.PodCount;
        foreach (var share in cluster.Power.SharesOf(n))
        {
            if (cluster.LoadOf(share.Constraint) > cluster.Power.Constraints[share.Constraint].LimitHalfWatts) return CommitRefusal.Power;
        }

        return CommitRefusal.None;
    }

    private static CommitRefusal OfNode(ClusterSnapshot cluster, int n, PodInfo[] pods)
    {
        var node = cluster.Nodes[n];
        if (!Array.TrueForAll(pods, p => Taints.Takes(node, p.Template))) return CommitRefusal.NodeNotReady;
        if (!node.Power.WattsKnown && !cluster.Power.SharesOf(n).IsEmpty) return CommitRefusal.Power;
        if (cluster.PodsOf(n).Length + pods.Length > node.Allocatable[ResourceList.Pods]) return CommitRefusal.PodCount;
        foreach (var (name, _) in pods.SelectMany(p => p.Template.Requests).Where(r => r.Value > 0).DistinctBy(r => r.Key))
        {
            var sum = pods.Aggregate(cluster.PodColumns.Used(name)[n], (used, p) => PodColumns.Saturate(used, p.Template.Requests[name]));
            if (sum > node.Allocatable[name]) return CommitRefusal.Resources;
        }

        return CommitRefusal.None;
    }
}
