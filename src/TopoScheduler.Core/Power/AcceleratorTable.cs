using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>
/// The accelerators whose figures are known: memory, speed and watts per product, watts per node for the servers they are sold in. Everything here
/// is a default that labels override.
/// </summary>
/// <remarks>
/// Sources, by the key each row names. SAS: S. Bekman, "ML Engineering" (2026), which collects vendor pages. 
/// GPUDB: a public GPU database (2026). MLCO2: mlco2/impact <c>data/gpus.csv</c>. MOCK: the per-model NVML profiles of NVIDIA/k8s-test-infra. DPS:
/// device specification shipped with NVIDIA Domain Power Service. RAPS: ExaDigiT/RAPS system configurations. AMD: figures as reported for the launch
/// footnotes and ISC 2025. "gk": general knowledge of the data sheet, not re-read. Idle watts without a figure are 0.12 of the maximum, lowest power
/// limits without a figure half the maximum to the next 5 W: choices of this product, not measurements.
/// </remarks>
public static class AcceleratorTable
{
    private const string MigMark = "-MIG-";
    private const string SharedMark = "-SHARED";

    private static readonly Dictionary<string, Accelerator> ByAlias = IndexAliases();
    private static readonly Dictionary<(string, int), AcceleratorNode> ByNode = AcceleratorRows.Nodes.ToDictionary(n => (n.Accelerator, n.Gpus));

    /// <summary>All products.</summary>
    public static ImmutableArray<Accelerator> All => AcceleratorRows.Products;

    /// <summary>Watts of whole nodes.</summary>
    public static ImmutableArray<AcceleratorNode> Nodes => AcceleratorRows.Nodes;

    /// <summary>
    /// The product a device label names, or null. Understands the suffixes of GPU Feature Discovery: <c>-SHARED</c> for shared GPUs and
    /// <c>-MIG-1g.5gb</c> for slices; spaces and underscores count as dashes.
    /// </summary>
    public static Accelerator? Find(string? product)
    {
        if (string.IsNullOrEmpty(product))
        {
            return null;
        }

        var key = Key(product);
        var mig = key.IndexOf(MigMark, StringComparison.Ordinal);
        key = mig > 0 ? key[..mig] : key;
        key = key.EndsWith(SharedMark, StringComparison.Ordinal) ? key[..^SharedMark.Length] : key;
        return ByAlias.GetValueOrDefault(key);
    }

    /// <summary>The product of a cloud instance type or server type (<c>p5.48xlarge</c>, <c>a3-ultragpu-8g</c>, <c>dgxh100.80g</c>), or null.</summary>
    public static Accelerator? FindByInstanceType(string? instanceType)
    {
        if (string.IsNullOrEmpty(instanceType))
        {
            return null;
        }

        foreach (var (prefix, product) in AcceleratorRows.InstanceTypes)
        {
            if (instanceType.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return Find(product);
            }
        }

        return null;
    }

    /// <summary>The row of a node with so many accelerators of a product, or null.</summary>
    public static AcceleratorNode? FindNode(Accelerator accelerator, int gpus) => ByNode.GetValueOrDefault((accelerator.Name, gpus));

    private static string Key(string text) => text.Trim().Replace(' ', '-').Replace('_', '-').ToUpperInvariant();

    private static Dictionary<string, Accelerator> IndexAliases()
    {
        var index = new Dictionary<string, Accelerator>(StringComparer.Ordinal);
        foreach (var product in AcceleratorRows.Products)
        {
            index.Add(Key(product.Name), product);
            foreach (var alias in product.Aliases)
            {
                index.TryAdd(Key(alias), product);
            }
        }

        return index;
    }
}
