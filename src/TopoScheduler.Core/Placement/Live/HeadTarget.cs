using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>The nodes kept for the first gang that waits for others to end.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Nodes">Names of the nodes, in ordinal order.</param>
/// <param name="Awaits">The gang, or the pod of no gang, without whose end there is no room.</param>
/// <param name="ExpectedStart">When that is expected to end; null when it or one before it is unknown.</param>
public sealed record HeadTarget(GangKey Gang, ImmutableArray<string> Nodes, GangKey Awaits, DateTimeOffset? ExpectedStart);
