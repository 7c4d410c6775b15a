using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Capacity;

namespace TopoScheduler.Cli.Reports;

/// <summary>What <c>capacity</c> says.</summary>
internal sealed record CapacityView
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = "toposcheduler.io/v1";

    /// <summary><c>CapacityReport</c>.</summary>
    public string Kind { get; init; } = "CapacityReport";

    /// <summary>Room for pods of each accelerator resource the cluster offers.</summary>
    public required ImmutableArray<CapacityReport> Resources { get; init; }

    /// <summary>What is left of every power budget.</summary>
    public required ImmutableArray<PowerHeadroom> Power { get; init; }
}
