using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// Memory fit on the GPUs of a placement (the smallest of them counts); of a gang that is not placed, on the product most nodes have.
/// </summary>
internal static class MemoryDescription
{
    /// <summary>The judgement, or null when the gang names no model or the products are unknown.</summary>
    public static MemoryFit? Of(ClusterSnapshot cluster, Gang gang, PlacementPlan? plan)
    {
        if (gang.Hints.Model is null) return null;
        var product = plan is null ? MostCommon(cluster) : Smallest(cluster, gang, plan);
        return product is null ? null : MemoryFit.Of(gang, product.HbmBytes, product.HbmBytesPerSecond);
    }

    private static Accelerator? Smallest(ClusterSnapshot cluster, Gang gang, PlacementPlan plan)
    {
        var smallest = default(Accelerator);
        foreach (var member in plan.Members)
        {
            if (gang.Roles[member.Role].Template.Gpus == 0) continue;
            if (AcceleratorTable.Find(cluster.Nodes[member.Node].Accelerator) is not { } product) return null;
            if (smallest is null || product.HbmBytes < smallest.HbmBytes) smallest = product;
        }

        return smallest;
    }

    private static Accelerator? MostCommon(ClusterSnapshot cluster) => cluster.Nodes
        .Where(n => n.Accelerator is not null)
        .GroupBy(n => n.Accelerator!, StringComparer.Ordinal)
        .OrderByDescending(g => g.Count())
        .ThenBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => AcceleratorTable.Find(g.Key))
        .FirstOrDefault();
}
