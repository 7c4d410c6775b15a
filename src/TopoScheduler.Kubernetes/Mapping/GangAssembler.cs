using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>
/// Draft → gang: reads the templates, joins alike neighbours of one name, reads the hints. Annotations stand on the templates; the job object's own
/// fill in, and among templates the first that has a key tells for the gang.
/// </summary>
internal static class GangAssembler
{
    // What one role says about itself alone.
    private static readonly ImmutableHashSet<string> PerRole = [AnnotationKeys.Workload, AnnotationKeys.GpuWatts];

    /// <summary>The gang, or null when it has no members or too many (told).</summary>
    public static Gang? Assemble(GangDraft draft, ClusterObjects objects, ObjectProblems problems)
    {
        var size = draft.Roles.Sum(r => (long)r.Count);
        if (size is < 1 or > HintReader.MostMembers)
        {
            problems.Error($"asks for {size} pods, expected between 1 and {HintReader.MostMembers}.");
            return null;
        }

        var annotations = Merge(draft, problems);
        var group = GroupOf(draft, objects, problems);
        var roles = new List<GangRole>();
        var names = new List<string>();
        var priority = draft.Priority;
        var needsNvLink = false;
        foreach (var role in draft.Roles.Where(r => r.Count > 0))
        {
            TellMissing(role.Pod);
            var reading = PodTemplateReader.Read(role.Pod, new(draft.Key.Namespace, objects, Occupies: false, role.AddedLabels));
            var own = new AnnotationValues(OfRole(role, draft, annotations), problems);
            AddRole(roles, new(role.Name, role.Count, WithHints(reading.Template, own), role.PodNames), names);
            priority = draft.Priority ?? Math.Max(priority ?? int.MinValue, reading.Priority);
            needsNvLink |= reading.NeedsNvLinkDomain;
        }

        SetNames(roles, names);
        var wishes = PeerHints.Settle(PeerHints.Read(draft, group, objects, problems), roles, annotations);
        roles = PeerHints.Order(wishes, roles);
        var values = new AnnotationValues(PeerHints.Apply(wishes, roles, annotations, problems), problems);
        var hints = HintReader.Read(values, (int)size, roles.Sum(r => r.Count * r.Template.Gpus));
        return new()
        {
            Key = draft.Key,
            Roles = [.. roles],
            MinMembers = MinMembers(draft, group, values, (int)size),
            Hints = needsNvLink ? WithNvLinkDomain(hints, problems) : hints,
            Priority = draft.Priority ?? group?.Priority(objects, problems) ?? priority ?? 0,
            Problems = problems.ToImmutable(),
        };
    }

    // Without them a pod asks for nothing and would fit anywhere, which is never what was meant.
    private static void TellMissing(Field pod)
    {
        if (pod.IsMissing)
        {
            pod.Wrong("a pod template");
        }
        else if (pod.Tree["spec"]["containers"].Kind == TreeKind.Null)
        {
            pod["spec"]["containers"].Wrong("a list of containers");
        }
    }

    private static ImmutableDictionary<string, string> Own(RoleDraft role) => LabelReader.Read(role.Pod["metadata"], "annotations");

    // The whole gang does one kind of work unless a role says otherwise; watts are the role's own, or the job object's for all.
    private static ImmutableDictionary<string, string> OfRole(RoleDraft role, GangDraft draft, ImmutableDictionary<string, string> annotations)
    {
        var watts = draft.Annotations.TryGetValue(AnnotationKeys.GpuWatts, out var all)
            ? annotations.SetItem(AnnotationKeys.GpuWatts, all)
            : annotations.Remove(AnnotationKeys.GpuWatts);
        return watts.SetItems(Own(role).Where(a => PerRole.Contains(a.Key)));
    }

    private static ImmutableDictionary<string, string> Merge(GangDraft draft, ObjectProblems problems)
    {
        AnnotationCheck.Check(draft.Annotations, ImmutableDictionary<string, string>.Empty, problems);
        var templates = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var role in draft.Roles)
        {
            var own = Own(role);
            AnnotationCheck.Check(own, LabelReader.Read(role.Pod["metadata"], "labels"), problems);
            foreach (var (key, value) in own.Where(a => a.Key.StartsWith(AnnotationKeys.Prefix, StringComparison.Ordinal)).OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                if (!templates.TryAdd(key, value) && templates[key] != value && !PerRole.Contains(key) && AnnotationKeys.Authored.Contains(key))
                {
                    problems.Warning(
                        $"annotation {key}={Field.Quote(value)} of role {role.Name} "
                        + $"contradicts {Field.Quote(templates[key])} of a role before it, which is used; expected one value.");
                }
            }
        }

        return draft.Annotations.SetItems(templates);
    }

    private static PodTemplate WithHints(PodTemplate template, AnnotationValues own) => template with
    {
        Power = template.Power with { Utilisation = PowerDraw.Utilisation(HintReader.Workload(own)), GpuWatts = HintReader.GpuWatts(own) },
    };

    // Names of the last role are gathered beside it and set when it is complete: a gang of plain pods joins thousands of roles of one member.
    private static void AddRole(List<GangRole> roles, GangRole role, List<string> names)
    {
        if (roles.Count > 0 && roles[^1] is var last && last.Name == role.Name && TemplateEquality.Same(last.Template, role.Template))
        {
            roles[^1] = last with { Count = last.Count + role.Count };
        }
        else
        {
            SetNames(roles, names);
            roles.Add(role);
        }

        names.AddRange(role.PodNames);
    }

    // All members of a role have names, or none has.
    private static void SetNames(List<GangRole> roles, List<string> names)
    {
        if (roles.Count > 0)
        {
            roles[^1] = roles[^1] with { PodNames = names.Count == roles[^1].Count ? [.. names] : [] };
        }

        names.Clear();
    }

    private static int MinMembers(GangDraft draft, GroupObject? group, AnnotationValues values, int size)
    {
        if (!draft.SizedByAnnotation)
        {
            TellIdentity(draft, values, size);
        }

        if (values.Has(AnnotationKeys.GangMin))
        {
            return HintReader.GangMin(values, size) ?? size;
        }

        var kai = draft.Annotations.ContainsKey(PeerKeys.KaiMinMember) ? values.Whole(PeerKeys.KaiMinMember, 1, size, "2") : null;
        return (draft.MinAvailable ?? kai ?? group?.MinMember(values.Problems)) is { } least and > 0 ? Math.Min(least, size) : size;
    }

    // The pod group the first template refers to, or one that a Workload object gives to the job.
    private static GroupObject? GroupOf(GangDraft draft, ClusterObjects objects, ObjectProblems problems)
    {
        var (ns, kind, name) = (draft.Key.Namespace, draft.Key.Kind, draft.Key.Name);
        if (draft.Roles.Select(r => GroupNames.OfPodGroup(r.Pod.Tree)).FirstOrDefault(n => n is not null) is not { } stated)
        {
            return objects.Peers.GroupOfJob(ns, kind, name);
        }

        var group = objects.Peers.Group(ns, stated);
        if (group is null && !draft.SizedByAnnotation)
        {
            problems.Info($"refers to podgroup/{ns}/{stated}, which is not in the input; the {kind} is planned whole, by what it says itself.");
        }

        return group;
    }

    private static void TellIdentity(GangDraft draft, AnnotationValues values, int size)
    {
        if (HintReader.GangSize(values) is { } stated && stated != size)
        {
            values.Problems.Warning(
                $"annotation {AnnotationKeys.GangSize}=\"{stated}\": not used, the {draft.Key.Kind} makes a gang of {size}; expected that number or no annotation.");
        }

        if (values.Text(AnnotationKeys.Gang) is { } name && name != draft.Key.Name)
        {
            values.Problems.Info($"annotation {AnnotationKeys.Gang}={Field.Quote(name)}: not used, the {draft.Key.Kind} itself is the gang.");
        }
    }

    private static GangHints WithNvLinkDomain(GangHints hints, ObjectProblems problems)
    {
        if (hints.Required is { LabelKey: null } required && required.Tier <= Tier.NvLinkDomain)
        {
            return hints;
        }

        var instead = hints.Required is null ? "" : $" instead of {hints.Required}";
        problems.Info($"claims an IMEX channel, which exists inside one NVLink domain: required topology is nvlink-domain{instead}.");
        return hints with { Required = new(Tier.NvLinkDomain) };
    }
}
