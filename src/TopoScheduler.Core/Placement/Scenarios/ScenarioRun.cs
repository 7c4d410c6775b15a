using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>
/// A scenario with those who lost their place planned again, the most important first, each beside the earlier ones: the cluster to ask about jobs, and what
/// to say of it when they have been asked.
/// </summary>
public sealed class ScenarioRun
{
    // A row of lone pods may be thousands; each is a plan.
    private const int MostPlanned = 1_000;

    private readonly ClusterSnapshot _before;
    private readonly ImmutableArray<ScenarioChange> _changes;
    private readonly ImmutableArray<ReportDisplaced>.Builder _displaced = ImmutableArray.CreateBuilder<ReportDisplaced>();

    private ScenarioRun(ClusterSnapshot before, ScenarioResult result)
    {
        (_before, _changes, Cluster, Problems) = (before, result.Changes, result.Cluster, result.Problems);
    }

    /// <summary>The cluster as it would be, the displaced gangs that fit in their new places.</summary>
    public ClusterSnapshot Cluster { get; private set; }

    /// <summary>What is not understood; then the cluster is as it was.</summary>
    public ImmutableArray<Problem> Problems { get; }

    /// <summary>Makes the changes and plans who lost a place.</summary>
    /// <param name="cluster">The cluster as it is.</param>
    /// <param name="request">What shall be different.</param>
    /// <param name="policy">What plans depend on.</param>
    public static ScenarioRun Of(ClusterSnapshot cluster, ScenarioRequest request, PlacementPolicy policy)
    {
        var result = Scenario.Apply(cluster, request);
        var run = new ScenarioRun(cluster, result);
        foreach (var gang in result.Displaced) run.Plan(gang, policy);
        return run;
    }

    /// <summary>What to say of it; null where nothing was changed.</summary>
    /// <param name="last">The cluster with the jobs that were asked about in their places, too.</param>
    public ReportScenario? Report(ClusterSnapshot last)
    {
        if (_changes.IsEmpty) return null;
        var report = new ReportScenario { Changes = _changes, Displaced = _displaced.ToImmutable(), Over = PowerDescription.Over(_before, last), Summary = "" };
        return report with { Summary = Summary(report) };
    }

    private void Plan(Gang gang, PlacementPolicy policy)
    {
        var (outcome, plan, message) = (PlacementOutcome.Undecided, default(PlacementPlan), $"not planned: more than {MostPlanned} lost their place");
        if (_displaced.Count < MostPlanned)
        {
            var result = PlacementEngine.Plan(Cluster, gang, policy);
            (outcome, plan) = (result.Outcome, result.Plan);
            message = ReportText.Clause(result.Reasons is [var first, ..] ? first.Message : result.Problems.FirstOrDefault()?.Message ?? "no placement was found");
        }

        var narrowest = plan is null ? default : PlacementDescription.Narrowest(Cluster, plan);
        if (plan is not null)
        {
            message = $"{ReportText.Pods(plan.Members.Length, gang.Gpus)} {ReportText.Where(narrowest.Tier.Name, narrowest.Path)}"
                + (plan.GpuCapWatts is { } cap ? $" under a GPU power cap of {ReportText.Watts(cap)}" : "");
            Cluster = Cluster.Plus(PlannedPods.Of(Cluster, gang, plan));
        }

        _displaced.Add(new(
            gang.Key.Id, gang.Priority, gang.Size, gang.Gpus, outcome, plan is null ? null : narrowest.Tier.Name, plan is null ? null : narrowest.Path,
            plan?.Score.OwnTimeMs, message));
    }

    private static string Summary(ReportScenario report)
    {
        var lost = report.Displaced.Count(d => d.Tier is null);
        var displaced = report.Displaced.IsEmpty ? "nobody loses a place"
            : lost == 0 ? $"{ReportText.Count(report.Displaced.Length, "gang or lone pod", "gangs and lone pods")} displaced, all of which fit elsewhere"
            : $"{ReportText.Count(report.Displaced.Length, "gang or lone pod", "gangs and lone pods")} displaced, of which {lost} fit nowhere else";
        return $"What if: {ReportText.Count(report.Changes.Length, "change")}; {displaced}{(report.Over.IsEmpty ? "" : $"; {ReportText.Count(report.Over.Length, "power domain")} over budget")}.";
    }
}
