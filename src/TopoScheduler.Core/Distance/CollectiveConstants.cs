namespace TopoScheduler.Core.Distance;

/// <summary>
/// Latency and calibration constants of the collective estimator (<c>domain-model.md</c> §2.2 and §2.4). The µs figures are NCCL's own model of its
/// Simple protocol (<c>src/graph/tuning.cc</c>, 2025); the factors were fitted to all-reduce measurements on 8 GPUs and on 4 × 8 GPUs (B200, NVLink 5,
/// 50 GB/s per NIC) published in <i>ML Engineering</i> (S. Bekman, 2026). A fit to one platform, not an independent validation.
/// </summary>
public sealed record CollectiveConstants
{
    /// <summary>The published constants and the fit.</summary>
    public static CollectiveConstants Default { get; } = new();

    /// <summary>Start of a collective in µs.</summary>
    public double BaseUs { get; init; } = 8.4;

    /// <summary>One step of a tree inside an NVLink domain in µs (a ring step is <see cref="Link.LatencyUs"/> of <see cref="LinkTable.NvLink"/>).</summary>
    public double TreeNvLinkStepUs { get; init; } = 4.0;

    /// <summary>Most steps a ring takes inside a switched NVLink domain.</summary>
    public int MaxNvLinkSteps { get; init; } = 7;

    /// <summary>Measured over modelled ring latency across NVLink domains.</summary>
    public double RingLatencyFactor { get; init; } = 1.35;

    /// <summary>Measured over modelled tree latency across NVLink domains.</summary>
    public double TreeLatencyFactor { get; init; } = 3.2;

    /// <summary>Share of the ring's bandwidth that a tree reaches.</summary>
    public double TreeBandwidthShare { get; init; } = 0.92;

    /// <summary>Message size at which the uniformity of links is judged: 64 MiB.</summary>
    public double ReferenceBytes { get; init; } = 64.0 * 1024 * 1024;
}
