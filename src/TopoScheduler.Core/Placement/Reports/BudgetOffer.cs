using System.Collections.Immutable;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The smallest raise of one power domain's budget that makes the gang fit, to the watt; where no single one does, a raise of several of which none can be
/// smaller while the others stand.
/// <para>One plan without any budget. Then domain by domain, that which may do with the smallest raise by <see cref="RoomBound"/> first (of equals those that
/// plan overloads, then those the reasons name, then the widest; <see cref="MostDomains"/> at most): one plan for that raise, which is mostly the answer, else a
/// bisection above it. Raising a budget never turns a fit into none, so the bisection is exact. Domains that would need more than the best so far cost no plan. Of
/// several, those that the plan without budgets overloads are raised to what it needs, and lowered again one after the other, the widest first.</para>
/// </summary>
internal static class BudgetOffer
{
    /// <summary>Power domains tried at most.</summary>
    public const int MostDomains = 8;

    // Far above any site, far below overflow when doubled and summed.
    private const long Unbounded = 1_000_000_000_000;

    /// <summary>The offer, or null when no budget helps.</summary>
    public static CounterOffer? Find(WhatIf question, IReadOnlyList<FitReason> reasons)
    {
        var cluster = question.Cluster;
        if (cluster.Power.Constraints.IsEmpty) return null;
        var free = question.Plan(WhatIf.WithoutBudgets(cluster));
        if (free.Plan is not { } ideal) return null;

        var draws = PowerDescription.DrawsWith(cluster, question.Gang, ideal);
        var best = default((PowerDomain Domain, long Raise, PlacementResult Result)?);
        var (tried, proved) = (0, true);
        foreach (var (domain, least) in Hopeful(question.Room, Candidates(cluster.Power, draws, reasons)))
        {
            if (least >= best?.Raise) break;
            if (tried++ == MostDomains)
            {
                proved = false;
                break;
            }

            var raise = new Raise(question, domain, least);
            if (raise.Find(best?.Raise) is { } found) best = (domain, found.Raise, found.Result);
            proved &= raise.Proved;
        }

        return best is { } one ? Offer([(one.Domain, one.Raise)], one.Result, proved) : Several(question, draws);
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

    // Those a raise of which could make room, with the least such raise.
    private static IEnumerable<(PowerDomain Domain, long Least)> Hopeful(RoomBound? room, IEnumerable<PowerDomain> candidates) => candidates
        .Select(d => (Domain: d, Least: room is null ? 1 : room.LeastRaise(d, Unbounded)))
        .Where(d => d.Least is not null)
        .Select(d => (d.Domain, d.Least!.Value))
        .OrderBy(d => d.Value);

    private static CounterOffer? Several(WhatIf question, long[] draws)
    {
        var power = question.Cluster.Power;
        var over = power.Domains.Where(d => d.BudgetWatts is { } budget && power.BeforeWatts(d.Index, draws) > budget).OrderByDescending(d => d.Kind).ThenBy(d => d.Index).ToList();
        if (over.Count is < 2 or > MostDomains) return null;
        var raises = over.Select(d => power.BeforeWatts(d.Index, draws) - d.BudgetWatts!.Value).ToArray();
        var best = question.Plan(question.Cluster.WithPower(power.WithBudgets(Raised(over, raises))));
        if (!WhatIf.Fits(best)) return null;
        for (var i = 0; i < raises.Length; i++)
        {
            // 1 more than the raise, so that none at all is one of them.
            var fits = WhatIf.Smallest(raises[i], less => question.Plan(question.Cluster.WithPower(power.WithBudgets(Raised(over, With(raises, i, less - 1))))));
            if (fits is not { } found) continue;
            (raises[i], best) = (found.Value - 1, found.Result);
        }

        return Offer([.. over.Zip(raises).Where(r => r.Second > 0)], best, false);
    }

    private static long[] With(long[] raises, int index, long raise)
    {
        long[] changed = [.. raises];
        changed[index] = raise;
        return changed;
    }

    private static Dictionary<string, long?> Raised(List<PowerDomain> domains, long[] raises) =>
        domains.Zip(raises).ToDictionary(r => r.First.Id, r => (long?)(r.First.BudgetWatts!.Value + r.Second));

    private static CounterOffer Offer(ImmutableArray<(PowerDomain Domain, long Raise)> raised, PlacementResult result, bool proved)
    {
        var texts = raised.Select(r =>
            $"{ReportText.Watts(r.Raise)} more for {r.Domain.Id}: a budget of {ReportText.Watts(r.Domain.BudgetWatts!.Value + r.Raise)} instead of {ReportText.Watts(r.Domain.BudgetWatts.Value)}");
        return WhatIf.Offer(CounterOfferChange.HigherBudget, string.Join("; and ", texts), result) with
        {
            Smallest = proved,
            Apply = new() { Budgets = [.. raised.Select(r => new OfferedBudget(r.Domain.Id, r.Domain.BudgetWatts!.Value + r.Raise))] },
            Cost = new() { AddedWatts = raised.Sum(r => r.Raise) },
        };
    }

    /// <summary>The search for one domain's raise, below the least of which nothing fits.</summary>
    private sealed class Raise(WhatIf question, PowerDomain domain, long least)
    {
        private readonly long _budget = domain.BudgetWatts!.Value;

        /// <summary>False when a smaller one could not be ruled out.</summary>
        public bool Proved { get; private set; } = true;

        /// <summary>The smallest raise of this domain, if it is smaller than the best so far.</summary>
        public (long Raise, PlacementResult Result)? Find(long? below)
        {
            if (below <= least) return null;
            var most = below - 1 ?? Unbounded;
            var first = least > 1 ? With(least) : null;
            if (first?.Plan is not null) return (least, first);
            var probe = With(most);
            if (probe.Plan is not { } plan)
            {
                Proved = probe.Outcome == PlacementOutcome.NoFit;
                return null;
            }

            // What that plan needs of the domain is enough: no need to search above it.
            var load = question.Cluster.Power.BeforeWatts(domain.Index, PowerDescription.DrawsWith(question.Cluster, question.Gang, plan));
            var tried = first is null ? 0 : least;
            var enough = Math.Clamp(load - _budget, Math.Min(tried + 1, most), most);
            if (WhatIf.Smallest(enough - tried, raise => With(tried + raise)) is not { } above) return most < Unbounded ? (most, probe) : null;
            var found = above with { Value = tried + above.Value };
            Proved = above.Value == 1 && first is not null ? first.Outcome == PlacementOutcome.NoFit : found.Proved;
            return (found.Value, found.Result);
        }

        private PlacementResult With(long raise) => question.Plan(
            question.Cluster.WithPower(question.Cluster.Power.WithBudgets(new Dictionary<string, long?> { [domain.Id] = _budget + raise })));
    }
}
