using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Cluster;

/// <summary>Taints and tolerations.</summary>
internal static class Taints
{
    private const string NoSchedule = "NoSchedule";
    private const string NoExecute = "NoExecute";

    /// <summary>What a cordoned node stands for; a pod that tolerates it may go there.</summary>
    private static readonly Taint Cordoned = new("node.kubernetes.io/unschedulable", null, NoSchedule);

    /// <summary>Whether a node takes new pods like this one: Ready, powered, and neither a cordon nor a taint in the way.</summary>
    public static bool Takes(NodeInfo node, PodTemplate pod) =>
        node.Ready && node.Power.Powered && (!node.Unschedulable || ToleratesCordon(pod.Tolerations)) && AllTolerated(node.Taints, pod.Tolerations);

    /// <summary>Whether the pod may go to a cordoned node.</summary>
    public static bool ToleratesCordon(ImmutableArray<Toleration> tolerations) => Tolerates(tolerations, Cordoned);

    /// <summary>Whether every NoSchedule and NoExecute taint is tolerated; PreferNoSchedule keeps nobody away.</summary>
    public static bool AllTolerated(ImmutableArray<Taint> taints, ImmutableArray<Toleration> tolerations)
    {
        foreach (var taint in taints)
        {
            if (taint.Effect is NoSchedule or NoExecute && !Tolerates(tolerations, taint)) return false;
        }

        return true;
    }

    private static bool Tolerates(ImmutableArray<Toleration> tolerations, Taint taint)
    {
        foreach (var toleration in tolerations)
        {
            if (!string.IsNullOrEmpty(toleration.Effect) && toleration.Effect != taint.Effect) continue;
            if (!string.IsNullOrEmpty(toleration.Key) && toleration.Key != taint.Key) continue;
            if (toleration.Exists || (toleration.Value ?? "") == (taint.Value ?? "")) return true;
        }

        return false;
    }
}
