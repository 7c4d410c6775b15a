using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Filters;

/// <summary>
/// A limit on how many members may go into each domain of a partition of the nodes: Σ weight(role)·members(role, domain) ≤ High.
/// Comes from pod anti-affinity of the gang to itself over a key wider than the node.
/// </summary>
/// <param name="Constraint">What it counts as in reasons.</param>
/// <param name="Key">The topology key.</param>
/// <param name="DomainOf">Domain by node index; -1 for nodes outside every domain (unlimited).</param>
/// <param name="Weights">Weight by role.</param>
/// <param name="High">Upper bound by domain.</param>
internal sealed record DomainLimit(FitConstraint Constraint, string Key, int[] DomainOf, long[] Weights, long[] High);

/// <summary>
/// A topology spread constraint that the gang's own members take part in. After placement, for every domain d that receives a member of a
/// role that holds the constraint: Existing(d) + counted members(d) − min(Existing + counted members) ≤ MaxSkew, the minimum being over the
/// countable domains, or 0 when there are fewer than MinDomains. A domain that is too full already but receives no holder is no obstacle.
/// </summary>
/// <param name="Key">The topology key.</param>
/// <param name="DomainOf">Domain by node index; -1 for nodes without the key (not eligible).</param>
/// <param name="Existing">Matching pods already there, by domain.</param>
/// <param name="Counts">By role: true when its members match the selector.</param>
/// <param name="MaxSkew">At least 1.</param>
/// <param name="ForceMinZero">True when the global minimum is taken as 0 (minDomains not reached).</param>
/// <param name="Countable">By domain: whether it takes part in the minimum.</param>
internal sealed record SpreadLimit(string Key, int[] DomainOf, int[] Existing, bool[] Counts, int MaxSkew, bool ForceMinZero, bool[] Countable)
{
    /// <summary>By role: whether its pods carry the constraint. Others are counted only.</summary>
    public required bool[] Holders { get; init; }
}

/// <summary>
/// All members must share one domain of this partition (pod affinity of the gang to itself): judged like a required tier.
/// </summary>
/// <param name="Key">The topology key.</param>
/// <param name="DomainOf">Domain by node index; -1 for nodes without the key (not eligible).</param>
internal sealed record SharedDomain(string Key, int[] DomainOf)
{
    /// <summary>By role: whether its members are among those that must be there; null for all. Putting everyone there is allowed too.</summary>
    public bool[]? Roles { get; init; }
}

/// <summary>
/// Which nodes each role may use and how much of each resource is free: kube-scheduler's default filters, judged at once for a whole gang.
/// Things that exclude each other on one node (host ports, anti-affinity per node) are expressed as extra resource dimensions.
/// </summary>
internal sealed record EligibilityTable
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

/// <summary>
/// Judges eligibility. Filters run column by column, in the order a node's first reason is reported in; each leaves alone what an earlier
/// one removed. Resources come last and only where nothing else stands in the way.
/// </summary>
internal static class Eligibility
{
    /// <summary>
    /// Evaluates all filters for a gang. A node is also removed where its watts are unknown inside a budgeted power domain, and outside the scope of a plan
    /// that is bound to some nodes.
    /// </summary>
    public static EligibilityTable Evaluate(ClusterSnapshot cluster, Gang gang, bool[]? inScope = null)
    {
        var dimensions = new DimensionSet(gang, cluster.Nodes.Length);
        NodeResources.Add(cluster, gang, dimensions);
        var resources = dimensions.Count;
        HostPorts.Add(cluster, gang, dimensions);
        var ports = dimensions.Count;
        var exclusion = new GangExclusion(cluster, gang, dimensions);
        exclusion.Add();
        var affinity = new PodAffinity(cluster, gang);
        var spread = new TopologySpread(cluster, gang);
        var removed = new FitConstraint?[gang.Roles.Length][];
        for (var r = 0; r < removed.Length; r++)
        {
            var pod = gang.Roles[r].Template;
            var mine = removed[r] = new FitConstraint?[cluster.Nodes.Length];
            var allowed = NodeMatch.Required(cluster, pod);
            RemoveUnready(cluster, pod, mine);
            RemoveOutside(inScope, FitConstraint.Tier, mine);
            RemoveOutside(allowed, FitConstraint.Affinity, mine);
            RemoveUnnamed(cluster, pod, mine);
            affinity.Judge(r, mine);
            RemoveVolumes(cluster, pod, mine);
            RemoveShort(dimensions, r, (resources, ports), mine);
            spread.Judge(r, allowed, mine);
            RemoveUnknownWatts(cluster, mine);
            RemoveShort(dimensions, r, (0, resources), mine);
        }

        return dimensions.ToTable(removed) with { DomainLimits = exclusion.Limits, Spreads = spread.Limits, SharedDomains = affinity.SharedDomains };
    }

    /// <summary>
    /// What the filters say of nodes alone, whatever pods are on them: readiness, taints, selectors, volumes, unknown watts. By node 0, or 1 + the
    /// constraint; the order of reasons is that of <see cref="Evaluate"/>.
    /// </summary>
    public static void OfNodes(ClusterSnapshot cluster, PodTemplate pod, Span<byte> verdicts)
    {
        var removed = new FitConstraint?[verdicts.Length];
        RemoveUnready(cluster, pod, removed);
        RemoveOutside(NodeMatch.Required(cluster, pod), FitConstraint.Affinity, removed);
        RemoveUnnamed(cluster, pod, removed);
        RemoveVolumes(cluster, pod, removed);
        RemoveUnknownWatts(cluster, removed);
        for (var n = 0; n < removed.Length; n++)
        {
            verdicts[n] = removed[n] is { } constraint ? (byte)(1 + (int)constraint) : (byte)0;
        }
    }

    private static void RemoveUnready(ClusterSnapshot cluster, PodTemplate pod, FitConstraint?[] removed)
    {
        var toleratesCordon = Taints.ToleratesCordon(pod.Tolerations);
        for (var n = 0; n < removed.Length; n++)
        {
            var node = cluster.Nodes[n];
            if (!node.Ready || !node.Power.Powered || (node.Unschedulable && !toleratesCordon)) removed[n] = FitConstraint.Readiness;
            else if (!Taints.AllTolerated(node.Taints, pod.Tolerations)) removed[n] = FitConstraint.Taints;
        }
    }

    private static void RemoveOutside(bool[]? allowed, FitConstraint constraint, FitConstraint?[] removed)
    {
        if (allowed is null) return;
        for (var n = 0; n < removed.Length; n++)
        {
            if (!allowed[n]) removed[n] ??= constraint;
        }
    }

    private static void RemoveVolumes(ClusterSnapshot cluster, PodTemplate pod, FitConstraint?[] removed)
    {
        foreach (var volume in pod.VolumeAffinity)
        {
            if (!volume.IsDefaultOrEmpty) RemoveOutside(NodeMatch.AnyTerm(cluster, volume), FitConstraint.Volumes, removed);
        }
    }

    private static void RemoveUnnamed(ClusterSnapshot cluster, PodTemplate pod, FitConstraint?[] removed)
    {
        if (string.IsNullOrEmpty(pod.NodeName)) return;
        var named = cluster.IndexOf(pod.NodeName);
        for (var n = 0; n < removed.Length; n++)
        {
            if (n != named) removed[n] ??= FitConstraint.Affinity;
        }
    }

    private static void RemoveUnknownWatts(ClusterSnapshot cluster, FitConstraint?[] removed)
    {
        if (cluster.Power.Constraints.IsEmpty) return;
        for (var n = 0; n < removed.Length; n++)
        {
            if (!cluster.Nodes[n].Power.WattsKnown && !cluster.Power.SharesOf(n).IsEmpty) removed[n] ??= FitConstraint.Power;
        }
    }

    private static void RemoveShort(DimensionSet dimensions, int role, (int From, int To) range, FitConstraint?[] removed)
    {
        for (var n = 0; n < removed.Length; n++)
        {
            if (removed[n] is null) removed[n] = dimensions.FirstShort(role, n, range.From, range.To);
        }
    }
}
