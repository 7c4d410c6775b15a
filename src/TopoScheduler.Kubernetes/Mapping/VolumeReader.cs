using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Where a pod's volumes let it run, and the claims that cannot be judged.</summary>
internal static class VolumeReader
{
    private const string Beta = "failure-domain.beta.kubernetes.io/";
    private const string Stable = "topology.kubernetes.io/";

    /// <summary>Labels of a volume that say where it is.</summary>
    internal static readonly string[] ZoneKeys = [Stable + "zone", Stable + "region", Beta + "zone", Beta + "region"];

    /// <summary>Node affinity of the bound claims of a pod: all must hold.</summary>
    public static ImmutableArray<ImmutableArray<NodeSelectorTerm>> Read(Field spec, string ns, ClusterObjects objects)
    {
        var affinity = ImmutableArray.CreateBuilder<ImmutableArray<NodeSelectorTerm>>();
        foreach (var volume in spec.Items("volumes"))
        {
            var claim = volume["persistentVolumeClaim"];
            if (!claim.IsMissing && claim.Text("claimName") is { } name && OfClaim(ns, name, volume, objects) is { IsEmpty: false } terms)
            {
                affinity.Add(terms);
            }
            else if (!volume["ephemeral"].IsMissing)
            {
                volume.Problems.Error($"{Problem.NotJudged}{volume.Path}: volume {Name(volume)} makes a claim of its own, which is not bound yet; expected a bound claim.");
            }
        }

        return affinity.ToImmutable();
    }

    /// <summary>Node affinity of a PersistentVolume, its zone labels included; empty when it can be used anywhere.</summary>
    public static ImmutableArray<NodeSelectorTerm> AffinityOf(Field volume)
    {
        var required = volume["spec"]["nodeAffinity"]["required"];
        var terms = required.IsMissing ? [] : SelectorReader.NodeTerms(required).Select(WithoutName).ToImmutableArray();
        var labels = LabelReader.Read(volume["metadata"], "labels");
        if (!Array.Exists(ZoneKeys, labels.ContainsKey))
        {
            return terms;
        }

        var zones = InZones(labels).Append(NoZones);
        return terms.IsEmpty ? [.. zones.Select(z => new NodeSelectorTerm(z, []))] : [.. terms.SelectMany(t => zones.Select(z => t with { Labels = t.Labels.AddRange(z) }))];
    }

    // VolumeZone leaves alone a node that has none of these labels: its cluster does without zones.
    private static ImmutableArray<SelectorRequirement> NoZones => [.. ZoneKeys.Select(key => new SelectorRequirement(key, SelectorOperator.DoesNotExist, []))];

    // Alternatives that each ask for every zone label of a volume. A node that lacks a beta label may have the one that took its place.
    private static List<ImmutableArray<SelectorRequirement>> InZones(ImmutableDictionary<string, string> labels)
    {
        List<ImmutableArray<SelectorRequirement>> all = [[]];
        foreach (var key in ZoneKeys.Where(labels.ContainsKey))
        {
            var zones = new SelectorRequirement(key, SelectorOperator.In, [.. labels[key].Split("__", StringSplitOptions.RemoveEmptyEntries)]);
            var translated = key.StartsWith(Beta, StringComparison.Ordinal)
                ? all.ConvertAll(a => a.Add(new(key, SelectorOperator.DoesNotExist, [])).Add(zones with { Key = Stable + key[Beta.Length..] }))
                : [];
            all = [.. all.Select(a => a.Add(zones)), .. translated];
        }

        return all;
    }

    // kube-scheduler holds a volume's affinity against labels alone and passes over the names in it. The term itself stays, empty or not.
    private static NodeSelectorTerm WithoutName(NodeSelectorTerm term) =>
        term with { Fields = [.. term.Fields.Select(f => f with { Operator = SelectorOperator.NotIn, Values = [""] })] };

    private static ImmutableArray<NodeSelectorTerm> OfClaim(string ns, string claim, Field volume, ClusterObjects objects)
    {
        var (pv, why) = objects.VolumeOf(ns, claim) switch
        {
            null => (null, "is not in the input"),
            "" => (null, "is not bound"),
            var bound => (bound, ""),
        };
        if (pv is not null && objects.AffinityOf(pv) is { } terms)
        {
            return terms;
        }

        why = pv is null ? why : $"is bound to persistentvolume/{pv}, which is not in the input";
        volume.Problems.Error($"{Problem.NotJudged}persistentvolumeclaim/{ns}/{claim} (volume {Name(volume)}) {why}; expected a bound claim and its volume in the input.");
        return [];
    }

    private static string Name(Field volume) => Field.Quote(volume.Text("name") ?? "");
}
