using System.Collections.Immutable;

namespace TopoScheduler.Core.Gangs;

/// <summary>
/// Whether two pod templates say the same. Records compare arrays and dictionaries by reference, and two readings of one manifest share none. A field this
/// class does not know is compared by the record: that can only make equal things look different, which costs work and is never wrong.
/// </summary>
internal static class SameTemplate
{
    /// <summary>True when both ask for the same of a node, labels and namespace aside.</summary>
    public static bool AsksTheSame(PodTemplate a, PodTemplate b) =>
        ReferenceEquals(a, b)
        || (Bare(a) == Bare(b)
            && Same(a.NodeSelector, b.NodeSelector)
            && Same(a.NodeAffinity, b.NodeAffinity, SameTerm)
            && Same(a.Tolerations, b.Tolerations, Equals)
            && Same(a.HostPorts, b.HostPorts, Equals)
            && Same(a.Affinity, b.Affinity, SameTerm)
            && Same(a.AntiAffinity, b.AntiAffinity, SameTerm)
            && Same(a.Spread, b.Spread, static (x, y) => x with { Selector = null } == y with { Selector = null } && SameSelector(x.Selector, y.Selector))
            && Same(a.VolumeAffinity, b.VolumeAffinity, static (x, y) => Same(x, y, SameTerm)));

    /// <summary>True when a pod with <paramref name="after"/> takes and forbids on its node at least what it did with <paramref name="before"/>.</summary>
    public static bool TakesNoLess(PodTemplate before, PodTemplate after)
    {
        if (ReferenceEquals(before, after)) return true;
        if (before.Namespace != after.Namespace || !before.Requests.Equals(after.Requests) || before.Power != after.Power) return false;
        if (!Same(before.HostPorts, after.HostPorts, Equals) || !Same(before.AntiAffinity, after.AntiAffinity, SameTerm)) return false;
        foreach (var (key, value) in before.Labels)
        {
            if (!after.Labels.TryGetValue(key, out var now) || now != value) return false;
        }

        return true;
    }

    private static PodTemplate Bare(PodTemplate template) => template with
    {
        Namespace = "",
        Labels = ImmutableDictionary<string, string>.Empty,
        NodeSelector = ImmutableDictionary<string, string>.Empty,
        NodeAffinity = [],
        Tolerations = [],
        HostPorts = [],
        Affinity = [],
        AntiAffinity = [],
        Spread = [],
        VolumeAffinity = [],
    };

    private static bool SameTerm(NodeSelectorTerm a, NodeSelectorTerm b) =>
        Same(a.Labels, b.Labels, SameRequirement) && Same(a.Fields, b.Fields, SameRequirement);

    private static bool SameTerm(PodAffinityTerm a, PodAffinityTerm b) =>
        a.TopologyKey == b.TopologyKey && Same(a.Namespaces, b.Namespaces, string.Equals) && SameSelector(a.Selector, b.Selector);

    private static bool SameSelector(LabelSelector? a, LabelSelector? b) =>
        a is null || b is null ? ReferenceEquals(a, b) : Same(a.Requirements, b.Requirements, SameRequirement);

    private static bool SameRequirement(SelectorRequirement a, SelectorRequirement b) =>
        a.Key == b.Key && a.Operator == b.Operator && Same(a.Values, b.Values, string.Equals);

    private static bool Same(ImmutableDictionary<string, string> a, ImmutableDictionary<string, string> b)
    {
        if (ReferenceEquals(a, b)) return true;
        if (a.Count != b.Count) return false;
        foreach (var (key, value) in a)
        {
            if (!b.TryGetValue(key, out var other) || other != value) return false;
        }

        return true;
    }

    private static bool Same<T>(ImmutableArray<T> a, ImmutableArray<T> b, Func<T, T, bool> same)
    {
        if (a == b) return true;
        var left = a.AsSpan();
        var right = b.AsSpan();
        if (left.Length != right.Length) return false;
        for (var i = 0; i < left.Length; i++)
        {
            if (!same(left[i], right[i])) return false;
        }

        return true;
    }
}
