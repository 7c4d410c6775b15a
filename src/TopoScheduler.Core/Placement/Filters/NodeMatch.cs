using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Filters;

/// <summary>Node selectors and node affinity, judged once per distinct label value and then spread over the nodes.</summary>
internal static class NodeMatch
{
    /// <summary>Nodes that have the pod's node selector and meet its required node affinity; null when it asks for nothing.</summary>
    public static bool[]? Required(ClusterSnapshot cluster, PodTemplate pod)
    {
        if (pod.NodeSelector.IsEmpty && pod.NodeAffinity.IsDefaultOrEmpty) return null;
        var nodes = pod.NodeAffinity.IsDefaultOrEmpty ? All(cluster) : AnyTerm(cluster, pod.NodeAffinity);
        foreach (var (key, value) in pod.NodeSelector)
        {
            Keep(cluster, nodes, new(key, SelectorOperator.In, [value]));
        }

        return nodes;
    }

    /// <summary>Nodes that meet at least one of the terms. A term without requirements is met by no node.</summary>
    public static bool[] AnyTerm(ClusterSnapshot cluster, ImmutableArray<NodeSelectorTerm> terms)
    {
        var any = new bool[cluster.Nodes.Length];
        foreach (var term in terms)
        {
            if (term.Labels.IsDefaultOrEmpty && term.Fields.IsDefaultOrEmpty) continue;
            var nodes = NamedBy(cluster, term.Fields);
            foreach (var requirement in term.Labels.IsDefault ? [] : term.Labels)
            {
                Keep(cluster, nodes, requirement);
            }

            for (var n = 0; n < any.Length; n++)
            {
                any[n] |= nodes[n];
            }
        }

        return any;
    }

    private static bool[] All(ClusterSnapshot cluster)
    {
        var nodes = new bool[cluster.Nodes.Length];
        Array.Fill(nodes, true);
        return nodes;
    }

    private static void Keep(ClusterSnapshot cluster, bool[] nodes, SelectorRequirement requirement)
    {
        var column = cluster.NodeColumns.Label(requirement.Key);
        var holds = new bool[column.Values.Length + 1];
        holds[0] = LabelMatch.Holds(requirement, null);
        for (var d = 0; d < column.Values.Length; d++)
        {
            holds[d + 1] = LabelMatch.Holds(requirement, column.Values[d]);
        }

        for (var n = 0; n < nodes.Length; n++)
        {
            nodes[n] &= holds[column.DomainOf[n] + 1];
        }
    }

    /// <summary>Only <c>metadata.name</c> with In or NotIn and one value is valid on fields; anything else holds for no node.</summary>
    private static bool[] NamedBy(ClusterSnapshot cluster, ImmutableArray<SelectorRequirement> fields)
    {
        var nodes = All(cluster);
        foreach (var field in fields.IsDefault ? [] : fields)
        {
            var valid = field.Key == "metadata.name" && field.Values is { IsDefault: false, Length: 1 };
            var named = valid ? cluster.IndexOf(field.Values[0]) : -1;
            if (valid && field.Operator == SelectorOperator.NotIn)
            {
                if (named >= 0) nodes[named] = false;
                continue;
            }

            var keep = named >= 0 && field.Operator == SelectorOperator.In && nodes[named];
            Array.Clear(nodes);
            if (keep) nodes[named] = true;
        }

        return nodes;
    }
}
