using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Required pod affinity and anti-affinity, and topology spread with DoNotSchedule, of one pod.</summary>
/// <param name="ns">The pod's namespace.</param>
/// <param name="labels">The pod's labels.</param>
/// <param name="objects">Where namespaces are looked up.</param>
internal sealed class AffinityReader(string ns, ImmutableDictionary<string, string> labels, ClusterObjects objects)
{
    private const string NamespaceName = "kubernetes.io/metadata.name";

    /// <summary>Required terms of <c>spec.affinity.podAffinity</c> or <c>podAntiAffinity</c>.</summary>
    public ImmutableArray<PodAffinityTerm> Terms(Field affinity) =>
        affinity.IsMissing ? [] : [.. affinity.Items("requiredDuringSchedulingIgnoredDuringExecution").Select(Term).OfType<PodAffinityTerm>()];

    /// <summary>Constraints of <c>spec.topologySpreadConstraints</c> that can keep a pod off a node.</summary>
    public ImmutableArray<SpreadConstraint> Spread(Field spec)
    {
        var constraints = ImmutableArray.CreateBuilder<SpreadConstraint>();
        foreach (var constraint in spec.Items("topologySpreadConstraints"))
        {
            var when = constraint.Text("whenUnsatisfiable");
            if (when is not (null or "" or "DoNotSchedule" or "ScheduleAnyway"))
            {
                constraint["whenUnsatisfiable"].Wrong("DoNotSchedule or ScheduleAnyway");
            }

            if (when == "ScheduleAnyway" || TopologyKey(constraint) is not { } key)
            {
                continue;
            }

            var maxSkew = constraint.Whole("maxSkew") ?? 1;
            if (maxSkew < 1)
            {
                constraint["maxSkew"].Wrong("a whole number of at least 1");
                maxSkew = 1;
            }

            constraints.Add(new(
                maxSkew,
                key,
                WithKeys(SelectorReader.Labels(constraint["labelSelector"]), constraint, "matchLabelKeys", SelectorOperator.In),
                Math.Max(1, constraint.Whole("minDomains") ?? 1),
                HonorAffinity: constraint.Text("nodeAffinityPolicy") != "Ignore",
                HonorTaints: constraint.Text("nodeTaintsPolicy") == "Honor"));
        }

        return constraints.ToImmutable();
    }

    private PodAffinityTerm? Term(Field term)
    {
        if (TopologyKey(term) is not { } key)
        {
            return null;
        }

        var selector = SelectorReader.Labels(term["labelSelector"]);
        selector = WithKeys(selector, term, "matchLabelKeys", SelectorOperator.In);
        selector = WithKeys(selector, term, "mismatchLabelKeys", SelectorOperator.NotIn);
        var named = term.Texts("namespaces").ToImmutableSortedSet(StringComparer.Ordinal);
        var namespaceSelector = SelectorReader.Labels(term["namespaceSelector"]);
        if (namespaceSelector is null)
        {
            return new(selector, named.IsEmpty ? [ns] : [.. named], key);
        }

        if (namespaceSelector.Requirements.IsEmpty || Selected(namespaceSelector, term) is not { } selected)
        {
            return new(selector, [], key);
        }

        var all = named.Union(selected);

        // An empty list would mean all namespaces; a selector that meets none means no pod at all.
        return all.IsEmpty ? new(null, [ns], key) : new(selector, [.. all], key);
    }

    private IEnumerable<string>? Selected(LabelSelector selector, Field term)
    {
        if (selector.Requirements is [{ Key: NamespaceName, Operator: SelectorOperator.In } byName])
        {
            return byName.Values;
        }

        if (objects.Namespaces.Count > 0)
        {
            return objects.Namespaces.Where(n => SelectorReader.Matches(selector, n.Value)).Select(n => n.Key);
        }

        var path = term["namespaceSelector"].Path;
        term.Problems.Warning($"{path}: the input holds no Namespace objects to look it up in; it is taken to mean all namespaces.");
        return null;
    }

    // matchLabelKeys: the pod's own value of the key joins the selector; keys the pod does not carry are skipped.
    private LabelSelector? WithKeys(LabelSelector? selector, Field owner, string field, SelectorOperator op)
    {
        foreach (var key in owner.Texts(field))
        {
            if (selector is not null && labels.TryGetValue(key, out var value))
            {
                selector = new(selector.Requirements.Add(new(key, op, [value])));
            }
        }

        return selector;
    }

    private static string? TopologyKey(Field owner)
    {
        if (owner.Text("topologyKey") is { Length: > 0 } key)
        {
            return key;
        }

        owner["topologyKey"].Wrong("a node label key");
        return null;
    }
}
