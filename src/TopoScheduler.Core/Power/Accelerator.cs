using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>What is known of one accelerator product. Bandwidths are one direction; watts are per accelerator.</summary>
public sealed record Accelerator
{
    /// <summary>Its name in reports and in <c>NodeInfo.Accelerator</c>: <c>H100 SXM</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How device labels spell it (<c>nvidia.com/gpu.product</c> and others), compared without regard to case.</summary>
    public required ImmutableArray<string> Aliases { get; init; }

    /// <summary>Usable memory in bytes.</summary>
    public required long HbmBytes { get; init; }

    /// <summary>Memory bandwidth in bytes per second.</summary>
    public required double HbmBytesPerSecond { get; init; }

    /// <summary>Dense BF16 TFLOPS (FP16 where the product has no BF16).</summary>
    public required double Bf16Tflops { get; init; }

    /// <summary>Dense FP8 TFLOPS; null where the product has none or it is not published.</summary>
    public double? Fp8Tflops { get; init; }

    /// <summary>Scale-up bandwidth (NVLink, xGMI, else PCIe) in GB/s, one way, to all peers together.</summary>
    public required double ScaleUpGBps { get; init; }

    /// <summary>True when the scale-up links join pairs (AMD xGMI): one pair gets only its own link, not <see cref="ScaleUpGBps"/>.</summary>
    public bool PointToPoint { get; init; }

    /// <summary>Most it draws.</summary>
    public required int MaxWatts { get; init; }

    /// <summary>What it draws idle.</summary>
    public required int IdleWatts { get; init; }

    /// <summary>Lowest power limit it accepts.</summary>
    public required int MinCapWatts { get; init; }

    /// <summary>How many share one scale-up board inside a node; 8 means the node is its own NVLink domain whatever labels say.</summary>
    public int GpusPerBoard { get; init; } = 1;

    /// <summary>True when its scale-up fabric reaches beyond the node (GB200, GB300: 72 in a rack).</summary>
    public bool RackScale { get; init; }

    /// <summary>Where the figures come from.</summary>
    public required string Source { get; init; }
}

/// <summary>Watts of a whole node of a product.</summary>
/// <param name="Accelerator">Name of the product.</param>
/// <param name="Gpus">Accelerators in the node.</param>
/// <param name="MaxWatts">Most the node draws.</param>
/// <param name="IdleWatts">Idle draw; null where only the maximum is published.</param>
/// <param name="Source">Where the figures come from.</param>
public sealed record AcceleratorNode(string Accelerator, int Gpus, long MaxWatts, long? IdleWatts, string Source);
