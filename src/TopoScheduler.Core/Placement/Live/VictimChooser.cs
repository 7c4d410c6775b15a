using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>
/// Judges preemption on one node: do the proposed victims free what the pod lacks, watts included, and who of them may stay?
/// <para>All victims are taken away; where the pod then still does not fit, the node is no candidate. Else they are put back one by one, the most
/// important first, as long as the pod still fits. At least one victim remains: kube-scheduler takes a node without victims for an error.</para>
/// </summary>
public static class VictimChooser
{
    /// <summary>The victims that must go, the least important first; null when the node is no candidate.</summary>
    /// <param name="cluster">The snapshot.</param>
    /// <param name="node">Node index.</param>
    /// <param name="pod">The pod that wants to go there.</param>
    /// <param name="proposed">Uids of the proposed victims; when empty, every less important pod of the node is one.</param>
    public static ImmutableArray<PodInfo>? Choose(ClusterSnapshot cluster, int node, PodInfo pod, ImmutableArray<string> proposed)
    {
        var there = cluster.PodsOf(node);
        var candidates = proposed.IsEmpty
            ? there.RemoveAll(p => p.IsDaemon || p.Terminating || p.Priority >= pod.Priority)
            : there.RemoveAll(p => !proposed.Contains(p.Uid));
        // A victim that is not on the node any more frees nothing, and kube-scheduler would refuse its uid.
        if (candidates.IsEmpty || candidates.Length < proposed.Length) return null;
        var kept = there.RemoveAll(candidates.Contains);
        if (!Fits(cluster, node, kept, pod)) return null;
        var victims = new List<PodInfo>();
        foreach (var candidate in candidates.OrderByDescending(p => p.Priority).ThenBy(p => p.Id, StringComparer.Ordinal))
        {
            if (Fits(cluster, node, kept.Add(candidate), pod)) kept = kept.Add(candidate);
            else victims.Add(candidate);
        }

        if (victims.Count == 0) victims.Add(candidates.OrderBy(p => p.Priority).ThenByDescending(p => p.Id, StringComparer.Ordinal).First());
        victims.Reverse();
        return [.. victims];
    }

    private static bool Fits(ClusterSnapshot cluster, int node, ImmutableArray<PodInfo> pods, PodInfo pod) =>
        CommitCheck.Judge(cluster.With([new(node, pods)]), [pod]) == CommitRefusal.None;
}
