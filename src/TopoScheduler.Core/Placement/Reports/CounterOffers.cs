using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The smallest single changes that make a gang fit, one of each kind, each verified by planning again. The number of plans is bounded: with n members,
/// v victims and raises of up to w watts, 3·(⌈log2 n⌉ + 1) for sizes and nodes, 2·(tiers + 2) for tiers, 2 for a cap, 1 + 8·(2 + ⌈log2 w⌉) for
/// budgets, ⌈log2 v⌉ + 1 + 16 for evictions. A kind that cannot help costs one or two.
/// </summary>
internal static class CounterOffers
{
    /// <summary>The offers, in the order of <see cref="CounterOfferChange"/>.</summary>
    /// <param name="question">The cluster and the gang.</param>
    /// <param name="reasons">Why it does not fit as it is.</param>
    public static ImmutableArray<CounterOffer> Find(WhatIf question, IReadOnlyList<FitReason> reasons)
    {
        var offers = ImmutableArray.CreateBuilder<CounterOffer>();
        Add(SizeOffer.Find(question));
        offers.AddRange(TierOffers.Find(question));
        Add(CapOffer.Find(question));
        Add(BudgetOffer.Find(question, reasons));
        Add(EvictionOffer.Find(question));
        Add(MoreNodesOffer.Find(question));
        return offers.ToImmutable();

        void Add(CounterOffer? offer)
        {
            if (offer is not null) offers.Add(offer);
        }
    }
}
