using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>
/// Exclusive placement of JobSet (jobset.sigs.k8s.io/docs/tasks, exclusive job to topology placement) and LeaderWorkerSet
/// (lws.sigs.k8s.io/docs/concepts): each child job, or group, inside one domain, and no two in the same. The first half is honoured, the second is
/// not and is reported.
/// </summary>
internal static class ExclusiveTopology
{
    /// <summary>Adds what a JobSet, or replicated jobs of it, ask for.</summary>
    public static void OfJobSet(JobObject set, IReadOnlyList<RoleDraft> roles, List<PeerWish> wishes)
    {
        var values = new AnnotationValues(set.Annotations, set.Problems);
        if (values.Has(PeerKeys.JobSetExclusive))
        {
            AddChildren(values, roles, roles, wishes);
            return;
        }

        foreach (var job in set.Spec.Items("replicatedJobs"))
        {
            var own = new AnnotationValues(LabelReader.Read(job["template"]["metadata"], "annotations"), set.Problems);
            if (own.Has(PeerKeys.JobSetExclusive) && roles.FirstOrDefault(r => r.Name == job.Text("name")) is { } role)
            {
                AddChildren(own, [role], roles, wishes);
            }
        }
    }

    /// <summary>What the groups of a LeaderWorkerSet ask for.</summary>
    public static List<PeerWish> OfLeaderWorkerSet(JobObject set, int size)
    {
        var wishes = new List<PeerWish>();
        var values = new AnnotationValues(set.Annotations, set.Problems);
        if (KueueHints.Level(values, PeerKeys.LwsExclusive) is { } target)
        {
            var origin = KueueHints.Origin(values, PeerKeys.LwsExclusive);
            wishes.Add(new(PeerAsk.Required, target, origin, null));
            TellShared(set.Problems, origin, "group");
        }

        var subgroup = set.Spec["leaderWorkerTemplate"]["subGroupPolicy"].Whole("subGroupSize");
        if (KueueHints.Level(values, PeerKeys.LwsSubgroupExclusive) is { } narrow)
        {
            var origin = KueueHints.Origin(values, PeerKeys.LwsSubgroupExclusive);
            if (subgroup is { } pods && pods > 0 && size % pods == 0)
            {
                wishes.Add(new(PeerAsk.Segment, narrow, origin, null) { Size = pods });
                TellShared(set.Problems, origin, "subgroup");
            }
            else
            {
                set.Problems.Warning($"{origin}: not honoured; expected spec.leaderWorkerTemplate.subGroupPolicy.subGroupSize that divides the size of {size}.");
            }
        }

        return wishes;
    }

    private static void AddChildren(AnnotationValues values, IReadOnlyList<RoleDraft> asking, IReadOnlyList<RoleDraft> all, List<PeerWish> wishes)
    {
        if (KueueHints.Level(values, PeerKeys.JobSetExclusive) is not { } target)
        {
            return;
        }

        var origin = KueueHints.Origin(values, PeerKeys.JobSetExclusive);
        var jobs = asking.Sum(r => r.ChildSize == 0 ? 0L : r.Count / r.ChildSize);

        // A job of one pod is in one domain wherever it is.
        var larger = asking.Where(r => r.ChildSize > 1).ToList();
        if (larger.Count > 0 && larger.Exists(r => r.ChildSize != larger[0].ChildSize))
        {
            values.Problems.Warning($"{origin}: not honoured for jobs of different sizes ({string.Join(", ", larger.Select(r => $"{r.Name}: {r.ChildSize} pods"))}).");
        }
        else if (larger is [var only] && jobs == 1 && all.Count == 1)
        {
            wishes.Add(new(PeerAsk.Required, target, origin, only.Name));
        }
        else
        {
            wishes.AddRange(larger.Select(r => new PeerWish(PeerAsk.Segment, target, origin, r.Name) { Size = r.ChildSize }));
        }

        TellShared(values.Problems, origin, "job");
    }

    private static void TellShared(ObjectProblems problems, string origin, string what) =>
        problems.Warning($"{origin}: every {what} is kept inside one domain; that no other shares the domain is not honoured by this version.");
}
