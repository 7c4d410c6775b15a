using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>
/// Which power domains are over their budgets, because a budget fell or others bound pods there, and which gangs to cap or move first. It only says so:
/// nobody is evicted. Pure and deterministic.
/// </summary>
public static class OvershootReporter
{
    /// <summary>Whether any domain is over its budget. Costs the number of constraints and allocates nothing: it may be asked after every event.</summary>
    public static bool IsAnyOver(ClusterSnapshot cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        foreach (var constraint in cluster.Power.Constraints)
        {
            if (cluster.HeadroomOf(constraint.Index) < 0) return true;
        }

        return false;
    }

    /// <summary>Indices of the domains over their budgets in some feed state, ascending.</summary>
    public static ImmutableArray<int> DomainsOver(ClusterSnapshot cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var over = ImmutableArray.CreateBuilder<int>();
        foreach (var constraint in cluster.Power.Constraints)
        {
            if (cluster.HeadroomOf(constraint.Index) >= 0) continue;
            if (over.Count == 0 || over[^1] != constraint.Domain) over.Add(constraint.Domain);
        }

        return over.ToImmutable();
    }

    /// <summary>Describes every domain that is over its budget, widest first, then by name. Each is judged by itself: what helps one often helps those above it.</summary>
    public static ImmutableArray<PowerOvershoot> Report(ClusterSnapshot cluster) => Report(cluster, DomainsOver(cluster));

    /// <summary>Describes these domains, which are over their budgets.</summary>
    /// <param name="cluster">Nodes, pods and power domains.</param>
    /// <param name="domains">Indices of the domains.</param>
    public static ImmutableArray<PowerOvershoot> Report(ClusterSnapshot cluster, ImmutableArray<int> domains)
    {
        if (domains.IsEmpty) return [];
        var gangs = new OvershootGangs(cluster);
        return
        [
            .. domains.OrderByDescending(d => cluster.Power.Domains[d].Kind).ThenBy(d => d).Select(d => Describe(cluster, cluster.Power.Domains[d], gangs)),
        ];
    }

    private static PowerOvershoot Describe(ClusterSnapshot cluster, PowerDomain domain, OvershootGangs gangs)
    {
        var load = new DomainLoad(cluster, domain);
        var (feed, over, budget) = (load.WorstFeed, load.OverWatts, domain.BudgetWatts ?? 0);
        var halfWatts = load.HalfWattsIn(feed);
        var found = gangs.In(domain, load);
        var leaving = halfWatts - load.HalfWattsIn(feed);
        var reliefs = new ReliefSearch(load, found).Run(gangs, feed);
        var overshoot = new PowerOvershoot
        {
            Domain = new(domain.Kind, domain.Name),
            Feed = feed,
            BudgetWatts = budget,
            CommittedWatts = budget + over,
            LeavingWatts = leaving / 2,
            Reliefs = reliefs,
            LeftWatts = reliefs.IsEmpty ? load.OverWatts : reliefs[^1].LeftWatts,
            Summary = "",
        };
        return overshoot with { Summary = OvershootText.Of(overshoot) };
    }
}
