namespace TopoScheduler.Core.Power;

/// <summary>The draw rules of <c>design.md</c> §3.2: integer watts, each pod rounded up.</summary>
/// <remarks>
/// A hint is what the author of a pod says of its watts: workload, expected watts, a cap. It may raise the draw freely. It lowers it only where the
/// node confirms that an agent enforces caps, or where the author's namespace is trusted; else a pod counts at its GPUs' maximum.
/// </remarks>
public static class PowerDraw
{
    /// <summary>More than any site has; keeps sums of absurd inputs inside a long.</summary>
    private const double MaxPodWatts = 1e12;

    /// <summary>What floating arithmetic may be off by: far below a watt, far above the error of sums of this size.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>Watts one pod adds to a node before the node's maximum is applied.</summary>
    public static long OfPod(NodePower node, PodPower pod)
    {
        if (pod.InsideIdle)
        {
            return 0;
        }

        if (!(pod.Gpus > 0))
        {
            return OfCpu(node, pod.CpuMilli);
        }

        if (node.Gpus <= 0)
        {
            // GPUs this node is not known to have: nothing to share by, so all the node has beyond idle.
            return node.OtherWatts;
        }

        var perGpu = GpuWatts(node, pod) - node.GpuIdleWatts + (double)node.OtherWatts / node.Gpus;
        return RoundUp(pod.Gpus * perGpu);
    }

    /// <summary>Watts of a node whose pods add <paramref name="podWatts"/>: <c>min(max, idle + Σ)</c>; 0 when switched off.</summary>
    public static long OfNode(NodePower node, long podWatts) =>
        node.Powered ? Math.Min(node.MaxWatts, node.IdleWatts + Math.Max(0, podWatts)) : 0;

    /// <summary>u by workload name: pretrain 1, prefill 1, finetune 0.85, batch 0.70, inference 0.70, decode 0.45, unknown 1.</summary>
    public static double Utilisation(string? workload) => workload switch
    {
        "finetune" => 0.85,
        "batch" or "inference" => 0.70,
        "decode" => 0.45,
        _ => 1,
    };

    /// <summary>True for a workload of which each pod serves requests by itself.</summary>
    public static bool IsIndependent(string? workload) => workload is "inference" or "decode";

    /// <summary>Expected watts of each of the pod's GPUs on this node, hints judged. Never below idle.</summary>
    public static double GpuWatts(NodePower node, PodPower pod)
    {
        var utilisation = pod.Utilisation is >= 0 and < 1 ? pod.Utilisation : 1;
        var watts = pod.GpuWatts ?? (node.GpuIdleWatts + utilisation * (node.GpuMaxWatts - node.GpuIdleWatts));
        if (!pod.Trusted && !node.CapsEnforced)
        {
            watts = Math.Max(watts, node.GpuMaxWatts);
        }

        if (node.CapsEnforced && pod.CapWatts is { } cap)
        {
            // The product refuses a lower limit than its minimum, so a lower cap cannot be counted on.
            watts = Math.Min(watts, Math.Max(cap, node.GpuMinCapWatts));
        }

        return Math.Max(watts, node.GpuIdleWatts);
    }

    private static long OfCpu(NodePower node, long cpuMilli)
    {
        if (cpuMilli <= 0)
        {
            return 0;
        }

        var share = node.CpuMilli > 0 ? Math.Min(1, (double)cpuMilli / node.CpuMilli) : 1;
        return RoundUp(share * node.OtherWatts);
    }

    private static long RoundUp(double watts) => (long)Math.Ceiling(Math.Min(watts, MaxPodWatts) - Tolerance);
}
