using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>Which objects are jobs, and who reads them.</summary>
internal static class JobKind
{
    /// <summary>Kinds read, for messages.</summary>
    public const string Known = "Pod, Job (batch/v1 or Volcano's), JobSet, LeaderWorkerSet, a Kubeflow job, TrainJob, RayCluster, RayJob, RayService, "
        + "StatefulSet, Deployment, SparkApplication or an OpenPAI job";

    // Objects that stand beside a job in its file and say nothing about its placement.
    private static readonly HashSet<string> Silent = new(StringComparer.Ordinal)
    {
        "ConfigMap", "Secret", "Service", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "NetworkPolicy", "Ingress", "Event",
        "PodDisruptionBudget", "LimitRange", "ResourceQuota", "CustomResourceDefinition", "StorageClass", "LocalQueue", "ClusterQueue", "Queue", "ResourceFlavor",
        "Topology", "HorizontalPodAutoscaler", "Endpoints", "EndpointSlice", "DeviceClass", "RuntimeClass", "PodMonitor", "ServiceMonitor", "WorkloadPriorityClass",
    };

    /// <summary>The reader of an object, null when it is none of ours. Pods are grouped before they are read: not here.</summary>
    public static Func<JobObject, IEnumerable<Gang>>? ReaderOf(ObjectName name) => (name.Group, name.Kind) switch
    {
        ("batch", "Job") => BatchJob.Read,
        ("jobset.x-k8s.io", "JobSet") => JobSet.Read,
        ("leaderworkerset.x-k8s.io", "LeaderWorkerSet") => LeaderWorkerSet.Read,
        ("kubeflow.org", var kind) when KubeflowJob.Reads(kind) => KubeflowJob.Read,
        ("trainer.kubeflow.org", "TrainJob") => TrainJob.Read,
        ("batch.volcano.sh", "Job") => VolcanoJob.Read,
        ("ray.io", "RayCluster") => RayCluster.Read,
        ("ray.io", "RayJob") => RayCluster.ReadJob,
        ("ray.io", "RayService") => RayCluster.ReadService,
        ("apps", "StatefulSet") => ReplicatedPods.ReadStatefulSet,
        ("apps", "Deployment") => ReplicatedPods.ReadDeployment,
        ("sparkoperator.k8s.io", "SparkApplication") => SparkApplication.Read,
        (OpenPaiJob.Group, OpenPaiJob.Kind) => OpenPaiJob.Read,
        _ => null,
    };

    /// <summary>True for objects that are passed over without a word.</summary>
    public static bool IsSilent(ObjectName name) => Silent.Contains(name.Kind);
}
