using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Filters;

/// <summary>
/// Topology spread with DoNotSchedule. Which nodes are counted follows kube-scheduler: those that have the keys of all constraints of the pod
/// and, per constraint, pass its node affinity (<c>nodeAffinityPolicy</c>) and its tolerations (<c>nodeTaintsPolicy</c>). Terminating pods
/// are not counted. Constraints that the gang's own members count in become a <see cref="SpreadLimit"/>; the others only remove nodes.
/// </summary>
internal sealed class TopologySpread(ClusterSnapshot cluster, Gang gang)
{
    private readonly List<SpreadLimit> _limits = [];

    /// <summary>Constraints that members take part in.</summary>
    public ImmutableArray<SpreadLimit> Limits => [.. _limits];

    /// <summary>Takes away the nodes a role's spread constraints forbid whatever the gang does.</summary>
    /// <param name="role">The role.</param>
    /// <param name="allowed">Nodes its node affinity allows; null for all.</param>
    /// <param name="removed">What is removed so far.</param>
    public void Judge(int role, bool[]? allowed, FitConstraint?[] removed)
    {
        var pod = gang.Roles[role].Template;
        if (pod.Spread.IsEmpty) return;
        var withKeys = WithAllKeys(pod);
        foreach (var constraint in pod.Spread)
        {
            var column = cluster.NodeColumns.Label(constraint.TopologyKey);
            var limit = Count(constraint, pod, column, Counted(constraint, pod, withKeys, allowed));
            var taken = Array.Exists(limit.Counts, static counts => counts);
            if (taken) Remember(limit, role);
            var least = taken ? 0 : Least(limit);
            for (var n = 0; n < removed.Length; n++)
            {
                var domain = column.DomainOf[n];
                if (domain < 0 || (!taken && limit.Existing[domain] - least > constraint.MaxSkew)) removed[n] ??= FitConstraint.Spread;
            }
        }
    }

    private bool[] WithAllKeys(PodTemplate pod)
    {
        var nodes = new bool[cluster.Nodes.Length];
        Array.Fill(nodes, true);
        foreach (var constraint in pod.Spread)
        {
            var domainOf = cluster.NodeColumns.Label(constraint.TopologyKey).DomainOf;
            for (var n = 0; n < nodes.Length; n++)
            {
                nodes[n] &= domainOf[n] >= 0;
            }
        }

        return nodes;
    }

    private bool[] Counted(SpreadConstraint constraint, PodTemplate pod, bool[] withKeys, bool[]? allowed)
    {
        var counted = (bool[])withKeys.Clone();
        for (var n = 0; n < counted.Length; n++)
        {
            if (constraint.HonorAffinity && allowed is not null) counted[n] &= allowed[n];
            if (constraint.HonorTaints && counted[n]) counted[n] = Taints.AllTolerated(cluster.Nodes[n].Taints, pod.Tolerations);
        }

        return counted;
    }

    private SpreadLimit Count(SpreadConstraint constraint, PodTemplate pod, LabelColumn column, bool[] counted)
    {
        var existing = new int[column.Values.Length];
        var countable = new bool[column.Values.Length];
        var domains = 0;
        // kube-scheduler counts nobody for an empty selector, although the pod itself matches it.
        var countsPods = constraint.Selector is { Requirements: { IsDefaultOrEmpty: false } };
        for (var n = 0; n < counted.Length; n++)
        {
            if (!counted[n]) continue;
            var domain = column.DomainOf[n];
            if (!countable[domain]) domains++;
            countable[domain] = true;
            if (countsPods) existing[domain] += Matching(constraint, pod.Namespace, n);
        }

        var counts = new bool[gang.Roles.Length];
        for (var r = 0; r < counts.Length; r++)
        {
            var other = gang.Roles[r].Template;
            counts[r] = countsPods && other.Namespace == pod.Namespace && LabelMatch.Matches(constraint.Selector, other.Labels);
        }

        return new(constraint.TopologyKey, column.DomainOf, existing, counts, constraint.MaxSkew, domains < constraint.MinDomains, countable)
        {
            Holders = new bool[gang.Roles.Length],
        };
    }

    private int Matching(SpreadConstraint constraint, string space, int node)
    {
        var count = 0;
        foreach (var pod in cluster.PodsOf(node))
        {
            if (!pod.Terminating && pod.Template.Namespace == space && LabelMatch.Matches(constraint.Selector, pod.Template.Labels)) count++;
        }

        return count;
    }

    private static int Least(SpreadLimit limit)
    {
        if (limit.ForceMinZero) return 0;
        var least = int.MaxValue;
        for (var d = 0; d < limit.Existing.Length; d++)
        {
            if (limit.Countable[d]) least = Math.Min(least, limit.Existing[d]);
        }

        // No countable domain: nothing to be uneven with.
        return least;
    }

    /// <summary>Roles with equal constraints hold one limit together.</summary>
    private void Remember(SpreadLimit limit, int holder)
    {
        foreach (var other in _limits)
        {
            if (other.Key == limit.Key && other.MaxSkew == limit.MaxSkew && other.ForceMinZero == limit.ForceMinZero
                && other.Existing.AsSpan().SequenceEqual(limit.Existing) && other.Counts.AsSpan().SequenceEqual(limit.Counts)
                && other.Countable.AsSpan().SequenceEqual(limit.Countable))
            {
                other.Holders[holder] = true;
                return;
            }
        }

        limit.Holders[holder] = true;
        _limits.Add(limit);
    }
}
