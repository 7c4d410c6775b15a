using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>What a plan draws, and from which power domains.</summary>
internal static class PowerDescription
{
    /// <summary>Watts a plan adds, its cap, and every budgeted domain whose nodes it uses. Before and after are those of the worst feed state.</summary>
    public static ReportPower Of(ClusterSnapshot cluster, Gang gang, PlacementPlan plan)
    {
        var before = Draws(cluster);
        var after = DrawsWith(cluster, gang, plan);
        var used = new HashSet<int>(plan.Members.Select(m => m.Node));
        var domains = cluster.Power.Domains.Where(d => d.Nodes.Any(used.Contains));
        return new(after.Sum() - before.Sum(), plan.GpuCapWatts, Describe(cluster, domains, before, after));
    }

    /// <summary>The power domains that stand in the way of a gang that is not placed, as they are; null when power does not.</summary>
    public static ReportPower? InTheWay(ClusterSnapshot cluster, ImmutableArray<FitReason> reasons)
    {
        var named = reasons.Where(r => r.Constraint == FitConstraint.Power && r.Domain is not null).Select(r => r.Domain!).ToHashSet(StringComparer.Ordinal);
        if (named.Count == 0) return null;
        var draws = Draws(cluster);
        var domains = Describe(cluster, cluster.Power.Domains.Where(d => named.Contains(d.Id)), draws, draws);
        return domains.IsEmpty ? null : new(0, null, domains);
    }

    /// <summary>The power domains that are over their budgets in some version of a cluster, beside what another one carries there, base load and readings included.</summary>
    /// <param name="before">The other one; a domain it does not have carries nothing there.</param>
    /// <param name="after">The version that is judged.</param>
    public static ImmutableArray<ReportPowerDomain> Over(ClusterSnapshot before, ClusterSnapshot after)
    {
        var indexOf = before.Power.Domains.ToDictionary(d => d.Id, d => d.Index, StringComparer.Ordinal);
        var over = ImmutableArray.CreateBuilder<ReportPowerDomain>();
        foreach (var domain in OvershootReporter.DomainsOver(after).Select(d => after.Power.Domains[d]))
        {
            var carried = indexOf.TryGetValue(domain.Id, out var was) ? before.CommittedWatts(was) : 0;
            over.Add(new(domain.Kind.ToString().ToLowerInvariant(), domain.Name, domain.BudgetWatts ?? 0, carried, after.CommittedWatts(domain.Index)));
        }

        return over.ToImmutable();
    }

    /// <summary>Draw by node index.</summary>
    public static long[] Draws(ClusterSnapshot cluster)
    {
        var draws = new long[cluster.Nodes.Length];
        for (var n = 0; n < draws.Length; n++) draws[n] = cluster.DrawOf(n);
        return draws;
    }

    /// <summary>Draw by node index, once the plan's pods run.</summary>
    public static long[] DrawsWith(ClusterSnapshot cluster, Gang gang, PlacementPlan plan)
    {
        var draws = Draws(cluster);
        foreach (var group in plan.Members.GroupBy(m => m.Node))
        {
            var node = cluster.Nodes[group.Key].Power;
            var added = group.Sum(m => PowerDraw.OfPod(node, UnderCap(gang.Roles[m.Role].Template.Power, plan.GpuCapWatts)));
            draws[group.Key] = PowerDraw.OfNode(node, cluster.PodWattsOf(group.Key) + added);
        }

        return draws;
    }

    private static PodPower UnderCap(PodPower power, int? capWatts) => capWatts is null ? power : power with { CapWatts = capWatts };

    private static ImmutableArray<ReportPowerDomain> Describe(ClusterSnapshot cluster, IEnumerable<PowerDomain> domains, long[] before, long[] after)
    {
        var described = ImmutableArray.CreateBuilder<ReportPowerDomain>();
        foreach (var domain in domains)
        {
            if (domain.BudgetWatts is not { } budget) continue;
            described.Add(new(
                domain.Kind.ToString().ToLowerInvariant(),
                domain.Name,
                budget,
                cluster.Power.BeforeWatts(domain.Index, before),
                cluster.Power.BeforeWatts(domain.Index, after)));
        }

        return described.ToImmutable();
    }
}
