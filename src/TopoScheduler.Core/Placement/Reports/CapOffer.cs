using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Search;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The highest GPU power cap under which the gang fits, were it to accept one and its nodes to enforce it. The engine searches
/// the cap: two plans, three for a gang that may start smaller or prefers a tier.
/// </summary>
internal static class CapOffer
{
    /// <summary>The offer, or null when no cap helps or the engine has tried them all already.</summary>
    public static CounterOffer? Find(WhatIf question)
    {
        var cluster = question.Cluster;
        var gpuNodes = cluster.Nodes.Where(n => n.Power.Gpus > 0).Select(n => n.Power).ToList();
        var enforced = gpuNodes.All(n => n.CapsEnforced);
        var accepted = question.Gang.Hints.GpuWattsMin;
        if (cluster.Power.Constraints.IsEmpty || question.Gang.Gpus == 0 || gpuNodes.Count == 0 || (enforced && accepted is not null)) return null;

        var lowest = accepted ?? Math.Max(1, gpuNodes.Min(n => n.GpuMinCapWatts));
        var obeying = enforced ? cluster : Enforcing(cluster);
        // In the total order all members and the preferred tier come before a higher cap: the highest cap is that of the gang without these wishes.
        var wishes = question.Least < question.Gang.Size || question.Gang.Hints.Preferred is not null;
        var result = question.Plan(obeying, Willing(wishes ? WithoutWishes(question) : question.Gang, lowest));
        if (result.Plan?.GpuCapWatts is not { } cap) return null;
        if (wishes) result = question.Plan(obeying, Willing(question.Gang, cap));
        if (result.Plan is null) return null;
        var detail = $"a GPU power cap of {ReportText.Watts(cap)}, {Slowdown(result.Plan.Slowdown)}"
            + (accepted is null ? $"; the job must accept it (gpu-watts-min: \"{cap}\")" : "")
            + (enforced ? "" : "; nodes must enforce it (gpu-power-cap: enforced)");
        return WhatIf.Offer(CounterOfferChange.LowerGpuCap, detail, result) with
        {
            Smallest = question.Plan(obeying, Willing(wishes ? WithoutWishes(question) : question.Gang, cap + GpuCap.StepWatts)).Outcome == PlacementOutcome.NoFit,
            Apply = new() { GpuCapWatts = cap },
            Cost = new() { SlowdownPercent = Math.Round(100 * (result.Plan.Slowdown - 1), 2) },
        };
    }

    /// <summary>How a slowdown reads: <c>compute takes about 8% longer</c>.</summary>
    public static string Slowdown(double slowdown) => slowdown <= 1.0005
        ? "without slowing compute"
        : $"compute takes about {ReportText.Number(Math.Round(100 * (slowdown - 1), slowdown < 1.01 ? 2 : 0))}% longer";

    /// <summary>The gang and the cluster under this offer.</summary>
    public static (ClusterSnapshot Cluster, Gang Gang) Made(ClusterSnapshot cluster, Gang gang, int capWatts) => (Enforcing(cluster), Willing(gang, capWatts));

    private static Gang Willing(Gang gang, int watts) => gang with { Hints = gang.Hints with { GpuWattsMin = watts } };

    // Members are left out from the end, as the engine does.
    private static Gang WithoutWishes(WhatIf question)
    {
        var counts = ImmutableArray.CreateBuilder<int>(question.Gang.Roles.Length);
        var left = question.Least;
        foreach (var role in question.Gang.Roles)
        {
            counts.Add(Math.Min(left, role.Count));
            left -= counts[^1];
        }

        var fewest = WhatIf.WithCounts(question.Gang, counts.MoveToImmutable());
        return fewest with { Hints = fewest.Hints with { Preferred = null } };
    }

    private static ClusterSnapshot Enforcing(ClusterSnapshot cluster) =>
        WhatIf.WithNodes(cluster, (n, _) => n.Power.Gpus > 0 ? n with { Power = n.Power with { CapsEnforced = true } } : n);
}
