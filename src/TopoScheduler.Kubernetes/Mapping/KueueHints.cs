using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>
/// Annotations of Kueue's topology-aware scheduling (kueue.sigs.k8s.io/docs/concepts/topology_aware_scheduling). They stand on the pod template and
/// are about its pod set, which is a role here; the value is the label key of a level.
/// </summary>
internal static class KueueHints
{
    private static readonly string[] OnTemplates =
        [PeerKeys.KueueRequired, PeerKeys.KueuePreferred, PeerKeys.KueueSliceRequired, PeerKeys.KueueSliceSize, PeerKeys.KueueGroupName];

    /// <summary>Reads those of one role.</summary>
    public static void Read(RoleDraft role, ImmutableDictionary<string, string> annotations, List<PeerWish> wishes, ObjectProblems problems)
    {
        var values = new AnnotationValues(annotations, problems);
        var group = values.Text(PeerKeys.KueueGroupName);
        Add(PeerAsk.Required, PeerKeys.KueueRequired);
        Add(PeerAsk.Preferred, PeerKeys.KueuePreferred);
        TellUnconstrained(values);
        Slices(role, values, wishes);

        void Add(PeerAsk ask, string key)
        {
            if (Level(values, key) is { } target)
            {
                wishes.Add(new(ask, target, Origin(values, key), role.Name) { Group = group });
            }
        }
    }

    /// <summary>Tells of those that stand on the job object, where Kueue does not look.</summary>
    public static void TellMisplaced(ImmutableDictionary<string, string> annotations, ObjectProblems problems)
    {
        foreach (var key in OnTemplates)
        {
            if (annotations.TryGetValue(key, out var value))
            {
                problems.Warning($"annotation {key}={Field.Quote(value)}: stands on the job object, where Kueue does not read it; not honoured. Expected it on the pod template.");
            }
        }
    }

    /// <summary>An annotation as messages show it.</summary>
    public static string Origin(AnnotationValues values, string key) => $"annotation {key}={Field.Quote(values.Text(key)!)}";

    /// <summary>A node label key; null when it is missing or none (told).</summary>
    public static string? Level(AnnotationValues values, string key)
    {
        if (values.Text(key) is not { } text)
        {
            return null;
        }

        if (text.Contains('/') && HintReader.TryTarget(text, out _))
        {
            return text;
        }

        values.Wrong(key, "a node label key with a prefix, such as \"cloud.provider.com/topology-rack\"");
        return null;
    }

    private static void TellUnconstrained(AnnotationValues values)
    {
        if (values.Text(PeerKeys.KueueUnconstrained) is not { } text)
        {
            return;
        }

        if (text is not ("true" or "false"))
        {
            values.Wrong(PeerKeys.KueueUnconstrained, "\"true\" or \"false\"");
        }
        else if (text == "true" && (values.Has(PeerKeys.KueueRequired) || values.Has(PeerKeys.KueuePreferred)))
        {
            values.Problems.Warning($"{Origin(values, PeerKeys.KueueUnconstrained)}: contradicts the level asked for beside it, which is used; expected one of them.");
        }
    }

    private static void Slices(RoleDraft role, AnnotationValues values, List<PeerWish> wishes)
    {
        var target = Level(values, PeerKeys.KueueSliceRequired);
        var size = values.Whole(PeerKeys.KueueSliceSize, 1, Math.Max(role.Count, 1), "4");
        if (values.Has(PeerKeys.KueueSliceSize) && !values.Has(PeerKeys.KueueSliceRequired))
        {
            values.Wrong(PeerKeys.KueueSliceSize, $"{PeerKeys.KueueSliceRequired} beside it");
        }

        if (target is null)
        {
            return;
        }

        // A JobSet's slices are its child jobs unless a size is given.
        if (size is null && role.ChildSize > 0 && !values.Has(PeerKeys.KueueSliceSize))
        {
            size = role.ChildSize;
        }

        if (size is null)
        {
            if (!values.Has(PeerKeys.KueueSliceSize))
            {
                values.Wrong(PeerKeys.KueueSliceRequired, $"{PeerKeys.KueueSliceSize} beside it, for example \"4\"");
            }

            return;
        }

        wishes.Add(new(PeerAsk.Segment, target, Origin(values, PeerKeys.KueueSliceRequired), role.Name) { Size = size.Value });
    }
}
