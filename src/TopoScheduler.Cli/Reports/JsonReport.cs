using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Placement.Scenarios;

namespace TopoScheduler.Cli.Reports;

/// <summary>Writes reports as the JSON of <c>docs/reference/report.md</c>: one report as itself, several as a list.</summary>
internal static class JsonReport
{
    private static readonly ReportJson Json = new(JsonStyle.With(
        new JsonStringEnumConverter<PlacementOutcome>(),
        new JsonStringEnumConverter<FitConstraint>(ConstraintNames.Policy),
        new JsonStringEnumConverter<ScenarioChangeKind>(JsonNamingPolicy.CamelCase),
        new JsonStringEnumConverter<CounterOfferChange>(JsonNamingPolicy.CamelCase),
        new JsonStringEnumConverter<Severity>(JsonNamingPolicy.CamelCase)));

    /// <summary>Writes them, ending with a line break.</summary>
    public static void Write(TextWriter output, ImmutableArray<PlacementReport> reports, ReportScenario? scenario = null)
    {
        output.Write(reports.Length == 1
            ? Text(reports[0] with { Scenario = scenario }, Json.PlacementReport)
            : Text(new() { Reports = reports, Scenario = scenario }, Json.PlacementReportList));
        output.Write('\n');
    }

    private static string Text<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);
}
