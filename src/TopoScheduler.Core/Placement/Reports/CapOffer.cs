using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The highest GPU power cap under which the gang fits, were it to accept one and its nodes to enforce it. One plan: the engine searches the cap.
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
        var willing = question.Gang with { Hints = question.Gang.Hints with { GpuWattsMin = lowest } };
        var result = question.Plan(enforced ? cluster : Enforcing(cluster), willing);
        if (result.Plan?.GpuCapWatts is not { } cap) return null;
        var detail = $"a GPU power cap of {ReportText.Watts(cap)}, {Slowdown(result.Plan.Slowdown)}"
            + (accepted is null ? $"; the job must accept it (gpu-watts-min: \"{cap}\")" : "")
            + (enforced ? "" : "; nodes must enforce it (gpu-power-cap: enforced)");
        return WhatIf.Offer(CounterOfferChange.LowerGpuCap, detail, result);
    }

    /// <summary>How a slowdown reads: <c>compute takes about 8% longer</c>.</summary>
    public static string Slowdown(double slowdown) => slowdown <= 1.0005
        ? "without slowing compute"
        : $"compute takes about {ReportText.Number(Math.Round(100 * (slowdown - 1), slowdown < 1.01 ? 2 : 0))}% longer";

    private static ClusterSnapshot Enforcing(ClusterSnapshot cluster) =>
        WhatIf.WithNodes(cluster, cluster.Nodes.Select(n => n.Power.Gpus > 0 ? n with { Power = n.Power with { CapsEnforced = true } } : n))
            .WithPower(cluster.Power);
}
