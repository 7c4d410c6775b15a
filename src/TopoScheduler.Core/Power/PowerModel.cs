using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>One budgeted or unbudgeted place in the power tree. Names are unique per kind.</summary>
/// <param name="Index">Index among the power domains: racks, then PDUs, rows, facilities, each in ordinal name order.</param>
/// <param name="Kind">Its rung.</param>
/// <param name="Name">Its name.</param>
/// <param name="BudgetWatts">Effective budget in watts; null when nothing bounds it.</param>
/// <param name="BaseWatts">Watts drawn by what is no node: switch trays, fans.</param>
/// <param name="Cooling">Cooling class, where stated.</param>
/// <param name="Parents">Indices of the domains of the next wider stated rung; more than one is a problem and counts under all.</param>
/// <param name="Nodes">Node indices below it, ascending.</param>
public sealed record PowerDomain(
    int Index, PowerDomainKind Kind, string Name, long? BudgetWatts, long BaseWatts, CoolingClass Cooling, ImmutableArray<int> Parents, ImmutableArray<int> Nodes)
{
    /// <summary>As written in messages and options: <c>rack/r7</c>.</summary>
    public string Id => $"{Kind.ToString().ToLowerInvariant()}/{Name}";
}

/// <summary>Which feed is out when a constraint is judged.</summary>
public enum FeedState
{
    /// <summary>Both feeds carry load.</summary>
    Normal,

    /// <summary>Feed A is lost.</summary>
    LostA,

    /// <summary>Feed B is lost.</summary>
    LostB,
}

/// <summary>
/// One inequality that must always hold: the shares of the draws of its nodes, plus base watts, stay within a budget, in one feed state.
/// Shares are counted in halves so that everything stays integer: Σ halves·draw(node) ≤ <see cref="LimitHalfWatts"/>.
/// </summary>
/// <param name="Index">Index among the constraints.</param>
/// <param name="Domain">The power domain it belongs to.</param>
/// <param name="State">The feed state it describes.</param>
/// <param name="LimitHalfWatts">2 × (budget − base) in half watts.</param>
public sealed record PowerConstraint(int Index, int Domain, FeedState State, long LimitHalfWatts);

/// <summary>A node's part in a constraint.</summary>
/// <param name="Constraint">Index of the constraint.</param>
/// <param name="Halves">1 for half the node's draw, 2 for all of it.</param>
public readonly record struct PowerShare(int Constraint, int Halves);

/// <summary>The power tree as the labels (and power domain resources) describe it, as linear constraints over node draws. Immutable.</summary>
public sealed class PowerModel
{
    private readonly PowerShare[][] _shares;

    internal PowerModel(
        ImmutableArray<PowerDomain> domains, ImmutableArray<PowerConstraint> constraints, PowerShare[][] shares, ImmutableArray<Problem> problems)
    {
        Domains = domains;
        Constraints = constraints;
        _shares = shares;
        Problems = problems;
    }

    /// <summary>All domains, racks first.</summary>
    public ImmutableArray<PowerDomain> Domains { get; }

    /// <summary>All inequalities that can bind: one per budgeted domain, more where feeds make several states differ. Dominated ones are left out.</summary>
    public ImmutableArray<PowerConstraint> Constraints { get; }

    /// <summary>What is wrong with the power labels.</summary>
    public ImmutableArray<Problem> Problems { get; }

    /// <summary>The constraints a node's draw counts in.</summary>
    public ReadOnlySpan<PowerShare> SharesOf(int node) => _shares[node];
}

/// <summary>Builds a <see cref="PowerModel"/>.</summary>
public static class PowerModelBuilder
{
    /// <summary>Builds the model. Never throws on strange labels: they become <see cref="PowerModel.Problems"/>.</summary>
    /// <param name="names">Node names by node index.</param>
    /// <param name="locations">Power locations by node index.</param>
    public static PowerModel Build(IReadOnlyList<string> names, IReadOnlyList<PowerLocation> locations) => throw new NotImplementedException();
}
