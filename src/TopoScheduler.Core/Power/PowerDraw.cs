namespace TopoScheduler.Core.Power;

/// <summary>The draw rules of <c>design.md</c> §3.2: integer watts, each pod rounded up.</summary>
public static class PowerDraw
{
    /// <summary>Watts one pod adds to a node before the node's maximum is applied.</summary>
    public static long OfPod(NodePower node, PodPower pod) => throw new NotImplementedException();

    /// <summary>Watts of a node whose pods add <paramref name="podWatts"/>: <c>min(max, idle + Σ)</c>; 0 when switched off.</summary>
    public static long OfNode(NodePower node, long podWatts) => throw new NotImplementedException();

    /// <summary>u by workload name: pretrain 1, prefill 1, finetune 0.85, batch 0.70, inference 0.70, decode 0.45, unknown 1.</summary>
    public static double Utilisation(string? workload) => throw new NotImplementedException();
}
