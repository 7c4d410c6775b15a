using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Labels.Lint;

namespace TopoScheduler.Cli.Reports;

/// <summary>What <c>doctor</c> says.</summary>
internal sealed record DoctorView
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = "toposcheduler.io/v1";

    /// <summary><c>DoctorReport</c>.</summary>
    public string Kind { get; init; } = "DoctorReport";

    /// <summary>Nodes looked at.</summary>
    public required int Nodes { get; init; }

    /// <summary>Findings, worst first.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }
}
