using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>Which accelerators a node has, as its labels and resources tell.</summary>
/// <param name="Product">The product as the label spells it; null when nothing names one.</param>
/// <param name="Known">The product's figures; null when there are none.</param>
/// <param name="Gpus">Physical accelerators, whether or not they are sliced or shared.</param>
internal readonly record struct NodeAccelerators(string? Product, Accelerator? Known, int Gpus);

/// <summary>Reads product and number of a node's accelerators.</summary>
internal static class AcceleratorLabels
{
    private const string GpuCount = "nvidia.com/gpu.count";
    private const string GpuSlices = "nvidia.com/gpu.slices.gi";
    private const string GpuReplicas = "nvidia.com/gpu.replicas";
    private const string MigMark = "-MIG-";
    private const string MigResource = "nvidia.com/mig-";
    private const string Nvidia = "nvidia.com/gpu";
    private const string NvidiaShared = "nvidia.com/gpu.shared";
    private const int MostReplicas = 1024;
    private const int MostGpus = 1024;

    /// <summary>Keys that name the product, most exact first.</summary>
    public static readonly ImmutableArray<string> ProductKeys =
    [
        "nvidia.com/gpu.product", "amd.com/gpu.product-name", "beta.amd.com/gpu.product-name", "cloud.google.com/gke-accelerator",
        "alibabacloud.com/gpu-card-model",
    ];

    /// <summary>Keys of the instance type, for nodes on which no device label names the product.</summary>
    public static readonly ImmutableArray<string> InstanceTypeKeys = ["node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type", "type"];

    /// <summary>Names the family (<c>a100</c>) but not the memory size, so it is asked last.</summary>
    public const string FamilyKey = "karpenter.k8s.aws/instance-gpu-name";

    /// <summary>Extended resources that are accelerators.</summary>
    public static readonly ImmutableArray<string> Resources =
    [
        Nvidia, NvidiaShared, "amd.com/gpu", "habana.ai/gaudi", "gpu.intel.com/xe", "gpu.intel.com/i915", "aws.amazon.com/neuron",
        "google.com/tpu", "alibabacloud.com/gpu-count",
    ];

    public static NodeAccelerators Read(NodeLabels labels, ResourceList resources, ImmutableArray<Problem>.Builder problems)
    {
        var (product, known) = Product(labels);
        var gpus = Count(labels, resources, product, problems);
        return gpus == 0 ? new(null, null, 0) : new(product, known, gpus);
    }

    private static (string? Product, Accelerator? Known) Product(NodeLabels labels)
    {
        string? first = null;
        foreach (var key in ProductKeys)
        {
            if (labels[key] is { } product)
            {
                if (AcceleratorTable.Find(product) is { } known)
                {
                    return (product, known);
                }

                first ??= product;
            }
        }

        if (first is not null)
        {
            // A named product without figures is not replaced by a guess from the machine it is in.
            return (first, null);
        }

        foreach (var key in InstanceTypeKeys)
        {
            if (AcceleratorTable.FindByInstanceType(labels[key]) is { } known)
            {
                return (known.Name, known);
            }
        }

        return (labels[FamilyKey], AcceleratorTable.Find(labels[FamilyKey]));
    }

    /// <summary>
    /// The count label tells physical GPUs, whatever the device plugin offers of them; only under the single MIG strategy it counts slices. Without
    /// it, what the node offers.
    /// </summary>
    private static int Count(NodeLabels labels, ResourceList resources, string? product, ImmutableArray<Problem>.Builder problems)
    {
        var counted = labels.Whole(GpuCount, (0, MostGpus), $"a whole number of GPUs between 0 and {MostGpus}, for example \"8\"", problems);
        if (counted is { } count)
        {
            var sliced = product is not null && product.Contains(MigMark, StringComparison.OrdinalIgnoreCase);
            var slices = sliced ? labels.Whole(GpuSlices, (1, 7), "a whole number of GPU slices between 1 and 7", problems) : null;
            return (int)(slices is { } gi ? (count + PerGpu(gi) - 1) / PerGpu(gi) : count);
        }

        var offered = 0L;
        foreach (var resource in Resources)
        {
            offered = Math.Max(offered, resources[resource]);
        }

        var shared = Math.Max(resources[Nvidia], resources[NvidiaShared]);
        if (shared > 0 && labels.Whole(GpuReplicas, (0, MostReplicas), $"a whole number of replicas between 0 and {MostReplicas}", problems) is { } replicas and > 1)
        {
            offered = (shared + replicas - 1) / replicas;
        }

        return (int)Math.Min(Math.Max(offered, OfSlices(resources)), MostGpus);
    }

    /// <summary>Fewest GPUs that can hold the MIG slices a node offers as resources of their own.</summary>
    private static long OfSlices(ResourceList resources)
    {
        var sevenths = 0L;
        foreach (var (name, amount) in resources)
        {
            if (name.StartsWith(MigResource, StringComparison.Ordinal) && name.Length > MigResource.Length && char.IsAsciiDigit(name[MigResource.Length]))
            {
                sevenths += Math.Min(amount, MostGpus * 7) * (name[MigResource.Length] - '0');
            }
        }

        return (sevenths + 6) / 7;
    }

    /// <summary>How many slices of a size fit one GPU: memory comes in eighths, of which a 3-slice takes four.</summary>
    private static long PerGpu(long slices) => slices switch { 1 => 7, 2 => 3, 3 => 2, _ => 1 };
}
