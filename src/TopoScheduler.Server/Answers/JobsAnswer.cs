using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Server.Answers;

/// <summary>Where jobs would land.</summary>
/// <param name="Reports">One for each, in the order planned.</param>
/// <param name="Scenario">What was different from the cluster as it is; null where nothing was.</param>
public sealed record JobsAnswer(ImmutableArray<PlacementReport> Reports, ReportScenario? Scenario)
{
    /// <summary>The answer as JSON.</summary>
    public byte[] ToBytes() => AnswerJson.Bytes(Reports, Scenario);
}
