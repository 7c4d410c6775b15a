using System.Collections.Immutable;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>A power domain over its budget, and who is to be capped or moved first to bring it under.</summary>
public sealed record PowerOvershoot
{
    /// <summary>The domain.</summary>
    public required PowerDomainId Domain { get; init; }

    /// <summary>The feed state in which it is furthest over.</summary>
    public required FeedState Feed { get; init; }

    /// <summary>Its budget.</summary>
    public required long BudgetWatts { get; init; }

    /// <summary>What it carries in that feed state, its base watts included.</summary>
    public required long CommittedWatts { get; init; }

    /// <summary>Watts over the budget.</summary>
    public long OverWatts => CommittedWatts - BudgetWatts;

    /// <summary>Watts that pods which are being deleted already free in that feed state: it needs nothing but waiting, and the list is for the rest.</summary>
    public required long LeavingWatts { get; init; }

    /// <summary>Gangs in the order in which to cap and move them. None could be left out.</summary>
    public required ImmutableArray<PowerRelief> Reliefs { get; init; }

    /// <summary>Watts over the budget when all of that is done; above 0 only where nothing more can be capped or moved.</summary>
    public required long LeftWatts { get; init; }

    /// <summary>True when the list brings the domain within its budget in every feed state.</summary>
    public bool Enough => LeftWatts == 0;

    /// <summary>All of it in one sentence.</summary>
    public required string Summary { get; init; }
}
