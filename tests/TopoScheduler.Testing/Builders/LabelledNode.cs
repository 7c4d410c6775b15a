using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Testing.Builders;

/// <summary>Nodes whose watts and places come from labels, through the same mapping as those of a cluster file.</summary>
public static class LabelledNode
{
    /// <summary>A node of a GPU product with as many GPUs to offer; AMD products offer <c>amd.com/gpu</c>, all others the GPU of <see cref="GangBuilder"/>.</summary>
    public static NodeInfo Of(string name, string product, int gpus, params IEnumerable<(string Key, string Value)> labels)
    {
        var amd = product.StartsWith("AMD", StringComparison.Ordinal);
        var resources = amd ? ClusterBuilder.Allocatable(0, 110).With("amd.com/gpu", gpus) : ClusterBuilder.Allocatable(gpus, 110);
        var all = ImmutableDictionary.CreateBuilder<string, string>();
        all["kubernetes.io/hostname"] = name;
        all[amd ? "amd.com/gpu.product-name" : "nvidia.com/gpu.product"] = product;
        foreach (var (key, value) in labels) all[key] = value;
        return NodeMapper.Map(new NodeFields(name, $"uid-{name}", all.ToImmutable(), resources, resources, [], false, true));
    }

    /// <summary>So many of them, <c>n0000</c> and on, as a cluster without pods.</summary>
    public static ClusterSnapshot Cluster(int count, string product, int gpus, params IEnumerable<(string Key, string Value)> labels) =>
        ClusterSnapshot.Create(Enumerable.Range(0, count).Select(i => Of(ClusterBuilder.NameOf(i), product, gpus, labels)), []);

    /// <summary>The cluster with every GPU of every node taken by one pod, which draws at full.</summary>
    public static ClusterSnapshot AtFullDraw(ClusterSnapshot cluster) =>
        cluster.Plus(cluster.Nodes.Select(n => ClusterBuilder.BoundPod(n.Name, $"full-{n.Name}", n.Power.Gpus)));
}
