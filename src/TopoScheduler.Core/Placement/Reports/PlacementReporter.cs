using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// Plans a gang and says everything worth saying about the answer. Costs several plans (two more when placed, the bound of
/// <see cref="CounterOffers"/> more when not); for people, not for the request path. Depends on its arguments only.
/// </summary>
public static class PlacementReporter
{
    /// <summary>What a plan costs, against the best the same nodes could give: one plan more.</summary>
    public static ReportEstimate Estimate(ClusterSnapshot cluster, Gang gang, PlacementPlan plan, PlacementPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return EstimateDescription.Of(new(cluster, gang, policy), plan, EstimateDescription.Estimator(cluster, gang, policy));
    }

    /// <summary>The report for one gang.</summary>
    /// <param name="cluster">The snapshot.</param>
    /// <param name="gang">The gang.</param>
    /// <param name="policy">What plans depend on.</param>
    /// <param name="now">The moment, for what will have ended later; null where nobody knows.</param>
    public static PlacementReport Report(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy, DateTimeOffset? now = null) =>
        ReportWithPlan(cluster, gang, policy, now).Report;

    /// <summary>The same, with the plan where there is one.</summary>
    internal static (PlacementReport Report, PlacementPlan? Plan) ReportWithPlan(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy, DateTimeOffset? now, CallMemory? memory = null)
    {
        memory ??= new(cluster);
        var question = new WhatIf(cluster, gang, policy, now, memory.Emptied);
        cluster = question.Cluster;
        var result = PlacementEngine.Plan(cluster, gang, policy);
        var report = new PlacementReport
        {
            Outcome = result.Outcome,
            Search = result.Search,
            Gang = Describe(gang),
            Reasons = result.Reasons,
            Problems = result.Problems,
            Summary = "",
        };
        report = result.Outcome switch
        {
            PlacementOutcome.Invalid => report,
            PlacementOutcome.Placed or PlacementOutcome.PlacedCapped => WithPlacement(report, question, result.Plan!, policy),
            _ => WithOffers(report, question, memory.Offers),
        };
        report = report with { Problems = [.. report.Problems.Concat(gang.Problems).Distinct()] };
        return (report with { Summary = ReportSummary.Of(report, result.Plan) }, result.Plan);
    }

    private static PlacementReport WithPlacement(PlacementReport report, WhatIf question, PlacementPlan plan, PlacementPolicy policy)
    {
        var (cluster, gang) = (question.Cluster, question.Gang);
        var estimator = EstimateDescription.Estimator(cluster, gang, policy);
        var memory = MemoryDescription.Of(cluster, gang, plan);
        var chosen = RunnerUp.Explain(question, plan, policy);
        return report with
        {
            Placement = PlacementDescription.Of(cluster, gang, plan),
            Estimate = EstimateDescription.Of(question, plan, estimator),
            Memory = Describe(memory),
            Power = PowerDescription.Of(cluster, gang, plan),
            Problems = [.. report.Problems, .. estimator.Assumptions, .. memory?.Assumptions ?? [], .. Some(chosen)],
        };
    }

    private static PlacementReport WithOffers(PlacementReport report, WhatIf question, OfferBook book)
    {
        var (cluster, gang) = (question.Cluster, question.Gang);
        var (offers, leftOut) = book.Find(question.Asked, question, report.Reasons);
        var memory = MemoryDescription.Of(cluster, gang, null);
        return report with
        {
            Memory = Describe(memory),
            Power = PowerDescription.InTheWay(cluster, report.Reasons),
            CounterOffers = offers,
            Problems = [.. report.Problems, .. memory?.Assumptions ?? [], .. Some(leftOut)],
        };
    }

    internal static ReportGang Describe(Gang gang) => new(
        gang.Key.Namespace,
        gang.Key.Name,
        gang.Key.Kind,
        gang.Size,
        gang.LeastMembers,
        gang.Gpus,
        gang.Roles.IsEmpty ? 0 : gang.Roles.Max(r => r.Template.Gpus));

    private static ReportMemory? Describe(Distance.MemoryFit? memory) => memory is null
        ? null
        : new(memory.RequiredBytesPerGpu, memory.AvailableBytesPerGpu, memory.Fits, memory.MinimumGpus, memory.LatencyFloorMs);

    private static ImmutableArray<Problem> Some(Problem? problem) => problem is null ? [] : [problem];
}
