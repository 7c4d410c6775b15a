using System.Collections.Immutable;

namespace TopoScheduler.Server.Answers;

/// <summary>How the gangs of the cluster, or of one namespace, stand.</summary>
public sealed record GangListView
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = AnswerJson.ApiVersion;

    /// <summary><c>GangReportList</c>.</summary>
    public string Kind { get; init; } = "GangReportList";

    /// <summary>In the order of namespaces and names.</summary>
    public required ImmutableArray<GangView> Gangs { get; init; }
}
