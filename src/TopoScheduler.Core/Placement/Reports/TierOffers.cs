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
            var offer = Widen(question, "required-topology", required, t => new() { RequiredTopology = t });
            if (offer is not null) yield return offer;
        }

        if (hints.SegmentSize > 0 && hints.SegmentTier is { } segment)
        {
            var offer = Widen(question, "segment-topology", segment, t => new() { SegmentTopology = t });
            if (offer is not null) yield return offer;
        }
    }

    /// <summary>The gang under this offer.</summary>
    public static Gang Made(Gang gang, OfferedChange change)
    {
        var hints = gang.Hints;
        if (Target(change.RequiredTopology) is { } required) hints = hints with { Required = required == Tier.Cluster ? null : new(required) };
        if (Target(change.SegmentTopology) is { } segment)
        {
            hints = segment == Tier.Cluster ? hints with { SegmentTier = null, SegmentSize = 0 } : hints with { SegmentTier = new(segment) };
        }

        return gang with { Hints = hints };
    }

    private static Tier? Target(string? name) => name is not null && Tier.TryParse(name, out var tier) ? tier : null;

    private static CounterOffer? Widen(WhatIf question, string key, TierTarget from, Func<string, OfferedChange> change)
    {
        var proved = true;
        foreach (var to in Wider(question.Cluster.Topology, from))
        {
            var offered = change((to?.Tier ?? Tier.Cluster).Name);
            var result = question.Plan(Made(question.Gang, offered));
            if (!WhatIf.Fits(result))
            {
                proved &= result.Outcome == PlacementOutcome.NoFit;
                continue;
            }

            var detail = to is null ? $"no {key} instead of {from}" : $"{key} {to} instead of {from}";
            return WhatIf.Offer(CounterOfferChange.WiderTier, detail, result) with { Smallest = proved, Apply = offered };
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
