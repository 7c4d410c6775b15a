using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Labels;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>
/// Annotations of the KAI scheduler (docs/topology/README.md of kai-scheduler/KAI-Scheduler; segments: docs/topology/segments). Placement stands on the
/// workload and is about all its pods; segments stand on a pod template and cut its pods by index. A level is a node label key or an alias that a
/// Topology object gives.
/// </summary>
internal static class KaiHints
{
    /// <summary>Reads placement: of the job object (role null), or of a template.</summary>
    public static void Read(string? role, int members, ImmutableDictionary<string, string> annotations, PeerContext context)
    {
        var values = new AnnotationValues(annotations, context.Problems);
        Add(PeerAsk.Required, PeerKeys.KaiRequired);
        Add(PeerAsk.Preferred, PeerKeys.KaiPreferred);
        var size = values.Whole(PeerKeys.KaiSegmentSize, 2, Math.Max(members, 2), "4");
        if (values.Has(PeerKeys.KaiSegmentSize) && !values.Has(PeerKeys.KaiSegmentRequired))
        {
            context.Problems.Warning($"{KueueHints.Origin(values, PeerKeys.KaiSegmentSize)}: not honoured without {PeerKeys.KaiSegmentRequired} beside it.");
        }
        else if (size is { } pods && Level(values, PeerKeys.KaiSegmentRequired, context) is { } target)
        {
            context.Wishes.Add(new(PeerAsk.Segment, target, KueueHints.Origin(values, PeerKeys.KaiSegmentRequired), role) { Size = pods });
        }
        else if (values.Has(PeerKeys.KaiSegmentRequired) && !values.Has(PeerKeys.KaiSegmentSize))
        {
            values.Wrong(PeerKeys.KaiSegmentRequired, $"{PeerKeys.KaiSegmentSize} beside it, for example \"4\"");
        }

        // All pods of the workload, wherever the annotation stands.
        void Add(PeerAsk ask, string key)
        {
            if (Level(values, key, context) is { } target)
            {
                context.Wishes.Add(new(ask, target, KueueHints.Origin(values, key), null));
            }
        }
    }

    /// <summary>A level as written in a field or an annotation → label key; null when it names none (told).</summary>
    public static string? Level(string text, string? topology, string origin, PeerContext context)
    {
        if (context.Objects.Peers.LabelOfLevel(topology, text) is { } label)
        {
            text = label;
        }

        if (text.Contains('/') && HintReader.TryTarget(text, out _))
        {
            return text;
        }

        context.Problems.Warning($"{origin}: not honoured; expected a node label key with a prefix, or an alias that a Topology object in the input gives.");
        return null;
    }

    private static string? Level(AnnotationValues values, string key, PeerContext context)
    {
        if (values.Text(key) is not { } text)
        {
            return null;
        }

        var origin = KueueHints.Origin(values, key);
        var topology = values.Text(PeerKeys.KaiTopology) ?? context.KaiTopology;
        if (topology is null)
        {
            context.Problems.Info($"{origin}: KAI ignores it without {PeerKeys.KaiTopology}; here it is honoured.");
        }

        return Level(text, topology, origin, context);
    }
}
