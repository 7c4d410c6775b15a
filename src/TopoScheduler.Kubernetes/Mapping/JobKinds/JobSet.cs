using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>JobSet: one role per replicated job, in order; pods are named <c>set-job-jobindex-podindex</c>.</summary>
internal static class JobSet
{
    /// <summary>Its gang.</summary>
    public static IEnumerable<Gang> Read(JobObject set)
    {
        var roles = new List<RoleDraft>();
        var wishes = new List<PeerWish>();
        foreach (var job in set.Spec.Items("replicatedJobs"))
        {
            if (job.Text("name") is { Length: > 0 } name)
            {
                roles.Add(Role(set, job, name));
            }
            else
            {
                job["name"].Wrong("the name of the replicated job");
            }
        }

        ExclusiveTopology.OfJobSet(set, roles, wishes);
        return set.Gang(new(set.Key, roles, set.Annotations) { Wishes = wishes });
    }

    private static RoleDraft Role(JobObject set, Field job, string name)
    {
        var spec = job["template"]["spec"];
        var replicas = job.Whole("replicas") ?? 1;
        var pods = BatchJob.PodsOf(spec);
        var count = (int)Math.Min((long)replicas * pods, int.MaxValue / 2);
        var names = ImmutableArray<string>.Empty;
        if (count <= HintReader.MostMembers)
        {
            names = [.. Enumerable.Range(0, count).Select(i => string.Create(
                CultureInfo.InvariantCulture, $"{set.Name.Name}-{name}-{i / pods}-{i % pods}"))];
        }

        return new(name, count, spec["template"], names)
        {
            ChildSize = pods,
            AddedLabels = JobObject.Labels(("jobset.sigs.k8s.io/jobset-name", set.Name.Name), ("jobset.sigs.k8s.io/replicatedjob-name", name)),
        };
    }
}
