using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Filters;

/// <summary>Kubernetes selectors on labels. A requirement the API server would refuse holds for nothing.</summary>
internal static class LabelMatch
{
    /// <summary>Whether a requirement holds for a label value; null means that the label is missing.</summary>
    public static bool Holds(SelectorRequirement requirement, string? value)
    {
        var values = requirement.Values.IsDefault ? [] : requirement.Values;
        return requirement.Operator switch
        {
            SelectorOperator.In => value is not null && Lists(values, value),
            SelectorOperator.NotIn => values.Length > 0 && (value is null || !Lists(values, value)),
            SelectorOperator.Exists => values.Length == 0 && value is not null,
            SelectorOperator.DoesNotExist => values.Length == 0 && value is null,
            SelectorOperator.Gt => Compare(value, values) > 0,
            SelectorOperator.Lt => Compare(value, values) < 0,
            _ => false,
        };
    }

    /// <summary>Whether a pod's labels match. A null selector matches nothing, an empty one everything.</summary>
    public static bool Matches(LabelSelector? selector, ImmutableDictionary<string, string> labels)
    {
        if (selector is null) return false;
        if (selector.Requirements.IsDefault) return true;
        foreach (var requirement in selector.Requirements)
        {
            if (!Holds(requirement, labels.GetValueOrDefault(requirement.Key))) return false;
        }

        return true;
    }

    /// <summary>Whether a term means a pod: its namespace and its labels.</summary>
    public static bool Means(PodAffinityTerm term, PodTemplate pod) =>
        (term.Namespaces.IsDefaultOrEmpty || Lists(term.Namespaces, pod.Namespace)) && Matches(term.Selector, pod.Labels);

    /// <summary>Whether a pod is meant by every one of the terms: only such a pod counts for required pod affinity.</summary>
    public static bool MeansAll(ImmutableArray<PodAffinityTerm> terms, PodTemplate pod)
    {
        foreach (var term in terms)
        {
            if (!Means(term, pod)) return false;
        }

        return true;
    }

    // A loop of its own: the general search boxes the array, once per pod of the cluster.
    private static bool Lists(ImmutableArray<string> values, string value)
    {
        foreach (var listed in values)
        {
            if (string.Equals(listed, value, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static int Compare(string? value, ImmutableArray<string> values) =>
        values.Length == 1 && TryInteger(value, out var mine) && TryInteger(values[0], out var bound) ? mine.CompareTo(bound) : 0;

    private static bool TryInteger(string? text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
