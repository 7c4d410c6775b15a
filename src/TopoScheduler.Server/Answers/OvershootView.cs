using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Server.Answers;

/// <summary>A domain over its budget, as JSON says it.</summary>
public sealed record OvershootView
{
    /// <summary><c>rack/r7</c>.</summary>
    public required string Domain { get; init; }

    /// <summary><c>lostA</c> or <c>lostB</c> where it is over only, or furthest, with a feed lost.</summary>
    public string? Feed { get; init; }

    /// <summary>Its budget.</summary>
    public required long BudgetWatts { get; init; }

    /// <summary>What it carries in that feed state.</summary>
    public required long CommittedWatts { get; init; }

    /// <summary>The difference.</summary>
    public required long OverWatts { get; init; }

    /// <summary>What pods that are being deleted free of it.</summary>
    public required long LeavingWatts { get; init; }

    /// <summary>What is over still when all of the list is done.</summary>
    public required long LeftWatts { get; init; }

    /// <summary>The list is enough.</summary>
    public required bool Enough { get; init; }

    /// <summary>All in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>What to do, in order.</summary>
    public required ImmutableArray<ReliefView> Reliefs { get; init; }

    /// <summary>The view of an overshoot.</summary>
    public static OvershootView Of(PowerOvershoot over) => new()
    {
        Domain = over.Domain.ToString(),
        Feed = over.Feed switch { FeedState.LostA => "lostA", FeedState.LostB => "lostB", _ => null },
        BudgetWatts = over.BudgetWatts,
        CommittedWatts = over.CommittedWatts,
        OverWatts = over.OverWatts,
        LeavingWatts = over.LeavingWatts,
        LeftWatts = over.LeftWatts,
        Enough = over.Enough,
        Summary = over.Summary,
        Reliefs = [.. over.Reliefs.Select(r => new ReliefView(
            r.Kind == PowerReliefKind.Cap ? "cap" : "move", r.Gang.Id, r.Priority, r.Pods.Length, r.CapWatts, r.Slowdown, r.FreesWatts, r.LeftWatts))],
    };
}
