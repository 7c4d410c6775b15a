using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The smallest raise of one power domain's budget that makes the gang fit, to the watt. One plan without any budget, one per domain tried (the domains
/// that plan overloads, then those the reasons name, then the widest; <see cref="MostDomains"/> at most), and a bisection for each that helps.
/// Raising a budget never turns a fit into none, so the bisection is exact.
/// </summary>
internal static class BudgetOffer
{
    /// <summary>Power domains tried at most.</summary>
    public const int MostDomains = 8;

    // Far above any site, far below overflow when doubled and summed.
    private const long Unbounded = 1_000_000_000_000;

    /// <summary>The offer, or null when no single budget helps.</summary>
    public static CounterOffer? Find(WhatIf question, IReadOnlyList<FitReason> reasons)
    {
        var cluster = question.Cluster;
        if (cluster.Power.Constraints.IsEmpty) return null;
        var free = question.Plan(WhatIf.WithoutBudgets(cluster));
        if (free.Plan is not { } ideal) return null;

        var draws = PowerDescription.DrawsWith(cluster, question.Gang, ideal);
        var best = default((PowerDomain Domain, long Raise, PlacementResult Result)?);
        foreach (var domain in Candidates(cluster.Power, draws, reasons).Take(MostDomains))
        {
            if (Raise(question, domain, best?.Raise) is { } found) best = (domain, found.Raise, found.Result);
        }

        if (best is not { } offer) return null;
        var budget = offer.Domain.BudgetWatts!.Value;
        return WhatIf.Offer(
            CounterOfferChange.HigherBudget,
            $"{ReportText.Watts(offer.Raise)} more for {offer.Domain.Id}: a budget of {ReportText.Watts(budget + offer.Raise)} instead of {ReportText.Watts(budget)}",
            offer.Result);
    }

    private static IEnumerable<PowerDomain> Candidates(PowerModel power, long[] draws, IReadOnlyList<FitReason> reasons)
    {
        var named = reasons.Where(r => r.Domain is not null).Select(r => r.Domain!).ToHashSet(StringComparer.Ordinal);
        return power.Domains
            .Where(d => d.BudgetWatts is not null && !d.Nodes.IsEmpty)
            .OrderByDescending(d => power.BeforeWatts(d.Index, draws) > d.BudgetWatts)
            .ThenByDescending(d => named.Contains(d.Id))
            .ThenByDescending(d => d.Kind)
            .ThenBy(d => d.Index);
    }

    // The smallest raise of this domain, if it is smaller than the best so far.
    private static (long Raise, PlacementResult Result)? Raise(WhatIf question, PowerDomain domain, long? below)
    {
        if (below <= 1) return null;
        var budget = domain.BudgetWatts!.Value;
        var most = below - 1 ?? Unbounded;
        var probe = WithRaise(most);
        if (probe.Plan is not { } plan) return null;

        // What that plan needs of the domain is enough: no need to search above it.
        var load = question.Cluster.Power.BeforeWatts(domain.Index, PowerDescription.DrawsWith(question.Cluster, question.Gang, plan));
        var enough = Math.Clamp(load - budget, 1, most);
        return WhatIf.Smallest(enough, WithRaise) ?? (most < Unbounded ? (most, probe) : null);

        PlacementResult WithRaise(long raise) => question.Plan(
            question.Cluster.WithPower(question.Cluster.Power.WithBudgets(new Dictionary<string, long?> { [domain.Id] = budget + raise })));
    }
}
