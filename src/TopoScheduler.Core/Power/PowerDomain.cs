using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>One budgeted or unbudgeted place in the power tree. Names are unique per kind.</summary>
/// <param name="Index">Index among the power domains: racks, then PDUs, rows, facilities, each in ordinal name order.</param>
/// <param name="Kind">Its rung.</param>
/// <param name="Name">Its name.</param>
/// <param name="BudgetWatts">Effective budget in watts; null when nothing bounds it.</param>
/// <param name="BaseWatts">Watts drawn by what is no node, here and below: switch trays, fans. In the worst feed state.</param>
/// <param name="Cooling">Cooling class, where stated.</param>
/// <param name="Parents">Indices of the domains of the next wider stated rung; more than one is a problem and counts under all.</param>
/// <param name="Nodes">Node indices below it, ascending.</param>
public sealed record PowerDomain(
    int Index, PowerDomainKind Kind, string Name, long? BudgetWatts, long BaseWatts, CoolingClass Cooling, ImmutableArray<int> Parents, ImmutableArray<int> Nodes)
{
    /// <summary>The window that makes the budget what it is; null when it is what the domain has at other times.</summary>
    public BudgetWindow? Window { get; init; }

    /// <summary>As written in messages and options: <c>rack/r7</c>.</summary>
    public string Id { get; } = new PowerDomainId(Kind, Name).ToString();
}
