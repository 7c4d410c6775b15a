using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>A pod as its author wrote it: without the node it was given, and without the pin of a plan.</summary>
internal static class FreedPod
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    /// <summary>The pod without them.</summary>
    public static Tree Of(Tree pod)
    {
        var spec = Without(pod["spec"], "nodeName");
        if (pod["metadata"]["annotations"][AnnotationKeys.Placement].Text.Length > 0) spec = Unpinned(spec);
        return With(pod, "spec", spec);
    }

    // A pin stands in the matchFields of every term.
    private static Tree Unpinned(Tree spec)
    {
        var (affinity, nodes) = (spec["affinity"], spec["affinity"]["nodeAffinity"]);
        var terms = new List<Tree>();
        foreach (var term in nodes[Required]["nodeSelectorTerms"].Items)
        {
            if (!term["matchExpressions"].Items.IsEmpty) terms.Add(Without(term, "matchFields"));
        }

        nodes = terms.Count == 0 ? Without(nodes, Required) : With(nodes, Required, With(nodes[Required], "nodeSelectorTerms", Tree.List(terms, nodes.Line)));
        return affinity.Kind == TreeKind.Map ? With(spec, "affinity", With(affinity, "nodeAffinity", nodes)) : spec;
    }

    private static Tree Without(Tree map, string key)
    {
        if (map.Kind != TreeKind.Map) return map;
        var entries = new List<KeyValuePair<string, Tree>>();
        foreach (var entry in map.Entries)
        {
            if (entry.Key != key) entries.Add(entry);
        }

        return Tree.Map(entries, map.Line);
    }

    private static Tree With(Tree map, string key, Tree value)
    {
        var entries = new List<KeyValuePair<string, Tree>>();
        foreach (var entry in map.Entries)
        {
            if (entry.Key != key) entries.Add(entry);
        }

        entries.Add(new(key, value));
        return Tree.Map(entries, map.Line);
    }
}
