using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Topology;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>
/// Volcano's network topology (volcano.sh/en/docs/network_topology_aware_scheduling). Tiers of HyperNodes are numbered from the nodes up: tier 1 is read
/// as the leaf, 2 as the spine, and so on. <c>hard</c>: inside one HyperNode of at most that tier; <c>soft</c>: the same, if it can be had.
/// </summary>
internal static class VolcanoHints
{
    private const int MostTiers = 10;

    /// <summary>Reads a <c>networkTopology</c> field of a Job or PodGroup.</summary>
    public static void Topology(Field field, string? role, List<PeerWish> wishes)
    {
        if (!field.IsMissing && Target(field, out var soft) is { } target)
        {
            wishes.Add(new(soft ? PeerAsk.Preferred : PeerAsk.Required, target, field.Path, role));
        }
    }

    /// <summary>Reads the <c>partitionPolicy</c> of a task: partitions are segments of its pods.</summary>
    public static void Partitions(Field field, string role, List<PeerWish> wishes)
    {
        if (field.IsMissing)
        {
            return;
        }

        if (field.Whole("partitionSize") is not ({ } size and > 0))
        {
            field["partitionSize"].Wrong("the number of pods of a partition");
            return;
        }

        var topology = field["networkTopology"];
        if (topology.IsMissing || Target(topology, out var soft) is not { } target)
        {
            return;
        }

        if (soft)
        {
            field.Problems.Warning($"{topology.Path}: mode \"soft\" is not honoured for partitions; expected \"hard\".");
            return;
        }

        wishes.Add(new(PeerAsk.Segment, target, field.Path, role) { Size = size });
    }

    /// <summary>Reads the annotations, which other kinds of jobs carry on their templates.</summary>
    public static void Read(ImmutableDictionary<string, string> annotations, PeerContext context)
    {
        var values = new AnnotationValues(annotations, context.Problems);
        var mode = values.Choice(PeerKeys.VolcanoMode, ["hard", "soft"]);
        var tier = values.Whole(PeerKeys.VolcanoHighestTier, 1, MostTiers, "2");
        if (!values.Has(PeerKeys.VolcanoMode) && !values.Has(PeerKeys.VolcanoHighestTier))
        {
            return;
        }

        var key = values.Has(PeerKeys.VolcanoMode) ? PeerKeys.VolcanoMode : PeerKeys.VolcanoHighestTier;
        var origin = KueueHints.Origin(values, key);
        var soft = mode == "soft";
        if (tier is null && !soft)
        {
            context.Problems.Warning($"{origin}: hard mode without {PeerKeys.VolcanoHighestTier} bounds nothing, in Volcano as here.");
            return;
        }

        context.Wishes.Add(new(soft ? PeerAsk.Preferred : PeerAsk.Required, Name(tier ?? 1), origin, null));
    }

    private static string? Target(Field field, out bool soft)
    {
        var mode = field.Text("mode");
        soft = mode == "soft";
        if (mode is not (null or "" or "hard" or "soft"))
        {
            field["mode"].Wrong("\"hard\" or \"soft\"");
            return null;
        }

        if (field.Text("highestTierName") is { Length: > 0 } name)
        {
            return Named(field["highestTierName"], name);
        }

        if (field["highestTierAllowed"].IsMissing)
        {
            if (!soft)
            {
                field.Problems.Warning($"{field.Path}: hard mode without highestTierAllowed bounds nothing, in Volcano as here.");
            }

            return soft ? Name(1) : null;
        }

        if (field.Whole("highestTierAllowed") is { } tier)
        {
            if (tier is >= 1 and <= MostTiers)
            {
                return Name(tier);
            }

            field["highestTierAllowed"].Wrong($"a tier between 1 and {MostTiers}");
        }

        return null;
    }

    private static string? Named(Field field, string name)
    {
        if (HintReader.TryTarget(name, out _))
        {
            return name;
        }

        field.Problems.Warning($"{field.Path}: {Field.Quote(name)}: not honoured; expected highestTierAllowed, or a tier name or node label key.");
        return null;
    }

    // tier-9 is the widest that annotations can name.
    private static string Name(int tier) => tier > 3 ? "tier-" + (tier - 1).ToString(CultureInfo.InvariantCulture) : Tier.Fabric(tier - 1).Name;
}
