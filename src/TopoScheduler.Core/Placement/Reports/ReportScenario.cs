using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Scenarios;

namespace TopoScheduler.Core.Placement.Reports;

// The part of a report that says what was different from the cluster as it is. As in PlacementReport, names in camelCase are the JSON.

/// <summary>The scenario reports were made under, and what became of it.</summary>
public sealed record ReportScenario
{
    /// <summary>What was changed.</summary>
    public required ImmutableArray<ScenarioChange> Changes { get; init; }

    /// <summary>Gangs that lost their place, in the order in which they were planned again: before the jobs of the report.</summary>
    public required ImmutableArray<ReportDisplaced> Displaced { get; init; }

    /// <summary>Power domains over their budgets with everything that fits in its place; before is the cluster as it is.</summary>
    public required ImmutableArray<ReportPowerDomain> Over { get; init; }

    /// <summary>One sentence.</summary>
    public required string Summary { get; init; }
}

/// <summary>A gang, or a lone pod, that lost its place, and whether it has another.</summary>
/// <param name="Gang">Which: <c>job/ml/llama</c>, <c>pod/ml/shell</c>.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Pods">Its pods, all of which lost their place.</param>
/// <param name="Gpus">Their GPUs.</param>
/// <param name="Outcome">Whether it fits elsewhere.</param>
/// <param name="Tier">Narrowest tier holding all members there; absent where it does not fit.</param>
/// <param name="Domain">Path of that domain.</param>
/// <param name="EstimateMs">Communication per step there, ms.</param>
/// <param name="Message">One clause: where it lands, or why it does not.</param>
public sealed record ReportDisplaced(
    string Gang, int Priority, int Pods, int Gpus, PlacementOutcome Outcome, string? Tier, string? Domain, double? EstimateMs, string Message);
