using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>What a power tree carries, what it could carry, and the watts nobody can use.</summary>
public sealed record PowerTreeReport
{
    /// <summary>All nodes asked about together.</summary>
    public required PowerTreeTotal Total { get; init; }

    /// <summary>The domains, facilities first, then rows, PDUs and racks, each in ordinal name order.</summary>
    public required ImmutableArray<PowerTreeDomain> Domains { get; init; }
}

/// <summary>Sums over the nodes of a report.</summary>
/// <param name="Nodes">How many.</param>
/// <param name="OutsideNodes">Those in no power domain: their watts count nowhere.</param>
/// <param name="CommittedWatts">Draw of the nodes and the pods bound to them, each node once.</param>
/// <param name="FullDrawWatts">The same with every node at its maximum.</param>
/// <param name="BudgetWatts">Sum of the widest budgets; those over the same nodes (feeds A and B) count once, the lower one. Null without any.</param>
public sealed record PowerTreeTotal(int Nodes, int OutsideNodes, long CommittedWatts, long FullDrawWatts, long? BudgetWatts);

/// <summary>One power domain. Watts are those of the worst feed state.</summary>
public sealed record PowerTreeDomain
{
    /// <summary><c>rack</c>, <c>pdu</c>, <c>row</c> or <c>facility</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The domains directly above it, as <c>kind/name</c>: two for a rack on feeds A and B.</summary>
    public required ImmutableArray<string> Parents { get; init; }

    /// <summary><c>A</c> or <c>B</c> for a PDU that carries nothing once that feed is lost.</summary>
    public string? Feed { get; init; }

    /// <summary>Nodes below it.</summary>
    public required int Nodes { get; init; }

    /// <summary>Its budget; null when nothing bounds it.</summary>
    public long? BudgetWatts { get; init; }

    /// <summary>What it is taken to carry: the draw of its nodes and of the pods bound to them, base load included, or what readings say.</summary>
    public required long CommittedWatts { get; init; }

    /// <summary>What was measured with both feeds; null unless all of it is measured.</summary>
    public long? MeasuredWatts { get; init; }

    /// <summary>Budget less draw; negative for a domain that is over. Null without a budget.</summary>
    public long? HeadroomWatts { get; init; }

    /// <summary>What new pods below it could draw at most, under its own and all narrower budgets.</summary>
    public required long UsableWatts { get; init; }

    /// <summary>Headroom beyond <see cref="UsableWatts"/>; 0 for a domain that is over. Null without a budget.</summary>
    public long? StrandedWatts { get; init; }

    /// <summary>The draw with every node at its maximum.</summary>
    public required long FullDrawWatts { get; init; }

    /// <summary>It draws more than its budget.</summary>
    public required bool OverBudget { get; init; }

    /// <summary>Its budget exceeds the full draw of its nodes: it can never be short.</summary>
    public required bool Ample { get; init; }

    /// <summary>As written in options: <c>rack/r7</c>.</summary>
    public string Id => $"{Kind}/{Name}";
}
