using System.Globalization;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>
/// StatefulSet: one gang of all replicas, <c>set-0 …</c>. Deployment: its replicas know nothing of each other, so each is a gang of one, unless the
/// template names a gang (<c>gang</c> annotation, pod group): then all are one gang.
/// </summary>
internal static class ReplicatedPods
{
    /// <summary>Most replicas of a Deployment that are planned one by one.</summary>
    public const int MostReplicas = 64;

    private const int MostOrdinal = 1_000_000_000;

    /// <summary>The gang of a StatefulSet.</summary>
    public static IEnumerable<Gang> ReadStatefulSet(JobObject set)
    {
        foreach (var claim in set.Spec.Items("volumeClaimTemplates"))
        {
            set.Problems.Error(
                $"{Problem.NotJudged}{claim.Path}: every pod gets a claim of its own, which is not bound yet; expected bound claims under volumes.");
        }

        var count = set.Spec.Whole("replicas") ?? 1;
        var first = set.Spec["ordinals"].Whole("start") ?? 0;
        if (first > MostOrdinal)
        {
            set.Spec["ordinals"]["start"].Wrong($"a first ordinal of at most {MostOrdinal}");
            return [];
        }

        return set.Gang(new(set.Key, [new("replica", count, set.Spec["template"], JobObject.Numbered(set.Name.Name + "-", count, first))], set.Annotations));
    }

    /// <summary>The gangs of a Deployment.</summary>
    public static IEnumerable<Gang> ReadDeployment(JobObject deployment)
    {
        var count = deployment.Spec.Whole("replicas") ?? 1;
        var template = deployment.Spec["template"];
        if (GroupNames.Of(template.Tree) is not null || deployment.Annotations.ContainsKey(AnnotationKeys.Gang))
        {
            return deployment.Gang(new(deployment.Key, [new("replica", count, template, [])], deployment.Annotations));
        }

        if (count > MostReplicas)
        {
            deployment.Problems.Warning(
                $"spec.replicas: \"{count}\": replicas of a Deployment are planned one by one, here the first {MostReplicas}; "
                + $"annotate the template with {AnnotationKeys.Gang} to plan them as one gang.");
        }

        return Replicas(deployment, new("replica", Math.Min(count, 1), template, []), Math.Min(count, MostReplicas));
    }

    private static IEnumerable<Gang> Replicas(JobObject deployment, RoleDraft one, int count)
    {
        foreach (var gang in deployment.Gang(new(deployment.Key, [one], deployment.Annotations)))
        {
            for (var i = 0; i < count; i++)
            {
                var name = $"{deployment.Name.Name}-{i.ToString(CultureInfo.InvariantCulture)}";
                yield return gang with { Key = gang.Key with { Name = name }, Roles = [gang.Roles[0] with { PodNames = [name] }] };
            }
        }
    }
}
