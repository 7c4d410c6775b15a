namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Members that are interchangeable for the search: one role, or several roles whose members ask for the same on every node. Arrays are indexed by
/// node index.
/// </summary>
internal sealed class MemberKind
{
    /// <summary>Roles merged into this kind, ascending.</summary>
    public required int[] Roles { get; init; }

    /// <summary>Members of this kind that are to be placed.</summary>
    public required int Count { get; set; }

    /// <summary>GPUs (ranks) per member.</summary>
    public required int Gpus { get; init; }

    /// <summary>Request per resource dimension.</summary>
    public required long[] Request { get; init; }

    /// <summary>Members of this kind alone that fit on a node by resources, capped at <see cref="Count"/>.</summary>
    public required int[] Slots { get; init; }

    /// <summary>The same without the cap: how tight a node is.</summary>
    public required long[] FreeSlots { get; init; }

    /// <summary>Watts one member adds to a node, before the node's maximum is applied.</summary>
    public required long[] Watts { get; init; }
}
