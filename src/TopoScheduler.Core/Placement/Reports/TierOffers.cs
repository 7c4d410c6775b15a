using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The next wider required tier that fits, and the next wider segment tier that fits; a raw label key has no wider one, it can only be dropped. At most
/// one plan per tier of the network and kind.
/// </summary>
internal static class TierOffers
{
    /// <summary>Up to two offers.</summary>
    public static IEnumerable<CounterOffer> Find(WhatIf question)
    {
        var hints = question.Gang.Hints;
        if (hints.Required is { } required)
        {
            var offer = Widen(question, "required-topology", required, t => hints with { Required = t });
            if (offer is not null) yield return offer;
        }

        if (hints.SegmentSize > 0 && hints.SegmentTier is { } segment)
        {
            var offer = Widen(question, "segment-topology", segment, t => hints with { SegmentTier = t, SegmentSize = t is null ? 0 : hints.SegmentSize });
            if (offer is not null) yield return offer;
        }
    }

    private static CounterOffer? Widen(WhatIf question, string key, TierTarget from, Func<TierTarget?, GangHints> change)
    {
        foreach (var to in Wider(question.Cluster.Topology, from))
        {
            var result = question.Plan(question.Gang with { Hints = change(to) });
            if (!WhatIf.Fits(result)) continue;
            var detail = to is null ? $"no {key} instead of {from}" : $"{key} {to} instead of {from}";
            return WhatIf.Offer(CounterOfferChange.WiderTier, detail, result);
        }

        return null;
    }

    private static IEnumerable<TierTarget?> Wider(ClusterTopology topology, TierTarget from)
    {
        if (from.LabelKey is null)
        {
            if (Tier.NvLinkDomain > from.Tier) yield return new(Tier.NvLinkDomain);
            for (var t = 0; t < topology.FabricTiers; t++)
            {
                if (Tier.Fabric(t) > from.Tier) yield return new(Tier.Fabric(t));
            }
        }

        if (from.LabelKey is not null || from.Tier != Tier.Cluster) yield return null;
    }
}
