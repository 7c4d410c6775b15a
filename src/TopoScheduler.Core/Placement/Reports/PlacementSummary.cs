using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>A plan in a line, without planning again: what a list of gangs shows.</summary>
/// <param name="Tier">Narrowest tier that holds all members.</param>
/// <param name="Domain">Path of that domain.</param>
/// <param name="Nodes">Nodes used.</param>
/// <param name="AddedWatts">Watts added to their draw.</param>
/// <param name="CommunicationMs">Own time per step, in ms.</param>
public sealed record PlacementSummary(string Tier, string Domain, int Nodes, long AddedWatts, double CommunicationMs)
{
    /// <summary>Sums up a plan on the snapshot it was made on.</summary>
    public static PlacementSummary Of(ClusterSnapshot cluster, Gang gang, PlacementPlan plan)
    {
        var (tier, path) = PlacementDescription.Narrowest(cluster, plan);
        var nodes = plan.Members.Select(m => m.Node).Distinct().Count();
        return new(tier.Name, path, nodes, PowerDescription.Of(cluster, gang, plan).AddedWatts, plan.Score.OwnTimeMs);
    }
}
