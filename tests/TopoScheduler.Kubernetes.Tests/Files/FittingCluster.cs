using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>
/// A sample cluster that offers what the gangs of a file ask for: nodes of the accelerator and with the labels their pods name, in 2 spines of 4 leaves
/// of 8 nodes (more where one gang has more members).
/// </summary>
internal static class FittingCluster
{
    private const int Leaves = 4;
    private const int NodesPerLeaf = 8;

    public static ClusterSnapshot For(IReadOnlyList<Gang> gangs)
    {
        var templates = gangs.SelectMany(g => g.Roles).Select(r => r.Template).ToList();
        var named = NamedLabels(templates);
        var rackScale = gangs.Any(g => g.Hints.Required?.ToString() == "nvlink-domain") || named.ContainsValue("nvidia-gb200");
        var allocatable = Allocatable(templates, rackScale ? 4 : 8);
        var spines = 2 + (gangs.Sum(g => g.Size) / (Leaves * NodesPerLeaf));
        var builder = ClusterBuilder.Spines(spines).Leaves(Leaves).NodesPerLeaf(NodesPerLeaf).GpusPerNode(0);
        return builder.Nodes((i, node) => NodeMapper.Map(new(node.Name, node.Uid, Labels(i, node, named, gangs, rackScale), allocatable, allocatable, [], false, true))).Build();
    }

    private static ImmutableDictionary<string, string> NamedLabels(List<PodTemplate> templates)
    {
        var labels = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var template in templates)
        {
            foreach (var (key, value) in template.NodeSelector) labels[key] = value;
            foreach (var requirement in template.NodeAffinity.Take(1).SelectMany(t => t.Labels))
            {
                if (requirement.Operator is SelectorOperator.In) labels[requirement.Key] = requirement.Values[0];
                if (requirement.Operator is SelectorOperator.Exists) labels[requirement.Key] = "";
            }
        }

        return labels.ToImmutable();
    }

    private static ResourceList Allocatable(List<PodTemplate> templates, int devices)
    {
        var amounts = ResourceList.Of((ResourceList.Cpu, 192_000), (ResourceList.Memory, 2L << 40), (ResourceList.Pods, 110), ("ephemeral-storage", 1L << 42));
        foreach (var (name, amount) in templates.SelectMany(t => t.Requests))
        {
            if (name is not (ResourceList.Cpu or ResourceList.Memory or "ephemeral-storage"))
            {
                amounts = amounts.With(name, Math.Max(amounts[name], DeviceCounts.Of(ResourceList.Of((name, 1))).Ranks > 0 ? Math.Max(devices, amount) : amount * 4));
            }
        }

        return amounts;
    }

    private static ImmutableDictionary<string, string> Labels(int i, NodeInfo node, ImmutableDictionary<string, string> named, IReadOnlyList<Gang> gangs, bool rackScale)
    {
        var leaf = i / NodesPerLeaf;
        var labels = node.Labels
            .Add("toposcheduler.io/leaf", $"leaf-{leaf}")
            .Add("toposcheduler.io/spine", $"spine-{leaf / Leaves}")
            .Add("topology.kubernetes.io/zone", "zone-a")
            .Add("nvidia.com/gpu.product", rackScale ? "NVIDIA-GB200" : "NVIDIA-H100-80GB-HBM3");

        // Keys that are no tier of ours, such as node pools: a leaf each.
        foreach (var key in gangs.SelectMany(g => new[] { g.Hints.Required, g.Hints.Preferred, g.Hints.SegmentTier }).Select(t => t?.LabelKey).OfType<string>())
        {
            labels = labels.SetItem(key, $"at-{leaf}");
        }

        return (rackScale ? labels.Add("nvidia.com/gpu.clique", $"rack-{leaf}.0") : labels).SetItems(named);
    }
}
