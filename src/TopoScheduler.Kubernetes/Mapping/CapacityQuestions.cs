using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Capacity;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Which accelerator resources a cluster offers, as questions of capacity: one for each.</summary>
public static class CapacityQuestions
{
    /// <summary>Most devices a pod asks for where nobody says how many.</summary>
    private const int MostPerPod = 8;

    /// <summary>One question for each resource some node offers, whole devices before slices, then in ordinal order of name.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="perPod">Devices a pod asks for; null for what the best equipped node offers, at most 8, and for single slices.</param>
    public static ImmutableArray<CapacityQuestion> Of(ClusterSnapshot cluster, int? perPod)
    {
        var most = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var node in cluster.Nodes)
        {
            foreach (var (name, amount) in node.Allocatable)
            {
                if (amount > 0 && DeviceCounts.IsDevice(name)) most[name] = Math.Max(most.GetValueOrDefault(name), amount);
            }
        }

        return [.. most.Select(m => Question(m.Key, perPod ?? Usual(m.Key, m.Value))).OrderBy(q => IsWhole(q.Resource) ? 0 : 1)];
    }

    private static CapacityQuestion Question(string resource, int perPod) => new()
    {
        Resource = resource,
        PerPod = perPod,
        PhysicalPerPod = Physical(resource, perPod),
    };

    private static int Usual(string resource, long most) => IsWhole(resource) ? (int)Math.Min(most, MostPerPod) : 1;

    private static bool IsWhole(string resource) => Physical(resource, 1) >= 1 && !resource.EndsWith(".shared", StringComparison.Ordinal);

    private static double Physical(string resource, int amount) => DeviceCounts.Of(ResourceList.Of((resource, amount))).Physical;
}
