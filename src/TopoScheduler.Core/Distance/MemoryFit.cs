using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Distance;

/// <summary>
/// Whether a model fits the memory of a gang's GPUs, and how fast its weights can be read (<c>domain-model.md</c> §4).
/// <list type="bullet">
/// <item>Training (pretrain, finetune, unknown): 18 B per parameter, mixed-precision Adam: BF16 weights 2, FP32 gradients 4, FP32 master weights, momentum
/// and variance 12 (16 B with FP32 throughout), sharded over all GPUs of the gang (ZeRO-3). Activations are not counted.</item>
/// <item>Inference (prefill, decode, inference, batch): 1.2 × weights, no shape of the model being known; sharded over the GPUs of one replica
/// (all GPUs divided by the dp degree).</item>
/// </list>
/// </summary>
public sealed record MemoryFit
{
    /// <summary>Share of the HBM that a job may fill: 0.90.</summary>
    public const double UsableShare = 0.90;

    /// <summary>Bytes per parameter of mixed-precision Adam with FP32 gradients (<i>ML Engineering</i>, 2026).</summary>
    public const double MixedTrainingBytes = 18;

    /// <summary>Bytes per parameter of Adam in FP32 throughout: weights, gradients, momentum, variance.</summary>
    public const double FullTrainingBytes = 16;

    /// <summary>Inference needs over weights alone, where no shape hints exist.</summary>
    public const double InferenceOverhead = 1.2;

    private MemoryFit(double requiredBytesPerGpu, double availableBytesPerGpu, int minimumGpus, double? latencyFloorMs, ImmutableArray<Problem> assumptions)
    {
        RequiredBytesPerGpu = requiredBytesPerGpu;
        AvailableBytesPerGpu = availableBytesPerGpu;
        MinimumGpus = minimumGpus;
        LatencyFloorMs = latencyFloorMs;
        Assumptions = assumptions;
    }

    /// <summary>Bytes each GPU has to hold.</summary>
    public double RequiredBytesPerGpu { get; }

    /// <summary>Bytes each GPU may fill: 90% of its HBM.</summary>
    public double AvailableBytesPerGpu { get; }

    /// <summary>Fewest GPUs for the gang; a multiple of its replicas.</summary>
    public int MinimumGpus { get; }

    /// <summary>Least ms per token, set by reading the (active) weights once from all HBM of a replica; null for training and batch.</summary>
    public double? LatencyFloorMs { get; }

    /// <summary>What was assumed, as info problems.</summary>
    public ImmutableArray<Problem> Assumptions { get; }

    /// <summary>True when every GPU can hold its share.</summary>
    public bool Fits => RequiredBytesPerGpu <= AvailableBytesPerGpu;

    /// <summary>Judges a gang on one accelerator; null when the gang names no model or has no GPUs, or the accelerator has no figures.</summary>
    /// <param name="gang">The gang.</param>
    /// <param name="hbmBytes">Bytes of HBM per GPU.</param>
    /// <param name="hbmBytesPerSecond">Bytes per second a GPU reads from it; 0 when not known.</param>
    public static MemoryFit? Of(Gang gang, double hbmBytes, double hbmBytesPerSecond)
    {
        if (gang.Hints.Model is not { Parameters: > 0 } model || gang.Gpus == 0 || !(hbmBytes > 0) || !double.IsFinite(model.Parameters)) return null;
        var training = gang.Hints.Workload is "pretrain" or "finetune" or null;
        var replicas = training ? 1 : Replicas(gang);
        var weightBytes = BytesPerParameter(model.Precision);
        var perParameter = !training ? InferenceOverhead * weightBytes : model.Precision == "fp32" ? FullTrainingBytes : MixedTrainingBytes;
        var total = perParameter * model.Parameters;
        var gpus = gang.Gpus / replicas;
        var available = UsableShare * hbmBytes;
        var minimum = Math.Min(Math.Ceiling(total / available) * replicas, int.MaxValue);
        var floor = GangTraffic.IsInference(gang.Hints.Workload) && hbmBytesPerSecond > 0
            ? 1000 * weightBytes * Math.Min(model.ActiveParameters > 0 ? model.ActiveParameters : model.Parameters, model.Parameters) / (gpus * hbmBytesPerSecond)
            : default(double?);
        return new(total / gpus, available, (int)minimum, floor, [Assumption(gang, training, perParameter, gpus)]);
    }

    /// <summary>Bytes of one weight.</summary>
    public static double BytesPerParameter(string precision) => precision switch
    {
        "fp32" => 4,
        "fp8" => 1,
        "fp4" => 0.5,
        "mxfp8" => 1.031,
        "mxfp4" => 0.531,
        _ => 2,
    };

    private static Problem Assumption(Gang gang, bool training, double perParameter, int gpus)
    {
        var bytes = perParameter.ToString("0.####", CultureInfo.InvariantCulture);
        return Problem.Info(gang.Key.Id, training
            ? $"assumed: {bytes} B of weights, gradients and Adam states per parameter, sharded over all {gpus} GPUs (ZeRO-3), activations not counted."
            : $"assumed: {bytes} B per parameter (1.2 times the weights), sharded over the {gpus} GPUs of a replica.");
    }

    private static int Replicas(Gang gang)
    {
        foreach (var (name, degree) in gang.Hints.Parallelism)
        {
            if (name == "dp" && degree > 0 && gang.Gpus % degree == 0) return degree;
        }

        return 1;
    }
}
