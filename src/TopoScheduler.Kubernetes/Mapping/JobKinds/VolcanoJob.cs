using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>batch.volcano.sh/v1alpha1 Job: its tasks are the roles, in order; pods are named <c>job-task-index</c>.</summary>
internal static class VolcanoJob
{
    /// <summary>Its gang.</summary>
    public static IEnumerable<Gang> Read(JobObject job)
    {
        var roles = new List<RoleDraft>();
        var wishes = new List<PeerWish>();
        var least = job.Spec.Whole("minAvailable");
        VolcanoHints.Topology(job.Spec["networkTopology"], null, wishes);
        foreach (var task in job.Spec.Items("tasks"))
        {
            var name = task.Text("name") is { Length: > 0 } given ? given : $"default{roles.Count}";
            var count = task.Whole("replicas") ?? 1;
            roles.Add(new(name, count, task["template"], JobObject.Numbered($"{job.Name.Name}-{name}-", count))
            {
                AddedLabels = JobObject.Labels(("volcano.sh/job-name", job.Name.Name), ("volcano.sh/task-spec", name)),
            });
            VolcanoHints.Partitions(task["partitionPolicy"], name, wishes);
            if (task.Text("topologyPolicy") is { Length: > 0 } numa and not "none")
            {
                task.Problems.Info($"{task["topologyPolicy"].Path}: {Field.Quote(numa)}: about NUMA nodes inside a node, not honoured by this version.");
            }

            if (least is not null && task.Whole("minAvailable") is { } ofTask && ofTask < count)
            {
                task.Problems.Info($"{task.Path}.minAvailable: {ofTask}: accepted, not used by this version; spec.minAvailable bounds all tasks together.");
            }
        }

        var className = job.Spec["priorityClassName"];
        return job.Gang(new(job.Key, roles, job.Annotations)
        {
            MinAvailable = least,
            Priority = className.AsText() is { Length: > 0 } text ? PriorityReader.OfClass(text, job.Objects, className) : null,
            Wishes = wishes,
        });
    }
}
