using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Labels.Lint;

namespace TopoScheduler.Server.Answers;

/// <summary>What <c>doctor</c> says.</summary>
public sealed record DoctorView
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = AnswerJson.ApiVersion;

    /// <summary><c>DoctorReport</c>.</summary>
    public string Kind { get; init; } = "DoctorReport";

    /// <summary>Nodes looked at.</summary>
    public required int Nodes { get; init; }

    /// <summary>Findings, worst first.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>What the rules find in a cluster.</summary>
    /// <param name="cluster">Nodes, pods and power domains.</param>
    /// <param name="problems">What is wrong with the objects it was read from beyond <see cref="ClusterSnapshot.Problems"/>.</param>
    public static DoctorView Of(ClusterSnapshot cluster, ImmutableArray<Problem> problems) => new()
    {
        Nodes = cluster.Nodes.Length,
        Findings = LabelDoctor.Examine(cluster, problems),
    };
}
