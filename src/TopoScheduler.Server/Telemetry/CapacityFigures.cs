using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Capacity;

namespace TopoScheduler.Server.Telemetry;

/// <summary>How much room there was when it was last counted.</summary>
/// <param name="Reports">By accelerator resource.</param>
/// <param name="At">When.</param>
/// <param name="Took">How long the count took.</param>
internal sealed record CapacityFigures(ImmutableArray<CapacityReport> Reports, DateTimeOffset At, TimeSpan Took);
