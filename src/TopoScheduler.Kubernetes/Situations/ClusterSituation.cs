using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>A cluster file with everything that waits in it.</summary>
/// <param name="Content">Nodes, pods that occupy them, power domains.</param>
/// <param name="Gangs">Its gangs, lone pods that wait among them, by namespace, kind and name.</param>
/// <param name="Pods">All its pods, by namespace and name.</param>
/// <param name="Problems">What is wrong with pods and jobs that wait.</param>
public sealed record ClusterSituation(ClusterContent Content, ImmutableArray<SituationGang> Gangs, ImmutableArray<SituationPod> Pods, ImmutableArray<Problem> Problems)
{
    /// <summary>The gang of a pod; null for a pod without one that has a node.</summary>
    public SituationGang? GangOf(SituationPod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return Gangs.FirstOrDefault(g => g.Gang.Key == pod.Gang);
    }
}
