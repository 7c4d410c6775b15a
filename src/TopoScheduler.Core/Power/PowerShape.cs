using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>
/// What does not change with time or with the height of a budget: which inequalities there are, and which nodes count in each. Models that differ in
/// budgets alone share one.
/// </summary>
internal sealed class PowerShape
{
    private const int States = 3;

    private readonly PowerShare[] _shares;
    private readonly int[] _firstShare;
    private readonly int[] _firstRow;

    /// <summary>The shape for the domains that are bounded at some time.</summary>
    /// <param name="domains">All domains.</param>
    /// <param name="shares">How nodes count in each.</param>
    /// <param name="bounded">By domain: whether something bounds it at some time.</param>
    /// <param name="nodes">How many nodes there are.</param>
    public PowerShape(ImmutableArray<PowerDomain> domains, ImmutableArray<DomainShares> shares, bool[] bounded, int nodes)
    {
        Rows = [.. domains.Where(d => bounded[d.Index]).SelectMany(d => StatesOf(shares[d.Index]).Select(s => (d.Index, s)))];
        (_firstShare, _shares) = FindShares(domains, shares, nodes);
        _firstRow = new int[domains.Length + 1];
        foreach (var (domain, _) in Rows) _firstRow[domain + 1]++;
        for (var d = 0; d < domains.Length; d++) _firstRow[d + 1] += _firstRow[d];
    }

    /// <summary>Domain and feed state of every inequality.</summary>
    public ImmutableArray<(int Domain, FeedState State)> Rows { get; }

    /// <summary>The inequalities of a domain: index of the first, and of the first after them.</summary>
    public (int First, int End) RowsOf(int domain) => (_firstRow[domain], _firstRow[domain + 1]);

    /// <summary>The inequalities a node counts in.</summary>
    public ReadOnlySpan<PowerShare> SharesOf(int node) => _shares.AsSpan(_firstShare[node], _firstShare[node + 1] - _firstShare[node]);

    // The feed states that can bind: those in which something counts more than in every other state kept.
    private static IEnumerable<FeedState> StatesOf(DomainShares shares)
    {
        for (var s = 0; s < States; s++)
        {
            if ((shares.BindingStates & (1 << s)) != 0) yield return (FeedState)s;
        }
    }

    // The shares of all nodes stand in one piece, node after node, because judges walk them in that order.
    private (int[] First, PowerShare[] Shares) FindShares(ImmutableArray<PowerDomain> domains, ImmutableArray<DomainShares> all, int nodes)
    {
        var first = new int[nodes + 1];
        foreach (var (_, node, _) in EachShare(domains, all))
        {
            first[node + 1]++;
        }

        for (var n = 0; n < nodes; n++)
        {
            first[n + 1] += first[n];
        }

        var shares = new PowerShare[first[nodes]];
        var next = first.AsSpan(0, nodes).ToArray();
        foreach (var (constraint, node, halves) in EachShare(domains, all))
        {
            shares[next[node]++] = new(constraint, halves);
        }

        return (first, shares);
    }

    private IEnumerable<(int Constraint, int Node, int Halves)> EachShare(ImmutableArray<PowerDomain> domains, ImmutableArray<DomainShares> all)
    {
        for (var c = 0; c < Rows.Length; c++)
        {
            var (domain, state) = Rows[c];
            var nodes = domains[domain].Nodes;
            var halves = all[domain].Halves;
            for (var i = 0; i < nodes.Length; i++)
            {
                var share = halves[i * States + (int)state];
                if (share > 0) yield return (c, nodes[i], share);
            }
        }
    }
}
