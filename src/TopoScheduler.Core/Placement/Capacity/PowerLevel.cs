using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>What a power domain with a budget carries now.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="BudgetWatts">Its budget.</param>
/// <param name="CommittedWatts">Its load in the worst feed state, base watts included.</param>
public readonly record struct PowerLevel(PowerDomainId Domain, long BudgetWatts, long CommittedWatts)
{
    /// <summary>What is left; negative for a domain that is over.</summary>
    public long HeadroomWatts => BudgetWatts - CommittedWatts;

    /// <summary>Watts over the budget, else 0.</summary>
    public long OverWatts => Math.Max(0, -HeadroomWatts);

    /// <summary>All domains that something bounds now, in the order of <see cref="PowerModel.Domains"/>. Costs their number: the loads are kept.</summary>
    public static ImmutableArray<PowerLevel> Of(ClusterSnapshot cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var levels = ImmutableArray.CreateBuilder<PowerLevel>();
        foreach (var domain in cluster.Power.Domains)
        {
            if (domain.BudgetWatts is { } budget) levels.Add(new(new(domain.Kind, domain.Name), budget, cluster.CommittedWatts(domain.Index)));
        }

        return levels.ToImmutable();
    }
}
