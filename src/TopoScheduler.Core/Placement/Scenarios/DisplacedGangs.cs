using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>
/// Who loses a place when nodes go: every gang with a pod there, as a whole, for the rest of it would not go on alone, and lone pods. DaemonSet and mirror
/// pods belong to their node, and pods that are being deleted are nobody's loss.
/// </summary>
internal static class DisplacedGangs
{
    /// <summary>The gangs and their pods, by key.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="gone">By node index: whether it goes.</param>
    public static Dictionary<GangKey, List<PodInfo>> On(ClusterSnapshot cluster, bool[] gone)
    {
        var displaced = new Dictionary<GangKey, List<PodInfo>>();
        for (var n = 0; n < gone.Length; n++)
        {
            if (!gone[n]) continue;
            foreach (var pod in cluster.PodsOf(n))
            {
                if (IsSomebody(pod)) displaced.TryAdd(KeyOf(pod), []);
            }
        }

        for (var n = 0; n < gone.Length && displaced.Count > 0; n++)
        {
            foreach (var pod in cluster.PodsOf(n))
            {
                if (IsSomebody(pod) && displaced.TryGetValue(KeyOf(pod), out var pods)) pods.Add(pod);
            }
        }

        return displaced;
    }

    /// <summary>
    /// The gang some running pods make, to be planned again: one role for each kind of pod, no node and no cap chosen for it. What its volumes are bound to is not
    /// known of pods that have their node.
    /// </summary>
    public static Gang Of(GangKey key, IReadOnlyList<PodInfo> pods)
    {
        var roles = new List<(PodTemplate Template, List<PodInfo> Pods)>();
        foreach (var pod in pods.OrderBy(p => p.Member ?? int.MaxValue).ThenBy(p => p.Name, StringComparer.Ordinal))
        {
            var template = Unpinned(pod.Template);
            var role = roles.FindIndex(r => SameTemplate.AsksTheSame(r.Template, template));
            if (role < 0) roles.Add((template, [pod]));
            else roles[role].Pods.Add(pod);
        }

        var hints = pods.Select(p => p.Hints).FirstOrDefault(h => h is not null) ?? GangHints.None;
        return new()
        {
            Key = key,
            Roles = [.. roles.Select((r, i) => new GangRole(roles.Count == 1 ? "pod" : $"pod-{i}", r.Pods.Count, r.Template, [.. r.Pods.Select(p => p.Name)]))],
            MinMembers = pods.Count,
            Hints = hints with { GpuWattsMin = pods.Max(p => p.LowestCapWatts) },
            Priority = pods.Max(p => p.Priority),
        };
    }

    /// <summary>The gang of a pod; a pod of none is one by itself.</summary>
    public static GangKey KeyOf(PodInfo pod) => pod.Gang ?? new(pod.Template.Namespace, "Pod", pod.Name, pod.Uid);

    private static bool IsSomebody(PodInfo pod) => !pod.IsDaemon && !pod.Terminating;

    // A pod that was let go names its node in every term of its affinity, and may carry the cap it runs under.
    private static PodTemplate Unpinned(PodTemplate template)
    {
        var terms = template.NodeAffinity;
        if (terms.Any(t => !t.Fields.IsDefaultOrEmpty))
        {
            ImmutableArray<NodeSelectorTerm> free = [.. terms.Select(t => t with { Fields = [] })];
            terms = free.Any(t => t.Labels.IsDefaultOrEmpty) ? [] : free;
        }

        return template with { NodeName = null, NodeAffinity = terms, Power = template.Power with { CapWatts = null } };
    }
}
