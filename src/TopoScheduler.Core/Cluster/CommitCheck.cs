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
    public static CommitRefusal Judge(ClusterSnapshot cluster, IReadOnlyList<PodInfo> pods) => Find(cluster, pods)?.Refusal ?? CommitRefusal.None;

    /// <summary>The first limit that pods which are not in the snapshot yet would break, with its figures; null when there is none.</summary>
    /// <param name="cluster">The snapshot.</param>
    /// <param name="pods">The pods with their nodes.</param>
    /// <param name="limitsOnly">Leave out whether the node takes new pods: who binds them has judged that.</param>
    public static LimitBreach? Find(ClusterSnapshot cluster, IReadOnlyList<PodInfo> pods, bool limitsOnly = false)
    {
        var added = new Dictionary<int, long>();
        foreach (var group in pods.GroupBy(p => p.NodeName, StringComparer.Ordinal))
        {
            var n = cluster.IndexOf(group.Key);
            if (n < 0) return new(CommitRefusal.NodeGone, $"node/{group.Key}");
            if (OfNode(cluster, n, [.. group], limitsOnly) is { } breach) return breach;
            var power = cluster.Nodes[n].Power;
            var watts = group.Aggregate(0L, (sum, p) => PodColumns.Saturate(sum, PowerDraw.OfPod(power, p.Template.Power)));
            var more = PowerDraw.OfNode(power, PodColumns.Saturate(cluster.PodWattsOf(n), watts)) - cluster.DrawOf(n);
            foreach (var share in cluster.Power.SharesOf(n))
            {
                added[share.Constraint] = added.GetValueOrDefault(share.Constraint) + share.Halves * more;
            }
        }

        foreach (var (index, halfWatts) in added)
        {
            // A domain that others pushed over takes nothing more, not even what draws nothing.
            var headroom = cluster.HeadroomOf(index);
            if (headroom < 0 || halfWatts > headroom) return OfPower(cluster, cluster.Power.Constraints[index], halfWatts);
        }

        return null;
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
            if (cluster.HeadroomOf(share.Constraint) < 0) return CommitRefusal.Power;
        }

        return CommitRefusal.None;
    }

    /// <summary>
    /// Whether a pod takes no more of its node and draws no more than what is held for it. The two are read from different objects, the hold as a rule from
    /// the job: what somebody has added to the pod since then nobody has judged.
    /// </summary>
    public static bool Covers(ClusterSnapshot cluster, PodInfo held, PodInfo pod)
    {
        if (ReferenceEquals(held.Template, pod.Template)) return true;
        foreach (var (name, amount) in pod.Template.Requests.Amounts)
        {
            if (amount > held.Template.Requests[name]) return false;
        }

        if (held.Template.Power.Independent && !pod.Template.Power.Independent) return false;
        var n = cluster.IndexOf(held.NodeName);
        return n < 0 || PowerDraw.OfPod(cluster.Nodes[n].Power, pod.Template.Power) <= PowerDraw.OfPod(cluster.Nodes[n].Power, held.Template.Power);
    }

    private static LimitBreach? OfNode(ClusterSnapshot cluster, int n, PodInfo[] pods, bool limitsOnly)
    {
        var node = cluster.Nodes[n];
        if (!limitsOnly && !Array.TrueForAll(pods, p => Taints.Takes(node, p.Template))) return Of(node, CommitRefusal.NodeNotReady);
        if (!node.Power.WattsKnown && !cluster.Power.SharesOf(n).IsEmpty) return Of(node, CommitRefusal.Power);
        var count = cluster.PodsOf(n).Length + pods.Length;
        if (count > node.Allocatable[ResourceList.Pods]) return Of(node, CommitRefusal.PodCount, ResourceList.Pods, count);
        foreach (var (name, _) in pods.SelectMany(p => p.Template.Requests).Where(r => r.Value > 0).DistinctBy(r => r.Key))
        {
            var sum = pods.Aggregate(cluster.PodColumns.Used(name)[n], (used, p) => PodColumns.Saturate(used, p.Template.Requests[name]));
            if (sum > node.Allocatable[name]) return Of(node, CommitRefusal.Resources, name, sum);
        }

        return null;
    }

    private static LimitBreach Of(NodeInfo node, CommitRefusal refusal, string resource = "", long taken = 0) =>
        new(refusal, $"node/{node.Name}", resource, taken, resource.Length > 0 ? node.Allocatable[resource] : 0);

    private static LimitBreach OfPower(ClusterSnapshot cluster, PowerConstraint constraint, long addedHalfWatts)
    {
        var domain = cluster.Power.Domains[constraint.Domain];
        // What binds has a budget: headroom that nothing bounds is more than anybody draws.
        var budget = domain.BudgetWatts ?? 0;
        var over = (addedHalfWatts - cluster.HeadroomOf(constraint.Index) + 1) / 2;
        return new(CommitRefusal.Power, domain.Id, LimitBreach.Watts, budget + over, budget, constraint.State);
    }
}
