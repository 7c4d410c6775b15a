using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>What a gang waits for.</summary>
public sealed record ExplanationWait
{
    /// <summary>Its priority: higher goes first.</summary>
    public required int Priority { get; init; }

    /// <summary>Since when it is whole; absent when unknown.</summary>
    public string? Since { get; init; }

    /// <summary>Its place in the queue, 1 being the next; absent when it is not in it.</summary>
    public int? Position { get; init; }

    /// <summary>How many gangs are in the queue.</summary>
    public int QueueLength { get; init; }

    /// <summary>The gangs before it, the first first; at most ten.</summary>
    public ImmutableArray<QueuedBefore> Before { get; init; } = [];

    /// <summary>The gang for which nodes are kept, when it waits behind that.</summary>
    public string? Behind { get; init; }

    /// <summary>Nodes kept for it.</summary>
    public int KeptNodes { get; init; }

    /// <summary>Whose end it waits for.</summary>
    public string? Awaits { get; init; }

    /// <summary>When that is expected; absent when unknown.</summary>
    public string? ExpectedStart { get; init; }

    /// <summary>Members that are there.</summary>
    public int? MembersThere { get; init; }

    /// <summary>Members there must be.</summary>
    public int? MembersWanted { get; init; }

    /// <summary>Gates of others that come first.</summary>
    public ImmutableArray<OtherGate> OtherGates { get; init; } = [];

    /// <summary>Until when it holds out for its preferred tier; absent when it does not.</summary>
    public string? HoldsOutUntil { get; init; }

    /// <summary>What the scheduler or the controller has written down about it last; absent for nothing.</summary>
    public string? Recorded { get; init; }
}

/// <summary>A gang that comes first.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Pods">Its members.</param>
/// <param name="Gpus">Its accelerators.</param>
/// <param name="Starts">It can start now.</param>
public sealed record QueuedBefore(string Gang, int Priority, int Pods, int Gpus, bool Starts);

/// <summary>A scheduling gate of somebody else.</summary>
/// <param name="Name">The gate.</param>
/// <param name="Pods">Pods that have it.</param>
public sealed record OtherGate(string Name, int Pods);

/// <summary>What has changed since an earlier attempt.</summary>
/// <param name="Since">When that was; absent when unknown.</param>
/// <param name="Items">What is different.</param>
/// <param name="Effect">What that means for the gang, in one sentence.</param>
public sealed record ExplanationChange(string? Since, ImmutableArray<ChangeItem> Items, string Effect);

/// <summary>One difference.</summary>
/// <param name="What">What it is about: <c>nodes</c>, <c>closedNodes</c>, <c>pods</c>, <c>slots</c>, <c>budget</c>, <c>headroom</c>, <c>room</c>, <c>reason</c>.</param>
/// <param name="Before">The figure then; absent where it is no figure.</param>
/// <param name="Now">The figure now.</param>
/// <param name="Message">That in words.</param>
public sealed record ChangeItem(string What, int? Before, int? Now, string Message)
{
    /// <summary>Watts then, of a budget.</summary>
    public long? BeforeWatts { get; init; }

    /// <summary>Watts now, of a budget.</summary>
    public long? NowWatts { get; init; }
}
