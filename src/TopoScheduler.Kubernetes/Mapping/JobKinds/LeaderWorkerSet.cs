using System.Globalization;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>
/// LeaderWorkerSet: every replica is a gang of its own, <c>set-i</c>, of a leader <c>set-i</c> and workers <c>set-i-1 …</c>. Without a template of
/// its own the leader is one of the workers.
/// </summary>
internal static class LeaderWorkerSet
{
    /// <summary>Most replicas read from one object.</summary>
    private const int MostReplicas = 10_000;

    /// <summary>Its gangs.</summary>
    public static IEnumerable<Gang> Read(JobObject set)
    {
        var replicas = set.Spec.Whole("replicas") ?? 1;
        var template = set.Spec["leaderWorkerTemplate"];
        var size = template.Whole("size") ?? 1;
        if (replicas is < 1 or > MostReplicas || (long)replicas * size > HintReader.MostMembers)
        {
            set.Problems.Error(
                $"asks for {replicas} replicas of {size} pods, expected at least 1 and at most {MostReplicas} replicas and {HintReader.MostMembers} pods.");
            return [];
        }

        return Replicas(set, replicas, size);
    }

    private static IEnumerable<Gang> Replicas(JobObject set, int replicas, int size)
    {
        if (GangAssembler.Assemble(Draft(set, size), set.Objects, set.Problems) is not { } first)
        {
            yield break;
        }

        for (var i = 0; i < replicas; i++)
        {
            var name = Name(set, i);
            var workers = JobObject.Numbered(name + "-", size - 1, first: 1);
            var roles = first.Roles.Select(r => r with { PodNames = first.Roles.Length == 1 ? [name, .. workers] : r.Name == "leader" ? [name] : workers });
            yield return first with { Key = first.Key with { Name = name }, Roles = [.. roles] };
        }
    }

    private static GangDraft Draft(JobObject set, int size)
    {
        var template = set.Spec["leaderWorkerTemplate"];
        var labels = JobObject.Labels(("leaderworkerset.sigs.k8s.io/name", set.Name.Name));
        var leader = template["leaderTemplate"];
        var worker = template["workerTemplate"];
        List<RoleDraft> roles = leader.IsMissing || size == 1
            ? [new("worker", size, leader.IsMissing ? worker : leader, [])]
            : [new("leader", 1, leader, []), new("worker", size - 1, worker, [])];
        return new(set.Key with { Name = Name(set, 0) }, [.. roles.Select(r => r with { AddedLabels = labels })], set.Annotations)
        {
            Wishes = ExclusiveTopology.OfLeaderWorkerSet(set, size),
        };
    }

    /// <summary>The set of a replica: <c>llama</c> of <c>llama-3</c>.</summary>
    internal static string NameOfSet(string replica) => PodOrder.NumberAtEnd(replica) is null ? replica : replica[..replica.LastIndexOf('-')];

    private static string Name(JobObject set, int replica) => set.Name.Name + "-" + replica.ToString(CultureInfo.InvariantCulture);
}
