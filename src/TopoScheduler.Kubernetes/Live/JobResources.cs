using TopoScheduler.Kubernetes.Api;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>Where an API server has the jobs we read. A kind that is not installed, or may not be seen, has none.</summary>
internal static class JobResources
{
    /// <summary>Those that are listed.</summary>
    public static readonly (ApiResource Resource, string Kind)[] All =
    [
        (new("batch", "v1", "jobs"), "Job"), (new("apps", "v1", "statefulsets"), "StatefulSet"), (new("apps", "v1", "deployments"), "Deployment"),
        (new("jobset.x-k8s.io", "v1alpha2", "jobsets"), "JobSet"), (new("leaderworkerset.x-k8s.io", "v1", "leaderworkersets"), "LeaderWorkerSet"),
        (new("kubeflow.org", "v2beta1", "mpijobs"), "MPIJob"), (new("kubeflow.org", "v1", "pytorchjobs"), "PyTorchJob"), (new("kubeflow.org", "v1", "tfjobs"), "TFJob"),
        (new("kubeflow.org", "v1", "jaxjobs"), "JAXJob"), (new("kubeflow.org", "v1", "xgboostjobs"), "XGBoostJob"), (new("kubeflow.org", "v1", "paddlejobs"), "PaddleJob"),
        (new("trainer.kubeflow.org", "v1alpha1", "trainjobs"), "TrainJob"), (new("batch.volcano.sh", "v1alpha1", "jobs"), "Job"),
        (new("ray.io", "v1", "rayclusters"), "RayCluster"), (new("ray.io", "v1", "rayjobs"), "RayJob"), (new("ray.io", "v1", "rayservices"), "RayService"),
    ];

    /// <summary>Those that are got one by one. The pods of a Deployment are no gang; a SparkApplication is too much to be kept whole of all that are listed.</summary>
    public static readonly (ApiResource Resource, string Kind)[] ByName =
        [.. All.Where(r => r.Kind != "Deployment"), (new("sparkoperator.k8s.io", "v1beta2", "sparkapplications"), "SparkApplication")];
}
