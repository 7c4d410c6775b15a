using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>MPIJob (v1 and v2beta1) and PyTorchJob: replica specs by role, the leading role first.</summary>
internal static class KubeflowJob
{
    /// <summary>The gang of an MPIJob.</summary>
    public static IEnumerable<Gang> ReadMpi(JobObject job) => Read(job, "mpiReplicaSpecs", ["Launcher", "Worker"]);

    /// <summary>The gang of a PyTorchJob.</summary>
    public static IEnumerable<Gang> ReadPyTorch(JobObject job) => Read(job, "pytorchReplicaSpecs", ["Master", "Worker"]);

    private static IEnumerable<Gang> Read(JobObject job, string specs, string[] order)
    {
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
        return GangAssembler.Assemble(draft, job.Objects, job.Problems) is { } gang ? [gang] : [];
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
