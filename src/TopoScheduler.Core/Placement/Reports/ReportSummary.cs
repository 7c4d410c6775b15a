namespace TopoScheduler.Core.Placement.Reports;

/// <summary>The one sentence of a report.</summary>
internal static class ReportSummary
{
    /// <summary>Writes the sentence from the finished parts of the report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="plan">The plan, when placed.</param>
    public static string Of(PlacementReport report, PlacementPlan? plan) => report.Outcome switch
    {
        PlacementOutcome.Placed => $"Placed: {Placed(report)}.",
        PlacementOutcome.PlacedCapped => $"Placed under a GPU power cap of {Cap(plan!)}: {Placed(report)}.",
        PlacementOutcome.NoFit => $"Does not fit: {Why(report)}; {Offer(report)}.",
        PlacementOutcome.Undecided =>
            $"Undecided after {ReportText.Count(report.Search.Steps, "step")}: {Why(report)}; {Offer(report)}.",
        _ => $"Invalid: {Invalid(report)}.",
    };

    private static string Placed(PlacementReport report)
    {
        var placement = report.Placement!;
        var pods = ReportText.Pods(placement.Pods.Length, RanksOf(placement));
        var of = placement.Pods.Length < report.Gang.Size ? $" of {report.Gang.Size}" : "";
        var where = ReportText.Where(placement.Tier, placement.Domain);
        var time = report.Estimate is { CommunicationMs: > 0 } estimate ? $", {ReportText.Step(estimate.CommunicationMs)}, {Gap(estimate)}" : "";
        var watts = report.Power is { } power ? $"; adds {ReportText.Watts(power.AddedWatts)}" : "";
        return $"{pods}{of} {where}{time}{watts}";
    }

    private static int RanksOf(ReportPlacement placement) => placement.Domains.Where(d => d.Tier == placement.Domains[0].Tier).Sum(d => d.Gpus);

    private static string Gap(ReportEstimate estimate) =>
        estimate.GapPercent < 0.5 ? "the best possible" : $"{ReportText.Number(Math.Round(estimate.GapPercent))}% over the best possible";

    private static string Cap(PlacementPlan plan) => $"{ReportText.Watts(plan.GpuCapWatts ?? 0)} ({CapOffer.Slowdown(plan.Slowdown)})";

    private static string Why(PlacementReport report) => report.Reasons.IsEmpty
        ? $"no placement of {ReportText.Pods(report.Gang.Min, report.Gang.Gpus == 0 || report.Gang.Min < report.Gang.Size ? 0 : report.Gang.Gpus)} was found"
        : Lowered(ReportText.Clause(report.Reasons[0].Message));

    // The reasons come with the deciding one first; in the middle of a sentence it starts small.
    private static string Lowered(string clause) =>
        clause.Length > 1 && char.IsLower(clause[1]) ? char.ToLowerInvariant(clause[0]) + clause[1..] : clause;

    private static string Offer(PlacementReport report) => report.CounterOffers.IsEmpty
        ? "no single change that was tried makes it fit"
        : $"it fits with {report.CounterOffers[0].Detail}";

    private static string Invalid(PlacementReport report)
    {
        var error = report.Problems.FirstOrDefault(p => p.Severity == Severity.Error);
        return error is null ? "the gang cannot be understood" : ReportText.Clause($"{error.Object}: {error.Message}");
    }
}
