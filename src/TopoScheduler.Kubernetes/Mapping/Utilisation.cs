namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>u by workload, the share of its power span a GPU is expected to draw (<c>design.md</c> §3.2).</summary>
internal static class Utilisation
{
    /// <summary>Of a workload; 1 when it is not known.</summary>
    public static double Of(string? workload) => workload switch
    {
        "finetune" => 0.85,
        "batch" or "inference" => 0.70,
        "decode" => 0.45,
        _ => 1,
    };
}
