using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;

namespace TopoScheduler.Server.Answers;

/// <summary>Where would these jobs land? The cluster is told apart from it: a file, a live one, either as it would be if.</summary>
public sealed record ReportQuestion
{
    /// <summary>The jobs, in the order to place them.</summary>
    public required ImmutableArray<Gang> Gangs { get; init; }

    /// <summary>What the plans depend on.</summary>
    public PlacementPolicy Policy { get; init; } = PlacementPolicy.Default;

    /// <summary>The moment, for what will have ended later; null where nobody knows.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>What is wrong with, or changed in, all of the input: every report begins its problems with these.</summary>
    public ImmutableArray<Problem> OfInput { get; init; } = [];
}
