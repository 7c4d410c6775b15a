using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Server.Answers;

/// <summary>Reports of several gangs, each planned beside the earlier ones. Properties are in the order of the JSON.</summary>
public sealed record PlacementReportList
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; } = AnswerJson.ApiVersion;

    /// <summary><c>PlacementReportList</c>.</summary>
    public string Kind { get; } = "PlacementReportList";

    /// <summary>In the order planned.</summary>
    public required ImmutableArray<PlacementReport> Reports { get; init; }

    /// <summary>What was different from the cluster as it is, for all of them; absent where nothing was.</summary>
    public ReportScenario? Scenario { get; init; }
}
