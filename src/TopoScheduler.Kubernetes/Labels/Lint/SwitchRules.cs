using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Switch labels that are legal but improbable: tiers numbered the wrong way round, leaves far smaller than their siblings.</summary>
internal static class SwitchRules
{
    /// <summary>Adds what they find.</summary>
    public static void Add(ClusterSnapshot cluster, FindingList findings)
    {
        foreach (var profile in cluster.Nodes.GroupBy(n => n.Location.Profile, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            CheckOrder(profile.Key, [.. profile], cluster.Topology.FabricTiers, findings);
        }

        CheckAny(cluster, findings);
        CheckSizes(cluster, findings);
    }

    // Where some nodes have labels, reading them tells of those without.
    private static void CheckAny(ClusterSnapshot cluster, FindingList findings)
    {
        var gpuNodes = cluster.Nodes.Count(n => n.Power.Gpus > 0);
        if (cluster.Topology.FabricTiers > 0 || gpuNodes < 2) return;
        findings.Add(Severity.Warning, "no-switch-labels", "cluster/topology",
            $"none of {gpuNodes} nodes with GPUs has a switch label; beyond NVLink domains no node is taken to be nearer to one than to another.", SwitchFixes.Label);
    }

    // A wider tier has fewer switches. The other way round the numbering is read from the wrong end.
    private static void CheckOrder(string profile, List<NodeInfo> nodes, int tiers, FindingList findings)
    {
        for (var t = 0; t + 1 < tiers; t++)
        {
            var labelled = nodes.Where(n => SwitchFixes.IdOf(n, t) is not null && SwitchFixes.IdOf(n, t + 1) is not null).ToList();
            var narrow = labelled.Select(n => SwitchFixes.IdOf(n, t)).Distinct(StringComparer.Ordinal).Count();
            var wide = labelled.Select(n => SwitchFixes.IdOf(n, t + 1)).Distinct(StringComparer.Ordinal).Count();
            if (wide <= narrow) continue;
            var (below, above) = (SwitchFixes.KeyOf(labelled[0], t), SwitchFixes.KeyOf(labelled[0], t + 1));
            var end = profile == "eks" ? " (on EKS layer 1 is the top)" : "";
            findings.Add(Severity.Warning, "tiers-reversed", "cluster/topology",
                $"{below} has {narrow} different value(s) but {above}, the wider tier, has {wide}; the numbering looks reversed{end}.",
                $"swap the values of {below} and {above} on every node, or correct the tool that writes them");
        }
    }

    private static void CheckSizes(ClusterSnapshot cluster, FindingList findings)
    {
        var topology = cluster.Topology;
        if (topology.FabricTiers == 0) return;
        var leaves = topology.Domains(0)
            .Where(d => d.Name != ClusterTopology.UnknownName)
            .Select(d => (Leaf: d, Nodes: Enumerable.Range(d.FirstNode, d.NodeCount).Count(n => cluster.Nodes[n].Power.Gpus > 0)))
            .Where(l => l.Nodes > 0);
        foreach (var siblings in leaves.GroupBy(l => l.Leaf.Parent))
        {
            var sizes = siblings.Select(s => s.Nodes).Order().ToList();
            if (sizes[0] == sizes[^1]) continue;
            var (usual, above) = (sizes[sizes.Count / 2], siblings.Key < 0 ? "in the cluster" : $"below {topology.Domains(1)[siblings.Key].Path}");
            foreach (var (leaf, nodes) in siblings.Where(s => s.Nodes * 2 <= usual))
            {
                var example = cluster.Nodes[leaf.FirstNode];
                findings.Add(Severity.Warning, "leaf-small", $"leaf/{leaf.Path}",
                    $"has {Commands.Count(nodes)} with GPUs where its siblings {above} usually have {usual}; are nodes of it missing, or is {SwitchFixes.KeyOf(example, 0)}=\"{leaf.Name}\" a misspelt name?",
                    $"kubectl get nodes -l {SwitchFixes.KeyOf(example, 0)}={Commands.Quote(leaf.Name)}; label the missing nodes, or correct the value on these");
            }

            findings.Add(Severity.Info, "leaves-unequal", $"{(siblings.Key < 0 ? "cluster/topology" : $"{Tier.Spine.Name}/{topology.Domains(1)[siblings.Key].Path}")}",
                $"its {sizes.Count} leaves have {sizes[0]} to {sizes[^1]} nodes with GPUs: {string.Join(", ", siblings.Take(12).Select(s => $"{s.Leaf.Name} {s.Nodes}"))}{(sizes.Count > 12 ? ", ..." : "")}.",
                "nothing to do if the racks are really filled unequally; gangs of a whole leaf differ in size");
        }
    }
}
