using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>A pod as a watch shows it: bound, without a node, or finished (neither).</summary>
/// <param name="Uid">Its uid.</param>
/// <param name="Bound">The pod with its node.</param>
/// <param name="Pending">The pod without one.</param>
/// <param name="Member">The pod as the controller of gangs sees it; null when it is none of ours.</param>
internal sealed record PodSighting(string Uid, PodInfo? Bound, PendingPod? Pending, GangPod? Member = null)
{
    /// <summary>
    /// Reads it. A nomination is no binding: kube-scheduler counts nominated pods itself, and the nominated pod would else stand in its own way.
    /// </summary>
    public static PodSighting? Read(Tree tree, ClusterObjects objects, ImmutableHashSet<string> trustedNamespaces)
    {
        var name = ObjectName.Of(tree) with { Kind = "Pod" };
        if (name.Uid.Length == 0) return null;
        if (tree["status"]["phase"].Text is "Succeeded" or "Failed") return new(name.Uid, null, null);
        var member = GangPod.Read(tree);
        if (tree["spec"]["nodeName"].Text.Length == 0) return new(name.Uid, null, member?.Pending ?? new PendingPod(tree), member);
        return new(name.Uid, PodInfoReader.Read(name, Field.Root(tree, new(name.Id)), objects, trustedNamespaces), null, member);
    }
}
