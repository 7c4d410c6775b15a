using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Filters;

/// <summary>
/// A limit on how many members may go into each domain of a partition of the nodes: Σ weight(role)·members(role, domain) within [Low, High].
/// Comes from pod anti-affinity of the gang to itself over a key wider than the node.
/// </summary>
/// <param name="Constraint">What it counts as in reasons.</param>
/// <param name="Key">The topology key.</param>
/// <param name="DomainOf">Domain by node index; -1 for nodes outside every domain (unlimited).</param>
/// <param name="Weights">Weight by role.</param>
/// <param name="High">Upper bound by domain.</param>
internal sealed record DomainLimit(FitConstraint Constraint, string Key, int[] DomainOf, long[] Weights, long[] High);

/// <summary>
/// A topology spread constraint that the gang's own members take part in: for domains d of the partition, after placement
/// max(Existing + members) − min(Existing + members) ≤ MaxSkew, over eligible domains; min is 0 when there are fewer than MinDomains.
/// </summary>
/// <param name="Key">The topology key.</param>
/// <param name="DomainOf">Domain by node index; -1 for nodes without the key (not eligible).</param>
/// <param name="Existing">Matching pods already there, by domain.</param>
/// <param name="Counts">By role: true when its members match the selector.</param>
/// <param name="MaxSkew">At least 1.</param>
/// <param name="ForceMinZero">True when the global minimum is taken as 0 (minDomains not reached).</param>
/// <param name="Countable">By domain: whether it takes part in the minimum.</param>
internal sealed record SpreadLimit(string Key, int[] DomainOf, int[] Existing, bool[] Counts, int MaxSkew, bool ForceMinZero, bool[] Countable);

/// <summary>
/// All members must share one domain of this partition (pod affinity of the gang to itself): judged like a required tier.
/// </summary>
/// <param name="Key">The topology key.</param>
/// <param name="DomainOf">Domain by node index; -1 for nodes without the key (not eligible).</param>
internal sealed record SharedDomain(string Key, int[] DomainOf);

/// <summary>
/// Which nodes each role may use and how much of each resource is free: kube-scheduler's default filters, judged at once for a whole gang.
/// Things that exclude each other on one node (host ports, anti-affinity per node) are expressed as extra resource dimensions.
/// </summary>
internal sealed class EligibilityTable
{
    /// <summary>Resource dimensions: names of the requested resources, <c>pods</c>, and one per host port or per-node anti-affinity rule.</summary>
    public required ImmutableArray<string> Dimensions { get; init; }

    /// <summary>By role, by dimension: what one member takes.</summary>
    public required long[][] Request { get; init; }

    /// <summary>Free amounts, <c>[node * Dimensions.Length + dimension]</c>; never negative.</summary>
    public required long[] Free { get; init; }

    /// <summary>By role, by node: null when the node may take the role (resources aside), else the constraint that removed it.</summary>
    public required FitConstraint?[][] Removed { get; init; }

    /// <summary>By role, by node: members of that role alone that fit on the node; 0 where removed. Capped at the role's count.</summary>
    public required int[][] Slots { get; init; }

    /// <summary>Limits per domain.</summary>
    public ImmutableArray<DomainLimit> DomainLimits { get; init; } = [];

    /// <summary>Spread constraints.</summary>
    public ImmutableArray<SpreadLimit> Spreads { get; init; } = [];

    /// <summary>Partitions whose one domain must hold all members.</summary>
    public ImmutableArray<SharedDomain> SharedDomains { get; init; } = [];
}

/// <summary>Judges eligibility.</summary>
internal static class Eligibility
{
    /// <summary>Evaluates all filters for a gang. A node is also removed where its watts are unknown inside a budgeted power domain.</summary>
    public static EligibilityTable Evaluate(ClusterSnapshot cluster, Gang gang) => throw new NotImplementedException();
}
