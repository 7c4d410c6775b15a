using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement;

/// <summary>The pods a plan puts on its nodes, for whoever plans the next gang beside them.</summary>
public static class PlannedPods
{
    /// <summary>One pod a member, under the cap of the plan.</summary>
    /// <param name="cluster">The snapshot the plan was made on.</param>
    /// <param name="gang">The gang.</param>
    /// <param name="plan">The plan.</param>
    public static IEnumerable<PodInfo> Of(ClusterSnapshot cluster, Gang gang, PlacementPlan plan)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(gang);
        ArgumentNullException.ThrowIfNull(plan);
        var templates = Array.ConvertAll([.. gang.Roles], r => plan.GpuCapWatts is { } cap ? r.Template with { Power = r.Template.Power with { CapWatts = cap } } : r.Template);
        var firstOf = new int[gang.Roles.Length];
        for (var r = 1; r < firstOf.Length; r++) firstOf[r] = firstOf[r - 1] + gang.Roles[r - 1].Count;
        foreach (var member in plan.Members)
        {
            var name = PlacementDescription.PodName(gang, member.Role, member.Member - firstOf[member.Role]);
            yield return new(name, "", cluster.Nodes[member.Node].Name, templates[member.Role], gang.Priority, Gang: gang.Key, Member: member.Member)
            {
                LowestCapWatts = gang.Hints.GpuWattsMin,
            };
        }
    }
}
