using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>The gang a live pod is a member of, from what its controller wrote on it; the outermost controller first.</summary>
internal static class PodGang
{
    /// <summary>Its key, or null when the pod belongs to none that we recognise.</summary>
    public static GangKey? Of(string ns, ImmutableDictionary<string, string> labels, ImmutableDictionary<string, string> annotations, Tree pod) =>
        OfController(ns, labels, annotations) ?? (GroupNames.Of(pod) is { } group ? new GangKey(ns, "Pod", group) : OfOwner(ns, pod));

    // A job of a kind we read whose controller writes nothing we know on its pods.
    private static GangKey? OfOwner(string ns, Tree pod) =>
        OwnerReference.ControllerOf(pod) is { } owner && JobKind.ReaderOf(new(owner.ApiVersion, owner.Kind, ns, owner.Name, owner.Uid)) is not null
            ? new GangKey(ns, owner.Kind, owner.Name, owner.Uid)
            : null;

    private static GangKey? OfController(string ns, ImmutableDictionary<string, string> labels, ImmutableDictionary<string, string> annotations)
    {
        if (labels.GetValueOrDefault("jobset.sigs.k8s.io/jobset-name") is { Length: > 0 } jobSet)
        {
            var restart = labels.GetValueOrDefault("jobset.sigs.k8s.io/restart-attempt") ?? annotations.GetValueOrDefault("jobset.sigs.k8s.io/restart-attempt");
            return new(ns, "JobSet", jobSet, labels.GetValueOrDefault("jobset.sigs.k8s.io/jobset-uid") ?? "", Number(restart));
        }

        if (labels.GetValueOrDefault("leaderworkerset.sigs.k8s.io/name") is { Length: > 0 } set)
        {
            return new(ns, "LeaderWorkerSet", $"{set}-{labels.GetValueOrDefault("leaderworkerset.sigs.k8s.io/group-index") ?? "0"}");
        }

        if (labels.GetValueOrDefault("training.kubeflow.org/job-name") is { Length: > 0 } kubeflow)
        {
            return new(ns, KubeflowKind(labels), kubeflow);
        }

        if ((labels.GetValueOrDefault("batch.kubernetes.io/job-name") ?? labels.GetValueOrDefault("job-name")) is { Length: > 0 } job)
        {
            return new(ns, "Job", job, labels.GetValueOrDefault("batch.kubernetes.io/controller-uid") ?? labels.GetValueOrDefault("controller-uid") ?? "");
        }

        return OfPeers(ns, labels, annotations);
    }

    private static GangKey? OfPeers(string ns, ImmutableDictionary<string, string> labels, ImmutableDictionary<string, string> annotations)
    {
        if ((labels.GetValueOrDefault("volcano.sh/job-name") ?? annotations.GetValueOrDefault("volcano.sh/job-name")) is { Length: > 0 } volcano)
        {
            return new(ns, "Job", volcano);
        }

        if (labels.GetValueOrDefault("ray.io/cluster") is { Length: > 0 } cluster)
        {
            // A RayJob or RayService makes the cluster.
            return labels.GetValueOrDefault("ray.io/originated-from-cr-name") is { Length: > 0 } origin
                && labels.GetValueOrDefault("ray.io/originated-from-crd") is { Length: > 0 } kind
                ? new(ns, kind, origin)
                : new(ns, "RayCluster", cluster);
        }

        if (labels.GetValueOrDefault("sparkoperator.k8s.io/app-name") is { Length: > 0 } spark)
        {
            return new(ns, "SparkApplication", spark);
        }

        if (labels.GetValueOrDefault("statefulset.kubernetes.io/pod-name") is { Length: > 0 } pod && PodOrder.NumberAtEnd(pod) is not null)
        {
            return new(ns, "StatefulSet", pod[..pod.LastIndexOf('-')]);
        }

        return null;
    }

    private static string KubeflowKind(ImmutableDictionary<string, string> labels) => labels.GetValueOrDefault("training.kubeflow.org/operator-name") switch
    {
        "mpi-operator" or "mpijob-controller" => "MPIJob",
        "pytorchjob-controller" => "PyTorchJob",
        "tfjob-controller" => "TFJob",
        "jaxjob-controller" => "JAXJob",
        "xgboostjob-controller" => "XGBoostJob",
        "paddlejob-controller" => "PaddleJob",
        _ => labels.GetValueOrDefault("training.kubeflow.org/replica-type") is "launcher" ? "MPIJob" : "PyTorchJob",
    };

    private static int Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
