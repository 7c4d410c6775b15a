using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Filters;

/// <summary>
/// Anti-affinity of the gang to itself. A holder of a term keeps the members the term means out of its domain, whoever comes first. As a
/// capacity: each domain has M = gang size, a holder takes M, a member that is merely meant takes 1. So a holder shares with nobody who is
/// meant, while any number of merely meant members share with each other.
/// <code>
///   holder means itself        holder 4 of M = 4, other meant 1      |H   |  |B B |     H+H and H+B are too much
///   single holder, or          the same, holders never meet          |H   |  |B B |
///   single meant member        turned round: holder 1, meant M       |H H |  |B   |
/// </code>
/// Where several holders that do not mean themselves face several meant members, two holders are kept apart too: stricter than the rule,
/// never looser. On keys whose domains are single nodes this is a resource dimension, else a <see cref="DomainLimit"/>.
/// </summary>
internal sealed class GangExclusion(ClusterSnapshot cluster, Gang gang, DimensionSet dimensions)
{
    private readonly long _capacity = gang.Size;
    private readonly List<(string Key, long[] Weights)> _seen = [];
    private readonly List<DomainLimit> _limits = [];

    /// <summary>Limits on keys wider than the node.</summary>
    public ImmutableArray<DomainLimit> Limits => [.. _limits];

    /// <summary>Adds the rules of all roles.</summary>
    public void Add()
    {
        for (var r = 0; r < gang.Roles.Length; r++)
        {
            foreach (var term in gang.Roles[r].Template.AntiAffinity)
            {
                Add(r, term);
            }
        }
    }

    private void Add(int holder, PodAffinityTerm term)
    {
        var meant = 0;
        var weights = new long[gang.Roles.Length];
        for (var r = 0; r < weights.Length; r++)
        {
            if (!LabelMatch.Means(term, gang.Roles[r].Template)) continue;
            weights[r] = 1;
            meant += gang.Roles[r].Count;
        }

        if (meant == 0) return;
        var turned = weights[holder] == 0 && gang.Roles[holder].Count > 1 && meant == 1;
        for (var r = 0; turned && r < weights.Length; r++)
        {
            weights[r] *= _capacity;
        }

        weights[holder] = turned ? 1 : _capacity;
        if (_seen.Exists(s => s.Key == term.TopologyKey && s.Weights.AsSpan().SequenceEqual(weights))) return;
        _seen.Add((term.TopologyKey, weights));
        Add(term.TopologyKey, weights);
    }

    private void Add(string key, long[] weights)
    {
        var column = cluster.NodeColumns.Label(key);
        if (column.SingleNodes)
        {
            var free = new long[column.DomainOf.Length];
            for (var n = 0; n < free.Length; n++)
            {
                // A node without the key is in no domain: there the rule binds nobody.
                free[n] = column.DomainOf[n] >= 0 ? _capacity : _capacity * _capacity;
            }

            dimensions.Add($"antiAffinity {key} {_seen.Count}", FitConstraint.Affinity, weights, free);
            return;
        }

        var high = new long[column.Values.Length];
        Array.Fill(high, _capacity);
        _limits.Add(new(FitConstraint.Affinity, key, column.DomainOf, weights, high));
    }
}
