using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>
/// A job of OpenPAI (protocol version 2), the platform HiveD schedules for: task roles with instances and resources each. It is no Kubernetes object
/// and has no apiVersion. What it asks of HiveD's cells is reported.
/// </summary>
internal static class OpenPaiJob
{
    /// <summary>The group it is known by here.</summary>
    public const string Group = "openpai.protocol";

    /// <summary>The kind it is known by here.</summary>
    public const string Kind = "OpenPaiJob";

    /// <summary>What an object calls itself, if it is such a job; else null.</summary>
    public static ObjectName? NameOf(Tree tree, string ns) =>
        tree["protocolVersion"].Kind == TreeKind.Scalar && tree["type"].Text == "job"
            ? new(Group + "/v2", Kind, ns, tree["name"].Text, "")
            : null;

    /// <summary>Its gang.</summary>
    public static IEnumerable<Gang> Read(JobObject job)
    {
        var roles = job.Root.Entries("taskRoles").Select(r => Role(job, r.Key, r.Value)).ToList();
        var hived = job.Root["extras"]["hivedScheduler"];
        if (hived.Text("jobPriorityClass") is { } priority)
        {
            job.Problems.Info($"{hived["jobPriorityClass"].Path}: {Field.Quote(priority)}: a class of HiveD, not used; priority 0.");
        }

        foreach (var (name, role) in hived.Entries("taskRoles"))
        {
            foreach (var (key, value) in hived["taskRoles"].Entries(name))
            {
                job.Problems.Warning($"{value.Path}: {Field.Quote(value.Tree.Text)}: asks for cells of HiveD ({key}), not honoured; expected a node selector.");
            }
        }

        // Without gang allocation its tasks may start one by one.
        var atOnce = job.Root["extras"]["gangAllocation"].IsMissing || job.Root["extras"].Flag("gangAllocation");
        return job.Gang(new(job.Key, roles, System.Collections.Immutable.ImmutableDictionary<string, string>.Empty) { MinAvailable = atOnce ? null : 1 });
    }

    private static RoleDraft Role(JobObject job, string name, Field role)
    {
        var ask = role["resourcePerInstance"];
        var amounts = new List<(string, string)>
        {
            (ResourceList.Cpu, ask.Text("cpu") ?? "1"),
            (ResourceList.Memory, (ask.Whole("memoryMB") ?? 0).ToString(CultureInfo.InvariantCulture) + "Mi"),
        };
        if (ask.Whole("gpu") is { } gpus and > 0)
        {
            amounts.Add(("nvidia.com/gpu", gpus.ToString(CultureInfo.InvariantCulture)));
        }

        var count = role.Whole("instances") ?? 1;
        var pod = MadePod.Of(MadePod.Containers(name, MadePod.Requests([.. amounts])));
        return new(name, count, Field.Root(pod, job.Problems), JobObject.Numbered($"{job.Name.Name}-{name}-", count));
    }
}
