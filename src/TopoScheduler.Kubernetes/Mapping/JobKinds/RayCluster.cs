using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>
/// RayCluster, RayJob and RayService: the head, then the worker groups in order; a replica of a group is <c>numOfHosts</c> pods. An autoscaled
/// cluster may start with its fewest workers.
/// </summary>
internal static class RayCluster
{
    /// <summary>The gang of a RayCluster.</summary>
    public static IEnumerable<Gang> Read(JobObject cluster) => Read(cluster, cluster.Spec);

    /// <summary>The gang of a RayService.</summary>
    public static IEnumerable<Gang> ReadService(JobObject service) => Read(service, service.Spec["rayClusterConfig"]);

    /// <summary>The gang of a RayJob; none where it runs on a cluster that is there.</summary>
    public static IEnumerable<Gang> ReadJob(JobObject job)
    {
        if (!job.Spec["clusterSelector"].IsMissing)
        {
            job.Problems.Info("spec.clusterSelector: runs on a RayCluster that is there and makes none of its own; nothing to place.");
            return [];
        }

        if (job.Spec.Text("submissionMode") is null or "" or "K8sJobMode")
        {
            job.Problems.Info("its submitter pod starts when the cluster runs and is no member of the gang.");
        }

        return Read(job, job.Spec["rayClusterSpec"]);
    }

    private static IEnumerable<Gang> Read(JobObject job, Field spec)
    {
        if (spec["headGroupSpec"]["template"].IsMissing)
        {
            spec["headGroupSpec"]["template"].Wrong("the pod template of the head");
            return [];
        }

        var roles = new List<RoleDraft> { Role(job, "head", 1, spec["headGroupSpec"]["template"], "head") };
        var least = 1L;
        foreach (var group in spec.Items("workerGroupSpecs"))
        {
            var name = group.Text("groupName") is { Length: > 0 } given ? given : "workers-" + roles.Count.ToString(CultureInfo.InvariantCulture);
            var (count, fewest) = Pods(group);
            roles.Add(Role(job, name, count, group["template"], "worker"));
            least += fewest;
        }

        var autoscaled = spec.Flag("enableInTreeAutoscaling");
        return job.Gang(new(job.Key, roles, job.Annotations) { MinAvailable = autoscaled ? (int)Math.Min(least, int.MaxValue) : null });
    }

    // The operator keeps replicas between minReplicas and maxReplicas.
    private static (int Count, long Fewest) Pods(Field group)
    {
        if (group.Flag("suspend"))
        {
            return (0, 0);
        }

        var fewest = group.Whole("minReplicas") ?? 0;
        var replicas = Math.Max(fewest, Math.Min(group.Whole("replicas") ?? fewest, group.Whole("maxReplicas") ?? int.MaxValue));
        var hosts = group.Whole("numOfHosts") ?? 1;
        return ((int)Math.Min((long)replicas * hosts, int.MaxValue / 2), Math.Min((long)fewest * hosts, int.MaxValue));
    }

    private static RoleDraft Role(JobObject job, string name, int count, Field template, string type) => new(name, count, template, [])
    {
        AddedLabels = JobObject.Labels(("ray.io/cluster", job.Name.Name), ("ray.io/group", name == "head" ? "headgroup" : name), ("ray.io/node-type", type)),
    };
}
