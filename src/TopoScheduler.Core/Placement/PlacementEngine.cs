using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Search;

namespace TopoScheduler.Core.Placement;

/// <summary>
/// Plans gangs. Pure: no clock, no I/O, no randomness; equal snapshot, gang and policy give the equal plan.
/// <para>The order of <c>design.md</c> §4 is tried part by part: the whole size first, then fewer members down to gang-min; at each size inside the
/// preferred tier, then without; in each of these without a GPU cap, then with the highest cap that fits.</para>
/// <para>Power budgets that change with time count with the lowest they are while the gang runs (<see cref="ClusterSnapshot.Over"/>).</para>
/// </summary>
public static class PlacementEngine
{
    /// <summary>Plans one gang on one snapshot.</summary>
    public static PlacementResult Plan(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy) => Plan(cluster, gang, policy, null);

    /// <summary>Plans one gang on some nodes of a snapshot.</summary>
    /// <param name="cluster">The snapshot.</param>
    /// <param name="gang">The gang.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="allowed">By node index: whether it may be used; null for all.</param>
    internal static PlacementResult Plan(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy, bool[]? allowed)
    {
        var errors = gang.Problems.Where(p => p.Severity == Severity.Error && !(policy.AssumeSchedulable && p.IsNotJudged)).ToImmutableArray();
        if (gang.Size < 1) errors = errors.Add(Problem.Error(gang.Key.Id, "has no members, expected at least 1."));
        if (!errors.IsEmpty) return new(PlacementOutcome.Invalid, null, [], gang.Problems.AddRange(errors.Except(gang.Problems)), new(true, 0));
        var problem = PlacementProblem.Compile(cluster.Over(gang.Hints.ExpectedDuration), gang, policy, allowed);
        var budget = new StepBudget(policy.MaxSteps);
        var search = new GangSearch(problem, budget);
        var answer = search.Run();
        if (answer.Plan is { } plan)
        {
            var outcome = plan.GpuCapWatts is null ? PlacementOutcome.Placed : PlacementOutcome.PlacedCapped;
            return new(outcome, plan, [], gang.Problems, new(true, budget.Steps));
        }

        var reasons = FitExplainer.Explain(problem, search.SmallestTried);
        return new(
            answer.Proved ? PlacementOutcome.NoFit : PlacementOutcome.Undecided, null, reasons, gang.Problems, new(answer.Proved, budget.Steps));
    }
}
