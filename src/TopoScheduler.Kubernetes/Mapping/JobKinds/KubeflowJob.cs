using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>The Kubeflow jobs (MPIJob, PyTorchJob, TFJob, JAXJob, XGBoostJob, PaddleJob): replica specs by role, the leading role first.</summary>
internal static class KubeflowJob
{
    private static readonly Dictionary<string, (string Specs, string[] Order)> Kinds = new(StringComparer.Ordinal)
    {
        ["MPIJob"] = ("mpiReplicaSpecs", ["Launcher", "Worker"]),
        ["PyTorchJob"] = ("pytorchReplicaSpecs", ["Master", "Worker"]),
        ["TFJob"] = ("tfReplicaSpecs", ["Chief", "Master", "Worker", "PS", "Evaluator"]),
        ["JAXJob"] = ("jaxReplicaSpecs", ["Worker"]),
        ["XGBoostJob"] = ("xgbReplicaSpecs", ["Master", "Worker"]),
        ["PaddleJob"] = ("paddleReplicaSpecs", ["Master", "Worker"]),
    };

    /// <summary>True for a kind read here.</summary>
    public static bool Reads(string kind) => Kinds.ContainsKey(kind);

    /// <summary>Its gang.</summary>
    public static IEnumerable<Gang> Read(JobObject job)
    {
        var (specs, order) = Kinds[job.Name.Kind];
        foreach (var (name, field) in job.Spec.Entries(specs))
        {
            if (!order.Contains(name))
            {
                field.Problems.Warning($"{field.Path}: is no role of a {job.Name.Kind}, ignored; expected {string.Join(" or ", order)}.");
            }
        }

        var roles = order.Where(o => !job.Spec[specs][o].IsMissing).Select(o => Role(job, specs, o)).ToList();
        var policy = job.Spec["runPolicy"]["schedulingPolicy"];
        var className = policy["priorityClass"];
        var draft = new GangDraft(job.Key, roles, job.Annotations)
        {
            MinAvailable = policy.Whole("minAvailable"),
            Priority = className.AsText() is { Length: > 0 } name2 ? PriorityReader.OfClass(name2, job.Objects, className) : null,
        };
        return job.Gang(draft);
    }

    private static RoleDraft Role(JobObject job, string specs, string role)
    {
        var spec = job.Spec[specs][role];
        var count = spec.Whole("replicas") ?? 1;
        var lower = role.ToLowerInvariant();
        var prefix = $"{job.Name.Name}-{lower}";
        return new(lower, count, spec["template"], role == "Launcher" && count == 1 ? [prefix] : JobObject.Numbered(prefix + "-", count))
        {
            AddedLabels = JobObject.Labels(
                ("training.kubeflow.org/job-name", job.Name.Name), ("training.kubeflow.org/replica-type", lower), ("training.kubeflow.org/job-role", lower)),
        };
    }
}
