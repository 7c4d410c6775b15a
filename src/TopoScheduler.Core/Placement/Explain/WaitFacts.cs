using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Live;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>
/// What an explanation needs to know beyond the cluster: the queue, members and gates, deadlines, the last attempt. Whoever asks fills in what is known: from a
/// cluster file, or from a live server. Data only.
/// </summary>
public sealed record WaitFacts
{
    /// <summary>Nothing is known.</summary>
    public static WaitFacts None { get; } = new();

    /// <summary>The time; null when nothing depends on it.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Members that are there, bound or not; null when that is not known.</summary>
    public int? MembersThere { get; init; }

    /// <summary>Why the gang is not whole or cannot be read, as a clause: <c>3 of 8 pods are there</c>; null when it is.</summary>
    public string? Incomplete { get; init; }

    /// <summary>Gates of others on its pods.</summary>
    public ImmutableArray<OtherGate> OtherGates { get; init; } = [];

    /// <summary>True when one of those is Kueue's, or the job is suspended by it.</summary>
    public bool AwaitsKueue { get; init; }

    /// <summary>Nodes of the members that are bound or promised, by member.</summary>
    public ImmutableSortedDictionary<int, string> Placed { get; init; } = ImmutableSortedDictionary<int, string>.Empty;

    /// <summary>Members among them whose pods have no node yet: their places are promised, and they are on their way.</summary>
    public int OnTheWay { get; init; }

    /// <summary>All gangs that wait and are whole, this one among them; in any order.</summary>
    public ImmutableArray<WaitingGang> Waiting { get; init; } = [];

    /// <summary>When those that run are going to end; who is not named does so at an unknown time.</summary>
    public ImmutableArray<RunningGang> Running { get; init; } = [];

    /// <summary>What the live queue says of it; null: the queue is walked through by the explanation.</summary>
    public WaitReason? Reason { get; init; }

    /// <summary>What happens by itself.</summary>
    public ImmutableArray<ExplanationDeadline> Deadlines { get; init; } = [];

    /// <summary>What was written down about it last, by the scheduler or the controller; null for nothing.</summary>
    public string? Recorded { get; init; }

    /// <summary>The last attempt; null when none is known.</summary>
    public AttemptFigures? LastAttempt { get; init; }

    /// <summary>It has finished.</summary>
    public bool IsFinished { get; init; }
}
