using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>
/// Other schedulers' hints as aliases of ours. Theirs are about a role or the whole job; ours are about the whole gang. Where that is more than was
/// asked it is said; where it contradicts our own annotation, ours is used and that is said.
/// </summary>
internal static class PeerHints
{
    /// <summary>All hints of a draft.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="group">The pod group it refers to, if any.</param>
    /// <param name="objects">What the hints may refer to.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static IReadOnlyList<PeerWish> Read(GangDraft draft, GroupObject? group, ClusterObjects objects, ObjectProblems problems)
    {
        var context = new PeerContext(objects, draft.Annotations.GetValueOrDefault(PeerKeys.KaiTopology), problems);
        context.Wishes.AddRange(draft.Wishes);
        var members = (int)Math.Min(draft.Roles.Sum(r => (long)r.Count), HintReader.MostMembers);
        KueueHints.TellMisplaced(draft.Annotations, problems);
        KaiHints.Read(null, members, draft.Annotations, context);
        VolcanoHints.Read(draft.Annotations, context);
        foreach (var role in draft.Roles)
        {
            var own = LabelReader.Read(role.Pod["metadata"], "annotations");
            if (own.IsEmpty)
            {
                continue;
            }

            // Slices of plain pods are cut from all pods of the group.
            KueueHints.Read(draft.SizedByAnnotation ? role with { Count = members } : role, own, context.Wishes, problems);
            KaiHints.Read(role.Name, draft.SizedByAnnotation ? members : role.Count, own, context);
            VolcanoHints.Read(own, context);
        }

        group?.AddWishes(context);

        // Plain pods carry the same hints each; they are about the group.
        return [.. context.Wishes.Select(w => draft.SizedByAnnotation ? w with { Role = null } : w).Distinct()];
    }

    /// <summary>
    /// A level required of some roles, each for itself, as segments where that comes out the same: these roles are of one size and the others can stand
    /// behind them. Else it stays required, of the whole gang.
    /// </summary>
    public static IReadOnlyList<PeerWish> Settle(IReadOnlyList<PeerWish> wishes, IReadOnlyList<GangRole> roles, ImmutableDictionary<string, string> own)
    {
        var required = wishes.Where(w => w.Ask == PeerAsk.Required).ToList();
        if (required.Count == 0 || roles.Count < 2 || wishes.Any(w => w.Ask == PeerAsk.Segment)
            || own.ContainsKey(AnnotationKeys.RequiredTopology) || own.ContainsKey(AnnotationKeys.SegmentSize) || own.ContainsKey(AnnotationKeys.SegmentTopology)
            || required.Exists(w => w.Role is null || w.Group is not null || w.Target != required[0].Target))
        {
            return wishes;
        }

        // A role of one member is inside one domain wherever it is.
        var asking = Enumerable.Range(0, roles.Count).Where(i => roles[i].Count > 1 && required.Exists(w => w.Role == roles[i].Name)).ToList();
        if (asking.Count == 0 || asking[^1] - asking[0] != asking.Count - 1 || asking.Exists(i => roles[i].Count != roles[asking[0]].Count)
            || roles.Take(asking[0]).Any(r => r.Template.Gpus > 0))
        {
            return wishes;
        }

        var size = roles[asking[0]].Count;
        var names = asking.Select(i => roles[i].Name).ToHashSet(StringComparer.Ordinal);
        return [.. wishes.Where(w => w.Ask != PeerAsk.Required), .. required.Where(w => names.Contains(w.Role!)).Select(w => w with { Ask = PeerAsk.Segment, Size = size })];
    }

    /// <summary>The hints as our annotations; keys that <paramref name="own"/> has already are left to it.</summary>
    public static ImmutableDictionary<string, string> Apply(
        IReadOnlyList<PeerWish> wishes, IReadOnlyList<GangRole> roles, ImmutableDictionary<string, string> own, ObjectProblems problems)
    {
        if (wishes.Count == 0)
        {
            return own;
        }

        var result = own;
        if (Choose([.. wishes.Where(w => w.Ask == PeerAsk.Required)], AnnotationKeys.RequiredTopology, own, problems) is { } required)
        {
            var all = wishes.Where(w => w.Ask == PeerAsk.Required).ToList();
            TellScope(required, all, roles, problems);
            result = result.SetItem(AnnotationKeys.RequiredTopology, required.Target);
        }

        if (Choose([.. wishes.Where(w => w.Ask == PeerAsk.Preferred)], AnnotationKeys.PreferredTopology, own, problems) is { } preferred)
        {
            result = result.SetItem(AnnotationKeys.PreferredTopology, preferred.Target);
        }

        return Segments([.. wishes.Where(w => w.Ask == PeerAsk.Segment)], roles, result, problems);
    }

    /// <summary>The roles in the order in which their members are cut into segments: roles without GPUs that stand before a segmented one go last.</summary>
    public static List<GangRole> Order(IReadOnlyList<PeerWish> wishes, List<GangRole> roles)
    {
        if (wishes.FirstOrDefault(w => w is { Ask: PeerAsk.Segment, Role: not null }) is not { } segment)
        {
            return roles;
        }

        var at = roles.FindIndex(r => r.Name == segment.Role);
        return at > 0 && roles.Take(at).Sum(r => r.Count) % segment.Size != 0 && roles.Take(at).All(r => r.Template.Gpus == 0)
            ? [.. roles.Skip(at), .. roles.Take(at)]
            : roles;
    }

    // The narrowest wins: it is inside the others. What is no tier cannot be compared.
    private static PeerWish? Choose(IReadOnlyList<PeerWish> wishes, string key, ImmutableDictionary<string, string> own, ObjectProblems problems)
    {
        if (wishes.Count == 0)
        {
            return null;
        }

        var targets = wishes.Select(w => HintReader.TryTarget(w.Target, out var t) ? t : new(default)).ToList();
        if (own.TryGetValue(key, out var text))
        {
            _ = HintReader.TryTarget(text.Trim(), out var ours);
            foreach (var wish in wishes.Where((_, i) => targets[i] != ours))
            {
                problems.Warning($"{wish.Origin}: contradicts annotation {key}={Field.Quote(text)}, which is used; expected one of them.");
            }

            return null;
        }

        var best = 0;
        for (var i = 1; i < targets.Count; i++)
        {
            if (targets[i] == targets[best])
            {
                continue;
            }

            if (targets[i].LabelKey is null && targets[best].LabelKey is null)
            {
                best = targets[i].Tier < targets[best].Tier ? i : best;
                problems.Info($"{wishes[i].Origin}: is not the level of {wishes[0].Origin}; the narrower, {targets[best]}, is used for all.");
            }
            else
            {
                problems.Warning($"{wishes[i].Origin}: not honoured beside {wishes[best].Origin}; expected one level for the whole gang.");
            }
        }

        return wishes[best];
    }

    private static void TellScope(PeerWish used, List<PeerWish> required, IReadOnlyList<GangRole> roles, ObjectProblems problems)
    {
        if (roles.Count < 2 || required.Exists(w => w.Role is null))
        {
            return;
        }

        var asked = roles.Where(r => required.Exists(w => w.Role == r.Name)).Select(r => r.Name).ToList();
        if (asked.Count == roles.Count && required.TrueForAll(w => w.Group is not null && w.Group == required[0].Group))
        {
            return;
        }

        var each = asked.Count == 1 ? $"role {asked[0]} alone" : $"each of the roles {string.Join(", ", asked)}";
        problems.Info($"{used.Origin}: is about {each}; here one domain holds the whole gang, which is more than it asks.");
    }

    private static ImmutableDictionary<string, string> Segments(
        IReadOnlyList<PeerWish> wishes, IReadOnlyList<GangRole> roles, ImmutableDictionary<string, string> annotations, ObjectProblems problems)
    {
        if (wishes.Count == 0)
        {
            return annotations;
        }

        var used = wishes[0];
        var owned = annotations.ContainsKey(AnnotationKeys.SegmentSize) || annotations.ContainsKey(AnnotationKeys.SegmentTopology);
        foreach (var wish in wishes)
        {
            if (owned && !Equal(wish, annotations))
            {
                problems.Warning($"{wish.Origin}: contradicts annotations {AnnotationKeys.SegmentSize} and {AnnotationKeys.SegmentTopology}, which are used; expected one of them.");
            }
            else if (!owned && (wish.Size != used.Size || wish.Target != used.Target))
            {
                problems.Warning($"{wish.Origin}: segments of {wish.Size} are not honoured beside those of {used.Size} of {used.Origin}; expected one size for the whole gang.");
            }
        }

        if (owned)
        {
            return annotations;
        }

        var members = roles.Sum(r => r.Count);
        if (used.Size > members)
        {
            problems.Error($"{used.Origin}: asks for segments of {used.Size} of {members} members, expected at most that many.");
            return annotations;
        }

        TellCuts(wishes, roles, problems);
        return annotations
            .SetItem(AnnotationKeys.SegmentSize, used.Size.ToString(CultureInfo.InvariantCulture))
            .SetItem(AnnotationKeys.SegmentTopology, used.Target);
    }

    private static bool Equal(PeerWish wish, ImmutableDictionary<string, string> own) =>
        own.GetValueOrDefault(AnnotationKeys.SegmentSize)?.Trim() == wish.Size.ToString(CultureInfo.InvariantCulture)
        && HintReader.TryTarget(own.GetValueOrDefault(AnnotationKeys.SegmentTopology)?.Trim() ?? "", out var ours)
        && HintReader.TryTarget(wish.Target, out var theirs)
        && ours == theirs;

    // Segments are cut through all members from the first on; roles that asked for none, or start amid one, are cut along.
    private static void TellCuts(IReadOnlyList<PeerWish> wishes, IReadOnlyList<GangRole> roles, ObjectProblems problems)
    {
        var used = wishes[0];
        if (used.Role is null)
        {
            return;
        }

        var start = 0;
        foreach (var role in roles)
        {
            var asked = wishes.Any(w => w.Role == role.Name && w.Size == used.Size);
            if (asked && start % used.Size != 0)
            {
                problems.Warning($"{used.Origin}: role {role.Name} begins with member {start}, amid a segment of {used.Size}; segments are counted from member 0.");
            }
            else if (!asked && role.Count > 1)
            {
                problems.Info($"{used.Origin}: role {role.Name} is cut into segments of {used.Size} as well, which is more than it asks.");
            }

            start += role.Count;
        }
    }
}
