using System.Text.Json.Serialization;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Server.Answers;

/// <summary>Generated serialisers of every answer. An answer that is not listed here cannot be written.</summary>
[JsonSerializable(typeof(PlacementReport))]
[JsonSerializable(typeof(PlacementReportList))]
[JsonSerializable(typeof(TopologyView))]
[JsonSerializable(typeof(DoctorView))]
[JsonSerializable(typeof(CapacityView))]
[JsonSerializable(typeof(PowerView))]
[JsonSerializable(typeof(GangView))]
[JsonSerializable(typeof(GangListView))]
[JsonSerializable(typeof(GateRemovalView))]
[JsonSerializable(typeof(Explanation))]
internal sealed partial class AnswerTypes : JsonSerializerContext;
