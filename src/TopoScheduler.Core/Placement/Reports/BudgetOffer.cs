using System.Collections.Immutable;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The smallest raise of one power domain's budget that makes the gang fit, to the watt; where no single one does, a raise of several of which none can be
/// smaller while the others stand.
/// <para>One plan without any budget, one per domain tried (the domains that plan overloads, then those the reasons name, then the widest;
/// <see cref="MostDomains"/> at most), and a bisection for each that helps. Raising a budget never turns a fit into none, so the bisection is exact. Of
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
        var candidates = Candidates(cluster.Power, draws, reasons).ToList();
        var best = default((PowerDomain Domain, long Raise, PlacementResult Result)?);
        var proved = candidates.Count <= MostDomains;
        foreach (var domain in candidates.Take(MostDomains))
        {
            var raise = new Raise(question, domain);
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

    /// <summary>The search for one domain's raise.</summary>
    private sealed class Raise(WhatIf question, PowerDomain domain)
    {
        private readonly long _budget = domain.BudgetWatts!.Value;

        /// <summary>False when a smaller one could not be ruled out.</summary>
        public bool Proved { get; private set; } = true;

        /// <summary>The smallest raise of this domain, if it is smaller than the best so far.</summary>
        public (long Raise, PlacementResult Result)? Find(long? below)
        {
            if (below <= 1) return null;
            var most = below - 1 ?? Unbounded;
            var probe = With(most);
            if (probe.Plan is not { } plan)
            {
                Proved = probe.Outcome == PlacementOutcome.NoFit;
                return null;
            }

            // What that plan needs of the domain is enough: no need to search above it.
            var load = question.Cluster.Power.BeforeWatts(domain.Index, PowerDescription.DrawsWith(question.Cluster, question.Gang, plan));
            var enough = Math.Clamp(load - _budget, 1, most);
            if (WhatIf.Smallest(enough, With) is not { } found) return most < Unbounded ? (most, probe) : null;
            Proved = found.Proved;
            return (found.Value, found.Result);
        }

        private PlacementResult With(long raise) => question.Plan(
            question.Cluster.WithPower(question.Cluster.Power.WithBudgets(new Dictionary<string, long?> { [domain.Id] = _budget + raise })));
    }
}
