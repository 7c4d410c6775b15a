using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Where a pod's volumes let it run, and the claims that cannot be judged.</summary>
internal static class VolumeReader
{
    private static readonly string[] ZoneKeys =
    [
        "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region",
    ];

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
        var terms = required.IsMissing ? [] : SelectorReader.NodeTerms(required);
        var labels = LabelReader.Read(volume["metadata"], "labels");
        var zones = ZoneKeys.Where(labels.ContainsKey)
            .Select(key => new SelectorRequirement(key, SelectorOperator.In, [.. labels[key].Split("__", StringSplitOptions.RemoveEmptyEntries)]))
            .ToImmutableArray();
        if (zones.IsEmpty)
        {
            return terms;
        }

        return terms.IsEmpty ? [new(zones, [])] : [.. terms.Select(t => t with { Labels = t.Labels.AddRange(zones) })];
    }

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
