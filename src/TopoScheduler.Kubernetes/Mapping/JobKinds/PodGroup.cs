using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>
/// Plain pods: those of one namespace and one <c>gang</c> annotation, or one pod group of another scheduler, are a gang; a pod without is a gang of one.
/// Members stand in index order; neighbours that ask for the same are one role. Fewer pods than <c>gang-size</c>, or than the pod group has or needs at
/// least, stand for the rest if they are all alike.
/// </summary>
internal static class PodGroup
{
    /// <summary>The name of the gang a pod says it is a member of, or null.</summary>
    public static string? GangOf(Tree pod) => GroupNames.Of(pod);

    /// <summary>Their gang.</summary>
    /// <param name="pods">The pods of one gang, in file order.</param>
    /// <param name="gangName">Its name.</param>
    public static IEnumerable<Gang> Read(IReadOnlyList<JobObject> pods, string gangName)
    {
        var ordered = pods.OrderBy(p => PodOrder.IndexOf(p.Root.Tree)).ThenBy(p => p.Name.Name, NaturalOrder.Instance).ToList();
        var first = ordered[0];
        var problems = first.Problems;
        if (!TellTwins(ordered, problems))
        {
            return [];
        }

        var key = new GangKey(first.Name.Namespace, "Pod", gangName, pods.Count == 1 && gangName == first.Name.Name ? first.Name.Uid : "");
        var roles = ordered.ConvertAll(p => new RoleDraft(RoleName(p.Name.Name), 1, p.Root, [p.Name.Name]));
        var draft = new GangDraft(key, roles, ImmutableDictionary<string, string>.Empty) { SizedByAnnotation = true };
        if (GangAssembler.Assemble(draft, first.Objects, problems) is not { } gang)
        {
            return [];
        }

        var (size, origin) = StatedSize(ordered, problems) ?? (pods.Count, "");
        return size == pods.Count ? [gang] : [Resize(gang, draft, (size, origin), first, problems)];
    }

    private static Gang Resize(Gang gang, GangDraft draft, (int Size, string Origin) stated, JobObject first, ObjectProblems problems)
    {
        var (size, origin) = stated;
        if (draft.Roles.Count > size)
        {
            problems.Error($"{origin}: the gang has {draft.Roles.Count} pods in the input, expected at least that many.");
            return gang with { Problems = problems.ToImmutable() };
        }

        if (gang.Roles.Length > 1)
        {
            problems.Error(
                $"{origin}: the gang has {draft.Roles.Count} pods in the input "
                + $"and they differ; expected all {size}, or one to stand for them all.");
            return gang with { Problems = problems.ToImmutable() };
        }

        var names = gang.Roles[0].PodNames;
        var stem = RoleName(names[^1]);
        var next = PodOrder.NumberAtEnd(names[^1]) + 1 ?? 1;
        var fresh = new ObjectProblems(problems.Object);
        var role = draft.Roles[0] with
        {
            Count = size,
            PodNames = [.. names, .. Enumerable.Range(0, size - names.Length).Select(i => $"{stem}-{(next + i).ToString(CultureInfo.InvariantCulture)}")],
        };

        // Read anew: hints such as parallelism are judged against the whole gang.
        role = role with { Pod = Field.Root(role.Pod.Tree, fresh) };
        return GangAssembler.Assemble(draft with { Roles = [role] }, first.Objects, fresh) ?? gang;
    }

    private static bool TellTwins(List<JobObject> pods, ObjectProblems problems)
    {
        var twin = pods.GroupBy(p => p.Name.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any() && g.First().Root["metadata"].Text("name") is not null);
        if (twin is not null)
        {
            problems.Error($"is in the input {twin.Count()} times, expected each pod of a gang once.");
        }

        return twin is null;
    }

    private static (int Size, string Origin)? StatedSize(List<JobObject> pods, ObjectProblems problems)
    {
        foreach (var pod in pods)
        {
            var values = new AnnotationValues(pod.Annotations, problems);
            if (values.Has(AnnotationKeys.GangSize))
            {
                return HintReader.GangSize(values) is { } size ? (size, $"annotation {AnnotationKeys.GangSize}=\"{size}\"") : null;
            }

            if (values.Has(PeerKeys.KueuePodGroupSize))
            {
                var total = values.Whole(PeerKeys.KueuePodGroupSize, 1, HintReader.MostMembers, "64");
                return total is { } count ? (count, $"annotation {PeerKeys.KueuePodGroupSize}=\"{count}\"") : null;
            }
        }

        return GroupNames.OfPodGroup(pods[0].Root.Tree) is { } name
            && pods[0].Objects.Peers.Group(pods[0].Name.Namespace, name) is { } group && group.MinMember(problems) is { } least && least > pods.Count && least <= HintReader.MostMembers
            ? (least, $"{group.Id} needs {least} members")
            : null;
    }

    // worker-3 is a worker.
    private static string RoleName(string podName)
    {
        var stem = podName.TrimEnd("0123456789".ToCharArray());
        return stem.Length < podName.Length && stem.Length > 1 && stem[^1] == '-' ? stem[..^1] : podName;
    }
}
