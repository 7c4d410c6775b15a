using TopoScheduler.Kubernetes.Mapping;
using static TopoScheduler.Kubernetes.Saving.PodShapes;
using static TopoScheduler.Kubernetes.Saving.Shape;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>What is kept of each kind of job. Beside the readers in <c>Mapping/JobKinds</c>: who reads a further field there adds it here.</summary>
internal static class JobShapes
{
    /// <summary>What Volcano asks of the network, in jobs and in groups of pods.</summary>
    public static readonly Shape Network = Map(("mode", Text), ("highestTierAllowed", Plain), ("highestTierName", Level));

    private static readonly Shape JobSpec = Map(("parallelism", Plain), ("completions", Plain), ("completionMode", Text), ("suspend", Plain), ("template", Template));

    private static readonly Shape ReplicatedJobs = List(Map(
        ("name", Name(NameKind.Role)), ("replicas", Plain), ("template", Map(("metadata", Map(("labels", Texts), ("annotations", Annotations))), ("spec", JobSpec)))));

    private static readonly Shape Replicas = Roles(Map(("replicas", Plain), ("template", Template)));

    private static readonly Shape Kubeflow = Map(
        ("suspend", Plain),
        ("runPolicy", Map(("suspend", Plain), ("schedulingPolicy", Map(("minAvailable", Plain), ("priorityClass", Name(NameKind.Priority)))))),
        ("mpiReplicaSpecs", Replicas), ("pytorchReplicaSpecs", Replicas), ("tfReplicaSpecs", Replicas), ("jaxReplicaSpecs", Replicas), ("xgbReplicaSpecs", Replicas),
        ("paddleReplicaSpecs", Replicas));

    private static readonly Shape Ray = Map(
        ("headGroupSpec", Map(("template", Template))), ("enableInTreeAutoscaling", Plain), ("suspend", Plain),
        ("workerGroupSpecs", List(Map(
            ("groupName", Name(NameKind.Role)), ("replicas", Plain), ("minReplicas", Plain), ("maxReplicas", Plain), ("numOfHosts", Plain), ("suspend", Plain), ("template", Template)))));

    private static readonly Shape SparkPod = Map(
        ("instances", Plain), ("cores", Plain), ("coreRequest", Text), ("memory", Text), ("memoryOverhead", Text), ("gpu", Map(("name", Text), ("quantity", Plain))),
        ("labels", Texts), ("annotations", Annotations), ("nodeSelector", Texts), ("affinity", Affinity), ("tolerations", List(Keyed)),
        ("priorityClassName", Name(NameKind.Priority)), ("hostNetwork", Plain), ("initContainers", Containers), ("sidecars", Containers), ("volumes", Volumes), ("template", Template));

    private static readonly Dictionary<(string Group, string Kind), Shape> Specs = new()
    {
        [("batch", "Job")] = JobSpec,
        [("jobset.x-k8s.io", "JobSet")] = Map(("suspend", Plain), ("replicatedJobs", ReplicatedJobs)),
        [("leaderworkerset.x-k8s.io", "LeaderWorkerSet")] = Map(
            ("replicas", Plain),
            ("leaderWorkerTemplate", Map(("size", Plain), ("leaderTemplate", Template), ("workerTemplate", Template), ("subGroupPolicy", Map(("subGroupSize", Plain)))))),
        [("trainer.kubeflow.org", "TrainJob")] = Map(
            ("suspend", Plain), ("runtimeRef", Map(("apiGroup", Text), ("kind", Text), ("name", Name(NameKind.Name)))),
            ("trainer", Map(("numNodes", Plain), ("resourcesPerNode", Resources))), ("podTemplateOverrides", Present), ("podSpecOverrides", Present), ("runtimePatches", Present)),
        [("batch.volcano.sh", "Job")] = Map(
            ("minAvailable", Plain), ("priorityClassName", Name(NameKind.Priority)), ("networkTopology", Network),
            ("tasks", List(Map(
                ("name", Name(NameKind.Role)), ("replicas", Plain), ("minAvailable", Plain), ("topologyPolicy", Text),
                ("partitionPolicy", Map(("partitionSize", Plain), ("networkTopology", Network))), ("template", Template))))),
        [("ray.io", "RayCluster")] = Ray,
        [("ray.io", "RayJob")] = Map(("suspend", Plain), ("submissionMode", Text), ("clusterSelector", Present), ("rayClusterSpec", Ray)),
        [("ray.io", "RayService")] = Map(("suspend", Plain), ("rayClusterConfig", Ray)),
        [("apps", "StatefulSet")] = Map(("replicas", Plain), ("ordinals", Map(("start", Plain))), ("volumeClaimTemplates", Present), ("template", Template)),
        [("apps", "Deployment")] = Map(("replicas", Plain), ("template", Template)),
        [("sparkoperator.k8s.io", "SparkApplication")] = Map(
            ("type", Text), ("memoryOverheadFactor", Text), ("suspend", Plain),
            ("dynamicAllocation", Map(("enabled", Plain), ("minExecutors", Plain), ("initialExecutors", Plain))), ("driver", SparkPod), ("executor", SparkPod)),
    };

    /// <summary>A training runtime.</summary>
    public static readonly Shape Runtime = Map(
        ("apiVersion", Text), ("kind", Text), ("metadata", Metadata),
        ("spec", Map(("mlPolicy", Map(("numNodes", Plain))), ("template", Map(("spec", Map(("replicatedJobs", ReplicatedJobs))))))));

    /// <summary>What is kept of a job; null for what is none, or a kind that is not saved.</summary>
    public static Shape? Of(ObjectName name) =>
        (name.Group == "kubeflow.org" ? Kubeflow : Specs.GetValueOrDefault((name.Group, name.Kind))) is { } spec
            ? new JobShape(Map(("apiVersion", Text), ("kind", Text), ("metadata", Metadata), ("spec", spec), ("status", JobShape.End)))
            : null;
}
