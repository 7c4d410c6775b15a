using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Filters;

/// <summary>Requested resources and the pod count as dimensions. A resource nobody of the gang asks for is no dimension: an overcommitted node
/// still takes a pod that asks for nothing of it.</summary>
internal static class NodeResources
{
    /// <summary>Adds the requested resources in ordinal order and, last, <see cref="ResourceList.Pods"/>.</summary>
    public static void Add(ClusterSnapshot cluster, Gang gang, DimensionSet dimensions)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var role in gang.Roles)
        {
            foreach (var (name, amount) in role.Template.Requests.Amounts)
            {
                if (amount > 0 && name != ResourceList.Pods) names.Add(name);
            }
        }

        foreach (var name in names)
        {
            dimensions.Add(name, FitConstraint.Resources, Requests(gang, name), Free(cluster, name));
        }

        var one = new long[gang.Roles.Length];
        Array.Fill(one, 1);
        dimensions.Add(ResourceList.Pods, FitConstraint.PodCount, one, FreePods(cluster));
    }

    private static long[] Requests(Gang gang, string name)
    {
        var requests = new long[gang.Roles.Length];
        for (var r = 0; r < requests.Length; r++)
        {
            requests[r] = gang.Roles[r].Template.Requests[name];
        }

        return requests;
    }

    private static long[] Free(ClusterSnapshot cluster, string name)
    {
        var allocatable = cluster.NodeColumns.Allocatable(name);
        var used = cluster.PodColumns.Used(name);
        var free = new long[allocatable.Length];
        for (var n = 0; n < free.Length; n++)
        {
            free[n] = PodColumns.Saturate(allocatable[n], -used[n]);
        }

        return free;
    }

    private static long[] FreePods(ClusterSnapshot cluster)
    {
        var allocatable = cluster.NodeColumns.Allocatable(ResourceList.Pods);
        var free = new long[allocatable.Length];
        for (var n = 0; n < free.Length; n++)
        {
            free[n] = allocatable[n] - cluster.PodsOf(n).Length;
        }

        return free;
    }
}
