using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>What a placement costs, against the best the same nodes could give.</summary>
internal static class EstimateDescription
{
    /// <summary>Prepares an estimator with the NVLink speed of each node's product.</summary>
    public static OwnTimeEstimator Estimator(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy)
    {
        var scaleUp = new double[cluster.Nodes.Length];
        for (var n = 0; n < scaleUp.Length; n++)
        {
            var product = cluster.Nodes[n].Accelerator;
            scaleUp[n] = n > 0 && product == cluster.Nodes[n - 1].Accelerator ? scaleUp[n - 1] : AcceleratorTable.Find(product)?.ScaleUpGBps ?? 0;
        }

        return new(policy.Links, cluster.Topology, gang, scaleUp);
    }

    /// <summary>
    /// The estimate. Best possible: the own time of the same members planned with every other pod removed (DaemonSets kept) and without budgets; one
    /// plan. Never above the placement's own, should that plan be worse or not be found.
    /// </summary>
    public static ReportEstimate Of(WhatIf question, PlacementPlan plan, OwnTimeEstimator estimator)
    {
        var estimate = estimator.Estimate(PlacementDescription.NodeOfRank(question.Gang, plan));
        var best = Math.Min(BestPossibleMs(question, plan, estimator) ?? estimate.CommunicationMs, estimate.CommunicationMs);
        var gap = best > 0 ? 100 * (estimate.CommunicationMs / best - 1) : 0;
        return new(estimate.CommunicationMs, best, Math.Round(gap, 1), estimate.CrossTierBytes, Math.Round(estimate.Uniformity, 4), null);
    }

    private static double? BestPossibleMs(WhatIf question, PlacementPlan plan, OwnTimeEstimator estimator)
    {
        var gang = question.Gang;
        if (plan.Members.Length < gang.Size)
        {
            var counts = gang.Roles.Select((_, r) => plan.Members.Count(m => m.Role == r)).ToImmutableArray();
            gang = WhatIf.WithCounts(gang, counts);
        }

        return question.Plan(question.Emptied, gang).Plan is { } best ? estimator.OwnTimeMs(PlacementDescription.NodeOfRank(gang, best)) : null;
    }
}
