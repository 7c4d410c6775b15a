using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>batch/v1 Job: as many members as pods run at once. Only an Indexed Job's pods have foreseeable names, <c>job-index</c>.</summary>
internal static class BatchJob
{
    /// <summary>Its gang.</summary>
    public static IEnumerable<Gang> Read(JobObject job)
    {
        var count = PodsOf(job.Spec);
        var names = job.Spec.Text("completionMode") == "Indexed" ? JobObject.Numbered(job.Name.Name + "-", count) : [];
        var role = new RoleDraft("worker", count, job.Spec["template"], names)
        {
            AddedLabels = JobObject.Labels(("job-name", job.Name.Name), ("batch.kubernetes.io/job-name", job.Name.Name)),
        };
        return job.Gang(new(job.Key, [role], job.Annotations));
    }

    /// <summary>Pods a Job's spec keeps running: its parallelism, and no more than completions are wanted.</summary>
    public static int PodsOf(Field spec) => Math.Min(spec.Whole("parallelism") ?? 1, spec.Whole("completions") ?? int.MaxValue);
}
