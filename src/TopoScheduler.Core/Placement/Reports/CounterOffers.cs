using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The smallest single changes that make a gang fit, one of each kind, each verified by planning again. The number of plans is bounded: with n members,
/// v victims, m moments and raises of up to w watts, 3·(⌈log2 n⌉ + 2) for sizes and nodes, 2·(tiers + 2) for tiers, 3 for a cap, 2 + 8·(3 + ⌈log2 w⌉) for
/// budgets, ⌈log2 v⌉ + 2 + 16 + 48 for evictions, 1 + min(⌈log2 m⌉ + 1, 48) for waiting. A kind that cannot help costs one or two, or none where
/// <see cref="RoomBound"/> says so; where it says how much is needed, that is mostly the answer, at one plan.
/// </summary>
internal static class CounterOffers
{
    /// <summary>The offers, cheapest first (<see cref="OfferCost"/>).</summary>
    /// <param name="question">The cluster and the gang.</param>
    /// <param name="reasons">Why it does not fit as it is.</param>
    public static ImmutableArray<CounterOffer> Find(WhatIf question, IReadOnlyList<FitReason> reasons)
    {
        CounterOffer?[] offers =
        [
            SizeOffer.Find(question),
            .. TierOffers.Find(question),
            CapOffer.Find(question),
            BudgetOffer.Find(question, reasons),
            EvictionOffer.Find(question),
            WaitOffer.Find(question),
            MoreNodesOffer.Find(question),
        ];
        return
        [
            .. offers.OfType<CounterOffer>().OrderBy(o => o.Cost).ThenBy(o => o.EstimateMs ?? 0).ThenBy(o => o.Change).ThenBy(o => o.Detail, StringComparer.Ordinal),
        ];
    }
}
