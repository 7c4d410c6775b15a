using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>The group a pod, or a pod template, says its pods are members of: by our annotation, else by those of other schedulers.</summary>
internal static class GroupNames
{
    /// <summary>Labels that name a group of pods, the one that counts first.</summary>
    internal static readonly string[] Labels =
        ["scheduling.x-k8s.io/pod-group", "pod-group.scheduling.sigs.k8s.io", "pod-group.scheduling.sigs.k8s.io/name", PeerKeys.KueuePodGroup];

    /// <summary>Annotations that do, after the labels.</summary>
    internal static readonly string[] Annotations =
        ["scheduling.k8s.io/group-name", "scheduling.volcano.sh/group-name", "pod-group-name", "gang.scheduling.koordinator.sh/name"];

    /// <summary>The name of the group, or null.</summary>
    public static string? Of(Tree pod)
    {
        var metadata = pod["metadata"];
        return Text(metadata["annotations"][AnnotationKeys.Gang]) ?? OfPodGroup(pod);
    }

    /// <summary>The name of the PodGroup object it refers to, or null.</summary>
    public static string? OfPodGroup(Tree pod)
    {
        var metadata = pod["metadata"];
        return Text(pod["spec"]["schedulingGroup"]["podGroupName"])
            ?? OfWorkload(pod["spec"]["workloadRef"])
            ?? First(metadata["labels"], Labels)
            ?? First(metadata["annotations"], Annotations);
    }

    /// <summary>The name under which a pod group of a Workload object is known (Kubernetes 1.35).</summary>
    public static string InWorkload(string workload, string group) => $"{workload}/{group}";

    private static string? OfWorkload(Tree reference) =>
        Text(reference["name"]) is { } name && Text(reference["podGroup"]) is { } group ? InWorkload(name, group) : null;

    private static string? First(Tree map, string[] keys)
    {
        foreach (var key in keys)
        {
            if (Text(map[key]) is { } name)
            {
                return name;
            }
        }

        return null;
    }

    private static string? Text(Tree tree) => tree.Text.Trim() is { Length: > 0 } text ? text : null;
}
