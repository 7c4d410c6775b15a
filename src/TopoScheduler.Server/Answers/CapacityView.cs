using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Server.Answers;

/// <summary>What <c>capacity</c> says.</summary>
public sealed record CapacityView
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = AnswerJson.ApiVersion;

    /// <summary><c>CapacityReport</c>.</summary>
    public string Kind { get; init; } = "CapacityReport";

    /// <summary>Room for pods of each accelerator resource the cluster offers.</summary>
    public required ImmutableArray<CapacityReport> Resources { get; init; }

    /// <summary>What is left of every power budget.</summary>
    public required ImmutableArray<PowerHeadroom> Power { get; init; }

    /// <summary>The room in a cluster.</summary>
    /// <param name="cluster">Nodes, pods and power domains.</param>
    /// <param name="gpusPerPod">Devices a pod asks for; null: what the best equipped node has, at most 8.</param>
    public static CapacityView Of(ClusterSnapshot cluster, int? gpusPerPod = null) => new()
    {
        Resources = [.. CapacityQuestions.Of(cluster, gpusPerPod).Select(q => CapacityReporter.Report(cluster, q, PlacementPolicy.Default))],
        Power = CapacityReporter.Headroom(cluster),
    };
}
