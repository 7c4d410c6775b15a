using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The smallest single changes that make a gang fit, one of each kind, each verified by planning again. The number of plans is bounded: with a gang of n
/// members, v victims and raises of up to w watts, 3·⌈log2(n+1)⌉ + 2·(tiers + 3) + 1 for a cap + 1 + 8·(1 + ⌈log2(w+1)⌉) for budgets + ⌈log2(v+1)⌉ + 16.
/// </summary>
internal static class CounterOffers
{
    /// <summary>The offers, in the order of <see cref="CounterOfferChange"/>.</summary>
    public static ImmutableArray<CounterOffer> Find(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy, IReadOnlyList<FitReason> reasons)
    {
        var question = new WhatIf(cluster, gang, policy);
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
