using System.Collections.Immutable;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>Our annotations on pod templates (<c>design.md</c> §3.3). <c>gang-size</c>, <c>gang-min</c>, <c>segment-size</c> and <c>spares</c> count members.</summary>
public static class AnnotationKeys
{
    /// <summary>What all our keys start with.</summary>
    public const string Prefix = "toposcheduler.io/";

    /// <summary>Identity of a gang of plain pods.</summary>
    public const string Gang = Prefix + "gang";

    /// <summary>Members of a gang of plain pods.</summary>
    public const string GangSize = Prefix + "gang-size";

    /// <summary>Fewest members to start with.</summary>
    public const string GangMin = Prefix + "gang-min";

    /// <summary>Hard tier.</summary>
    public const string RequiredTopology = Prefix + "required-topology";

    /// <summary>Soft tier.</summary>
    public const string PreferredTopology = Prefix + "preferred-topology";

    /// <summary>How long to hold out for the soft tier.</summary>
    public const string PreferredFor = Prefix + "preferred-for";

    /// <summary>Consecutive members kept in one domain.</summary>
    public const string SegmentSize = Prefix + "segment-size";

    /// <summary>Tier of that domain.</summary>
    public const string SegmentTopology = Prefix + "segment-topology";

    /// <summary>Degrees of parallelism.</summary>
    public const string Parallelism = Prefix + "parallelism";

    /// <summary>Order of the parallel dimensions, innermost first.</summary>
    public const string RankOrder = Prefix + "rank-order";

    /// <summary>Kind of work.</summary>
    public const string Workload = Prefix + "workload";

    /// <summary>What the model is.</summary>
    public const string Model = Prefix + "model";

    /// <summary>AllReduce bytes per rank and step.</summary>
    public const string AllReduceBytes = Prefix + "allreduce-bytes";

    /// <summary>AllToAll bytes per rank and step.</summary>
    public const string AllToAllBytes = Prefix + "alltoall-bytes";

    /// <summary>Point-to-point bytes per rank and step.</summary>
    public const string PointToPointBytes = Prefix + "p2p-bytes";

    /// <summary>Expected run time.</summary>
    public const string ExpectedDuration = Prefix + "expected-duration";

    /// <summary>Data set read.</summary>
    public const string Dataset = Prefix + "dataset";

    /// <summary>Expected watts per GPU.</summary>
    public const string GpuWatts = Prefix + "gpu-watts";

    /// <summary>Lowest GPU power cap accepted.</summary>
    public const string GpuWattsMin = Prefix + "gpu-watts-min";

    /// <summary>Hot spares.</summary>
    public const string Spares = Prefix + "spares";

    /// <summary><c>false</c>: the pod is not held back by our gate.</summary>
    public const string Manage = Prefix + "manage";

    /// <summary>Written at binding: member index and gang size, <c>3/24</c>.</summary>
    public const string Placement = Prefix + "placement";

    /// <summary>Written at binding: the first of the pod's ranks.</summary>
    public const string Rank = Prefix + "rank";

    /// <summary>Written at binding: the switch domains of the pod's node, widest first: <c>spine-1/su-1</c>.</summary>
    public const string Coordinates = Prefix + "coordinates";

    /// <summary>Written at binding: the power limit the pod's GPUs must run under.</summary>
    public const string GpuPowerCapWatts = Prefix + "gpu-power-cap-watts";

    /// <summary>Written where the gates of a gang come off without a place, so that an autoscaler sees its pods: <c>ungated</c>.</summary>
    public const string ScaleUp = Prefix + "scale-up";

    /// <summary>Written on a node: the gang placement for which it is kept from being scaled down.</summary>
    public const string ScaleDownHeldBy = Prefix + "scale-down-held-by";

    /// <summary>Keys an author may write.</summary>
    public static ImmutableArray<string> Authored { get; } =
    [
        Gang, GangSize, GangMin, RequiredTopology, PreferredTopology, PreferredFor, SegmentSize, SegmentTopology, Parallelism, RankOrder, Workload, Model,
        AllReduceBytes, AllToAllBytes, PointToPointBytes, ExpectedDuration, Dataset, GpuWatts, GpuWattsMin, Spares, Manage,
    ];

    /// <summary>Keys we write ourselves on placed pods; read back without a word.</summary>
    public static ImmutableArray<string> Written { get; } =
        [Placement, Rank, Coordinates, GpuPowerCapWatts, ScaleUp];
}
