using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>
/// Of all that stands in the way of a gang that does not fit, the one thing to name. In the roomiest domain of the tier that decides (the required one, or the
/// cluster): what takes the room that is missing. Where the cluster could hold the gang and its required tier cannot, that tier is in the way, because of it.
/// </summary>
internal static class CauseFinder
{
    /// <summary>The cause.</summary>
    /// <param name="gang">The gang.</param>
    /// <param name="tiers">Its room per tier.</param>
    /// <param name="reasons">What the engine says.</param>
    public static ExplanationCause Of(Gang gang, ImmutableArray<ExplanationTier> tiers, ImmutableArray<FitReason> reasons)
    {
        var scope = Scope(tiers);
        var required = scope.IsRequired ? NodeVerdicts.TierOf(gang.Hints.Required) : (FitConstraint?)null;
        if (scope.Best is not { } best) return new(ExplanationCauseKind.Constraint, required ?? FitConstraint.Resources, null, gang.LeastMembers, 0);
        if (best.Room >= best.Wanted || scope.CanHold > 0) return OfEngine(best, reasons);
        var because = Because(best);
        if (because == FitConstraint.Power) return new(ExplanationCauseKind.Constraint, FitConstraint.Power, PowerDomainOf(best, reasons), best.Wanted, best.Room);
        var tierDecides = required is not null && tiers.First(t => t.Tier == Tier.Cluster.Name) is { Best: { } all } && all.Room >= all.Wanted;
        var constraint = tierDecides ? required!.Value : because ?? required ?? FitConstraint.Resources;
        return new(ExplanationCauseKind.Constraint, constraint, best.Path, best.Wanted, best.Room) { Because = because };
    }

    /// <summary>The tier that decides: the required one, else the cluster.</summary>
    public static ExplanationTier Scope(ImmutableArray<ExplanationTier> tiers) => tiers.FirstOrDefault(t => t.IsRequired) ?? tiers[^1];

    /// <summary>The power domain that leaves too little to a domain; null where none is named.</summary>
    public static string? PowerDomainOf(ExplanationDomain best, ImmutableArray<FitReason> reasons) =>
        best.Reasons.Concat(reasons).FirstOrDefault(r => r is { Constraint: FitConstraint.Power, Domain: not null })?.Domain;

    // Slots and watts would do one by one: what the engine says decides.
    private static ExplanationCause OfEngine(ExplanationDomain best, ImmutableArray<FitReason> reasons)
    {
        var deciding = best.Reasons.FirstOrDefault() ?? reasons.FirstOrDefault();
        return new(ExplanationCauseKind.Constraint, deciding?.Constraint ?? FitConstraint.Other, deciding?.Domain ?? best.Path, best.Wanted, best.Room);
    }

    // What alone would do; else what takes most. Null: all of it free is too small.
    private static FitConstraint? Because(ExplanationDomain best)
    {
        if (best.Room + best.Lost.Sum(l => (long)l.Members) < best.Wanted) return null;
        return (best.Lost.FirstOrDefault(l => best.Room + l.Members >= best.Wanted) ?? best.Lost.FirstOrDefault())?.Constraint;
    }
}
