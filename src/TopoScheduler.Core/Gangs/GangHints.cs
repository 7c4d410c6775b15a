using System.Collections.Immutable;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Gangs;

/// <summary>A rung of the network the job named: one of our tiers, or a raw node label key whose equal values make one domain.</summary>
/// <param name="Tier">The tier; <see cref="Tier.Cluster"/> when <paramref name="LabelKey"/> is set.</param>
/// <param name="LabelKey">A node label key that is none of the tiers' own keys, else null.</param>
public sealed record TierTarget(Tier Tier, string? LabelKey = null)
{
    /// <inheritdoc/>
    public override string ToString() => LabelKey ?? Tier.Name;
}

/// <summary>One dimension of parallelism and its degree: <c>tp</c> 8.</summary>
/// <param name="Name"><c>tp</c>, <c>cp</c>, <c>ep</c>, <c>pp</c> or <c>dp</c>.</param>
/// <param name="Degree">At least 1.</param>
public readonly record struct ParallelDimension(string Name, int Degree);

/// <summary>What the model is, for memory fit and gradient bytes.</summary>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="ActiveParameters">Parameters active per token (mixture of experts); equals <paramref name="Parameters"/> otherwise.</param>
/// <param name="Precision"><c>fp32 bf16 fp16 fp8 fp4 mxfp8 mxfp4</c>.</param>
public sealed record ModelHint(double Parameters, double ActiveParameters, string Precision);

/// <summary>What a job's annotations ask for (<c>design.md</c> §3.3). Absent hints are null.</summary>
public sealed record GangHints
{
    /// <summary>No hints.</summary>
    public static GangHints None { get; } = new();

    /// <summary>All members inside one domain of this tier, or the gang does not fit.</summary>
    public TierTarget? Required { get; init; }

    /// <summary>All members inside one domain of this tier, if that is possible.</summary>
    public TierTarget? Preferred { get; init; }

    /// <summary>Every this many consecutive members are kept inside one domain of <see cref="SegmentTier"/>. 0 when not asked.</summary>
    public int SegmentSize { get; init; }

    /// <summary>The tier that holds each segment.</summary>
    public TierTarget? SegmentTier { get; init; }

    /// <summary>Degrees of parallelism, innermost first (as <c>rank-order</c> says); the product equals the gang's GPUs. Empty when not given.</summary>
    public ImmutableArray<ParallelDimension> Parallelism { get; init; } = [];

    /// <summary><c>pretrain finetune prefill decode inference batch</c>; null when unknown.</summary>
    public string? Workload { get; init; }

    /// <summary>The model.</summary>
    public ModelHint? Model { get; init; }

    /// <summary>AllReduce bytes per rank and step of the outermost communicator.</summary>
    public double? AllReduceBytes { get; init; }

    /// <summary>AllToAll bytes a rank sends per step.</summary>
    public double? AllToAllBytes { get; init; }

    /// <summary>Point-to-point bytes per rank and step across a pipeline boundary.</summary>
    public double? PointToPointBytes { get; init; }

    /// <summary>Expected run time.</summary>
    public TimeSpan? ExpectedDuration { get; init; }

    /// <summary>How long to hold out for the preferred tier.</summary>
    public TimeSpan? PreferredFor { get; init; }

    /// <summary>Expected watts per GPU.</summary>
    public int? GpuWatts { get; init; }

    /// <summary>Lowest GPU power cap the job accepts, in watts; null when it accepts none.</summary>
    public int? GpuWattsMin { get; init; }
}
