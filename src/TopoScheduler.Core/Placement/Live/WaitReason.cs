using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>What a gang in the queue waits for.</summary>
public enum WaitCause
{
    /// <summary>Its turn: it has not been looked at yet.</summary>
    Turn,

    /// <summary>The end of running gangs: it is the head, and nodes are kept for it.</summary>
    RunningGangs,

    /// <summary>The head: it does not fit beside the nodes kept for that one, or would delay it.</summary>
    Head,

    /// <summary>A change of nodes, budgets or of itself: it would not fit even if every gang that runs had ended. It holds nobody up.</summary>
    Capacity,
}

/// <summary>Why a gang waits.</summary>
/// <param name="Cause">What it waits for.</param>
/// <param name="LastAttempt">The last answer of the engine, for a gang behind the head about the nodes that are not kept; null before the first. It holds a plan where the gang would fit but
/// delay the head, or misses the tier it holds out for.</param>
/// <param name="Target">The nodes kept for it and when it is expected to start; null when it is not the head.</param>
/// <param name="Behind">The head it waits behind; null for none.</param>
/// <param name="HoldsOutUntil">Until when it holds out for its preferred tier; null when it does not.</param>
public sealed record WaitReason(WaitCause Cause, PlacementResult? LastAttempt, HeadTarget? Target, GangKey? Behind, DateTimeOffset? HoldsOutUntil);
