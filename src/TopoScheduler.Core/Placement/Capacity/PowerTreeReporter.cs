using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>Walks the power tree and says of every domain how much of its headroom can be used. Pure and deterministic.</summary>
public static class PowerTreeReporter
{
    /// <summary>Reports on the whole tree, or on one domain and what is below it.</summary>
    /// <param name="cluster">Nodes, pods and power domains.</param>
    /// <param name="domain">Index of the domain; null for all.</param>
    public static PowerTreeReport Report(ClusterSnapshot cluster, int? domain = null)
    {
        var power = cluster.Power;
        var draws = PowerDescription.Draws(cluster);
        long[] full = [.. cluster.Nodes.Select(n => PowerDraw.OfNode(n.Power, n.Power.MaxWatts))];
        var committed = Committed(cluster, draws);
        var usable = new UsableWatts(cluster, draws, committed);
        var below = Below(power, domain);
        var described = power.Domains.Where(d => below.Contains(d.Index)).OrderByDescending(d => d.Kind).ThenBy(d => d.Index).ToList();
        ImmutableArray<int> nodes = domain is { } only ? power.Domains[only].Nodes : [.. Enumerable.Range(0, cluster.Nodes.Length)];
        return new()
        {
            Total = new(
                nodes.Length,
                domain is null ? nodes.Length - power.Domains.SelectMany(d => d.Nodes).Distinct().Count() : 0,
                nodes.Sum(n => draws[n]),
                nodes.Sum(n => full[n]),
                WidestBudgets(described)),
            Domains = [.. described.Select(d => Describe(cluster, d, committed[d.Index], power.BeforeWatts(d.Index, full), usable.Of(d.Index)))],
        };
    }

    // Loads of domains that something bounds are kept; those of the others are added up, from draws that are worked out once for all of them.
    private static long[] Committed(ClusterSnapshot cluster, long[] draws) =>
    [
        .. cluster.Power.Domains.Select(d => cluster.Power.ConstraintsOf(d.Index).IsEmpty ? cluster.Power.BeforeWatts(d.Index, draws) : cluster.CommittedWatts(d.Index)),
    ];

    private static PowerTreeDomain Describe(ClusterSnapshot cluster, PowerDomain domain, long draw, long full, long usable)
    {
        var power = cluster.Power;
        var headroom = domain.BudgetWatts - draw;
        return new()
        {
            Kind = domain.Kind.ToString().ToLowerInvariant(),
            Name = domain.Name,
            Parents = [.. domain.Parents.Select(p => power.Domains[p].Id)],
            Feed = FeedOf(power, domain),
            Nodes = domain.Nodes.Length,
            BudgetWatts = domain.BudgetWatts,
            CommittedWatts = draw,
            MeasuredWatts = cluster.MeasuredWatts(domain.Index),
            HeadroomWatts = headroom,
            UsableWatts = usable,
            StrandedWatts = headroom is { } left ? Math.Max(0, left) - usable : null,
            FullDrawWatts = full,
            OverBudget = headroom < 0,
            Ample = domain.BudgetWatts > full,
        };
    }

    private static HashSet<int> Below(PowerModel power, int? domain)
    {
        // Racks come first and parents are wider, so going backwards every parent is seen before its children.
        var below = new HashSet<int>();
        foreach (var candidate in power.Domains.Reverse())
        {
            if (domain is null || candidate.Index == domain || candidate.Parents.Any(below.Contains)) below.Add(candidate.Index);
        }

        return below;
    }

    private static string? FeedOf(PowerModel power, PowerDomain domain)
    {
        if (domain.Kind != PowerDomainKind.Pdu || domain.Nodes.IsEmpty) return null;
        if (domain.Nodes.All(n => power.HalvesOf(n, domain.Index, FeedState.LostA) == 0)) return "A";
        return domain.Nodes.All(n => power.HalvesOf(n, domain.Index, FeedState.LostB) == 0) ? "B" : null;
    }

    private static long? WidestBudgets(List<PowerDomain> widestFirst)
    {
        var covered = new HashSet<int>();
        var widest = new List<PowerDomain>();
        foreach (var domain in widestFirst)
        {
            var bounded = domain.Parents.Any(covered.Contains);
            if (!bounded && domain.BudgetWatts is not null) widest.Add(domain);
            if (bounded || domain.BudgetWatts is not null) covered.Add(domain.Index);
        }

        if (widest.Count == 0) return null;
        return widest.GroupBy(d => string.Join(',', d.Nodes), StringComparer.Ordinal).Sum(same => same.Min(d => d.BudgetWatts!.Value));
    }
}
