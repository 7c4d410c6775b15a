using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// The reference: members go, one by one, to the first node in name order that has room and watts. A few lines of plain LINQ, blind to the network, over the
/// same snapshot. It shows what the machine can do, so that ratios mean the same on any machine.
/// </summary>
public static class FirstFit
{
    /// <summary>Node by member; null when somebody finds no place.</summary>
    public static int[]? Place(ClusterSnapshot cluster, Gang gang)
    {
        var loads = cluster.ConstraintLoads();
        var free = cluster.Nodes.Select((node, n) => gang.Roles[0].Template.Requests.Min(r => (node.Allocatable[r.Key] - cluster.UsedOf(n)[r.Key]) / r.Value)).ToArray();
        var candidates = Enumerable.Range(0, cluster.Nodes.Length)
            .Where(n => cluster.Nodes[n] is { Ready: true, Unschedulable: false } && cluster.Nodes[n].Taints.IsEmpty && free[n] > 0)
            .OrderBy(n => cluster.Nodes[n].Name, StringComparer.Ordinal)
            .SelectMany(n => Enumerable.Repeat(n, (int)Math.Min(free[n], gang.Size)))
            .Where(n => Admit(cluster, gang, n, loads))
            .Take(gang.Size)
            .ToArray();
        return candidates.Length == gang.Size ? candidates : null;
    }

    private static bool Admit(ClusterSnapshot cluster, Gang gang, int node, long[] loads)
    {
        var added = PowerDraw.OfPod(cluster.Nodes[node].Power, gang.Roles[0].Template.Power);
        var shares = cluster.Power.SharesOf(node).ToArray();
        if (shares.Any(s => loads[s.Constraint] + (s.Halves * added) > cluster.Power.Constraints[s.Constraint].LimitHalfWatts)) return false;
        foreach (var share in shares)
        {
            loads[share.Constraint] += share.Halves * added;
        }

        return true;
    }
}
