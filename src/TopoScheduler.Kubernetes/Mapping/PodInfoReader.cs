using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Pod object of a cluster → what occupies a node.</summary>
internal static class PodInfoReader
{
    /// <summary>True for a pod that has a node (bound or nominated) and has not finished. A terminating one counts until it is gone.</summary>
    public static bool Occupies(Tree pod) =>
        pod["status"]["phase"].Text is not ("Succeeded" or "Failed")
        && (pod["spec"]["nodeName"].Text.Length > 0 || pod["status"]["nominatedNodeName"].Text.Length > 0);

    /// <summary>True when reading it needs namespaces or priority classes, which may stand after it.</summary>
    public static bool NeedsOtherObjects(Tree pod)
    {
        var spec = pod["spec"];
        return spec["priority"].Kind == TreeKind.Null || !IsFreeOf(spec["affinity"]["podAffinity"]) || !IsFreeOf(spec["affinity"]["podAntiAffinity"]);
    }

    /// <summary>Reads a pod of a live cluster: outside trusted namespaces its hints lower no draw.</summary>
    public static PodInfo Read(ObjectName name, Field pod, ClusterObjects objects, ImmutableHashSet<string> trustedNamespaces)
    {
        var read = Read(name, pod, objects);
        return trustedNamespaces.Contains(name.Namespace) ? read : read with { Template = read.Template with { Power = read.Template.Power with { Trusted = false } } };
    }

    /// <summary>Reads it.</summary>
    public static PodInfo Read(ObjectName name, Field pod, ClusterObjects objects)
    {
        var setting = new PodSetting(name.Namespace, objects, Occupies: true, ImmutableDictionary<string, string>.Empty);
        var reading = PodTemplateReader.Read(pod, setting);
        var metadata = pod["metadata"];
        var annotations = LabelReader.Read(metadata, "annotations");
        var isDaemon = annotations.ContainsKey("kubernetes.io/config.mirror")
            || metadata.Items("ownerReferences").Any(o => o.Text("kind") is "DaemonSet" or "Node");
        var values = new AnnotationValues(annotations, pod.Problems);
        var power = reading.Template.Power with
        {
            // What a node always runs is in its idle watts, but not GPUs at work, whoever keeps them.
            InsideIdle = isDaemon && !(reading.Template.Power.Gpus > 0),
            Utilisation = PowerDraw.Utilisation(HintReader.Workload(values)),
            Independent = PowerDraw.IsIndependent(HintReader.Workload(values)),
            GpuWatts = HintReader.GpuWatts(values),
            CapWatts = values.Whole(AnnotationKeys.GpuPowerCapWatts, 1, 100_000, "560"),
        };
        return new(
            name.Name,
            name.Uid,
            reading.Template.NodeName!,
            reading.Template with { Power = power },
            reading.Priority,
            isDaemon,
            Terminating: !metadata["deletionTimestamp"].IsMissing,
            PodGang.Of(name.Namespace, reading.Template.Labels, annotations, pod.Tree),
            MemberOf(annotations, pod.Tree))
        {
            LowestCapWatts = HintReader.GpuWattsMin(values),
            Hints = RunningJob.Hints(annotations),
            StartedAt = RunningJob.StartedAt(pod.Tree),
            EndsAt = RunningJob.EndsAt(pod.Tree, values),
        };
    }

    // What we wrote at binding, "3/24"; else the index its controller wrote.
    private static int? MemberOf(ImmutableDictionary<string, string> annotations, Tree pod)
    {
        var placement = annotations.GetValueOrDefault(AnnotationKeys.Placement)?.Split('/')[0];
        if (int.TryParse(placement, NumberStyles.None, CultureInfo.InvariantCulture, out var member)) return member;
        return PodOrder.IndexOf(pod) is var index and < int.MaxValue ? index : null;
    }

    private static bool IsFreeOf(Tree affinity)
    {
        foreach (var term in affinity["requiredDuringSchedulingIgnoredDuringExecution"].Items)
        {
            if (term["namespaceSelector"].Kind != TreeKind.Null)
            {
                return false;
            }
        }

        return true;
    }
}
