using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>The power tree as the labels (and power domain resources) describe it, as linear constraints over node draws. Immutable.</summary>
public sealed class PowerModel
{
    private const int States = 3;

    private readonly ImmutableArray<DomainShares> _domainShares;
    private readonly int _nodes;
    private readonly PowerShare[] _shares;
    private readonly int[] _firstShare;

    internal PowerModel(ImmutableArray<PowerDomain> domains, ImmutableArray<DomainShares> domainShares, int nodes, ImmutableArray<Problem> problems)
    {
        Domains = domains;
        Problems = problems;
        _domainShares = domainShares;
        _nodes = nodes;
        Constraints = FindConstraints();
        (_firstShare, _shares) = FindShares();
    }

    /// <summary>All domains, racks first.</summary>
    public ImmutableArray<PowerDomain> Domains { get; }

    /// <summary>All inequalities that can bind: one per budgeted domain, more where feeds make several states differ. Dominated ones are left out.</summary>
    public ImmutableArray<PowerConstraint> Constraints { get; }

    /// <summary>What is wrong with the power labels.</summary>
    public ImmutableArray<Problem> Problems { get; }

    /// <summary>The constraints a node's draw counts in.</summary>
    public ReadOnlySpan<PowerShare> SharesOf(int node) => _shares.AsSpan(_firstShare[node], _firstShare[node + 1] - _firstShare[node]);

    /// <summary>Halves of a node's draw that count in a domain in a feed state: 2 for all of it, 1 for half, 0 for none or a node elsewhere.</summary>
    public int HalvesOf(int node, int domain, FeedState state)
    {
        var at = Domains[domain].Nodes.BinarySearch(node);
        return at < 0 ? 0 : _domainShares[domain].Halves[at * States + (int)state];
    }

    /// <summary>Worst load of a domain over the feed states, base watts included, rounded up to whole watts.</summary>
    /// <param name="domain">Index of the domain.</param>
    /// <param name="draws">Watts by node index.</param>
    public long BeforeWatts(int domain, ReadOnlySpan<long> draws)
    {
        Span<long> loads = stackalloc long[States];
        loads.Clear();
        var nodes = Domains[domain].Nodes;
        var halves = _domainShares[domain].Halves;
        for (var i = 0; i < nodes.Length; i++)
        {
            for (var s = 0; s < States; s++)
            {
                loads[s] += halves[i * States + s] * draws[nodes[i]];
            }
        }

        var worst = Math.Max(loads[0], Math.Max(loads[1], loads[2]));
        return Domains[domain].BaseWatts + (worst + 1) / 2;
    }

    /// <summary>The same model with other budgets for some domains: for what-if questions. Problems stay those of the labels.</summary>
    /// <param name="budgets">Watts by <see cref="PowerDomain.Id"/>; null takes the budget away.</param>
    /// <exception cref="ArgumentException">An id names no domain, or a budget is negative.</exception>
    public PowerModel WithBudgets(IReadOnlyDictionary<string, long?> budgets)
    {
        var domains = Domains.ToBuilder();
        var (named, changed) = (0, false);
        for (var d = 0; d < domains.Count && named < budgets.Count; d++)
        {
            if (!budgets.TryGetValue(domains[d].Id, out var watts)) continue;
            if (watts < 0) throw new ArgumentException($"the budget of {domains[d].Id} is {watts} W, expected 0 or more.", nameof(budgets));
            named++;
            if (watts == domains[d].BudgetWatts) continue;
            domains[d] = domains[d] with { BudgetWatts = watts };
            changed = true;
        }

        if (named < budgets.Count) throw new ArgumentException("a budget is meant for a domain that does not exist.", nameof(budgets));
        return changed ? new(domains.ToImmutable(), _domainShares, _nodes, Problems) : this;
    }

    /// <summary>Per budgeted domain the feed states that can bind: those in which some node counts more than in every other state kept.</summary>
    private ImmutableArray<PowerConstraint> FindConstraints()
    {
        var constraints = ImmutableArray.CreateBuilder<PowerConstraint>();
        foreach (var domain in Domains)
        {
            if (domain.BudgetWatts is not { } budget)
            {
                continue;
            }

            var binding = _domainShares[domain.Index].BindingStates;
            for (var s = 0; s < States; s++)
            {
                if ((binding & (1 << s)) != 0)
                {
                    constraints.Add(new(constraints.Count, domain.Index, (FeedState)s, 2 * (budget - domain.BaseWatts)));
                }
            }
        }

        return constraints.ToImmutable();
    }

    // The shares of all nodes stand in one piece, node after node, because judges walk them in that order.
    private (int[] First, PowerShare[] Shares) FindShares()
    {
        var first = new int[_nodes + 1];
        foreach (var (_, node, _) in EachShare())
        {
            first[node + 1]++;
        }

        for (var n = 0; n < _nodes; n++)
        {
            first[n + 1] += first[n];
        }

        var shares = new PowerShare[first[_nodes]];
        var next = first.AsSpan(0, _nodes).ToArray();
        foreach (var (constraint, node, halves) in EachShare())
        {
            shares[next[node]++] = new(constraint, halves);
        }

        return (first, shares);
    }

    private IEnumerable<(int Constraint, int Node, int Halves)> EachShare()
    {
        foreach (var constraint in Constraints)
        {
            var nodes = Domains[constraint.Domain].Nodes;
            var halves = _domainShares[constraint.Domain].Halves;
            for (var i = 0; i < nodes.Length; i++)
            {
                var share = halves[i * States + (int)constraint.State];
                if (share > 0)
                {
                    yield return (constraint.Index, nodes[i], share);
                }
            }
        }
    }
}
