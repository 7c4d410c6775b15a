using System.Text.Json.Serialization;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>Generated serialisers of the report model.</summary>
[JsonSerializable(typeof(PlacementReport))]
[JsonSerializable(typeof(PlacementReportList))]
internal sealed partial class ReportJson : JsonSerializerContext;
