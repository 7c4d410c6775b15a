using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Labels;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>A node's watts: from labels, else from the accelerator table, else derived (<c>design.md</c> §3.2).</summary>
internal static class NodeWatts
{
    // GPUs take this share of a server's maximum where only they are known (8-GPU servers: 49 to 56 %).
    private const double GpuShareOfMax = 0.55;

    // What is no GPU draws this share of its maximum when idle.
    private const double OtherIdleShare = 0.35;

    private const long CpuNodeWatts = 200;
    private const long CpuNodeWattsPerCore = 6;
    private const double CpuNodeIdleShare = 0.4;

    /// <summary>Reads one node.</summary>
    /// <param name="labels">Its labels.</param>
    /// <param name="node">Its resources.</param>
    /// <param name="accelerators">Its accelerators.</param>
    /// <param name="inPowerTree">It names a rack, PDU, row or facility: only then assumptions about its watts matter and are reported.</param>
    /// <param name="problems">Takes what is wrong or assumed.</param>
    public static NodePower Read(
        NodeLabels labels, NodeFields node, NodeAccelerators accelerators, bool inPowerTree, ImmutableArray<Problem>.Builder problems)
    {
        var maxLabel = PowerLabels.Watts(labels, PowerLabels.NodeMaxWatts, 1, problems);
        var idleLabel = PowerLabels.Watts(labels, PowerLabels.NodeIdleWatts, 0, problems);
        var (max, idle, source) = MaxAndIdle(node, accelerators, maxLabel, idleLabel);
        if (idleLabel > max)
        {
            problems.Add(Problem.Error(
                labels.Node, $"label {PowerLabels.NodeIdleWatts}=\"{idleLabel}\": expected at most the node's maximum of {max} W; the label is ignored."));
            (max, idle, source) = MaxAndIdle(node, accelerators, maxLabel, null);
        }

        var known = accelerators.Gpus == 0 || accelerators.Known is not null || maxLabel is not null;
        if (inPowerTree)
        {
            ReportAssumptions(labels, accelerators, known, source, problems);
        }

        var gpu = GpuFigures(accelerators);
        return new()
        {
            MaxWatts = max,
            IdleWatts = Math.Min(idle, max),
            Gpus = accelerators.Gpus,
            GpuMaxWatts = gpu.Max,
            GpuIdleWatts = gpu.Idle,
            GpuMinCapWatts = gpu.MinCap,
            CpuMilli = node.Allocatable[ResourceList.Cpu],
            Powered = labels.OneOf<bool>(PowerLabels.Powered, [("true", true), ("false", false)], problems) ?? true,
            CapsEnforced = labels.OneOf<bool>(PowerLabels.GpuPowerCap, [("enforced", true)], problems) ?? false,
            WattsKnown = known,
            Source = source,
        };
    }

    private static (long Max, long Idle, string Source) MaxAndIdle(NodeFields node, NodeAccelerators accelerators, long? maxLabel, long? idleLabel)
    {
        var row = accelerators.Known is { } product ? AcceleratorTable.FindNode(product, accelerators.Gpus) : null;
        var max = maxLabel ?? row?.MaxWatts ?? DerivedMax(node, accelerators);
        var idle = idleLabel ?? (maxLabel is null ? row?.IdleWatts : null) ?? DerivedIdle(accelerators, max);
        var source = maxLabel is not null && idleLabel is not null ? "labels"
            : row is not null && maxLabel is null ? $"table: {row.Accelerator}"
            : maxLabel is not null ? "labels, idle derived"
            : "derived";
        return (max, Math.Min(idle, idleLabel is null ? max : long.MaxValue), source);
    }

    private static long DerivedMax(NodeFields node, NodeAccelerators accelerators)
    {
        if (accelerators.Gpus == 0)
        {
            var cpuMilli = Math.Max(node.Capacity[ResourceList.Cpu], node.Allocatable[ResourceList.Cpu]);
            return CpuNodeWatts + CpuNodeWattsPerCore * ((cpuMilli + 999) / 1000);
        }

        return accelerators.Known is { } gpu ? (long)Math.Ceiling((double)gpu.MaxWatts * accelerators.Gpus / GpuShareOfMax) : 0;
    }

    private static long DerivedIdle(NodeAccelerators accelerators, long max)
    {
        if (accelerators.Gpus == 0)
        {
            return (long)Math.Ceiling(CpuNodeIdleShare * max - 1e-6);
        }

        if (accelerators.Known is not { } gpu)
        {
            return (long)Math.Ceiling(OtherIdleShare * max - 1e-6);
        }

        var others = Math.Max(0, max - (long)gpu.MaxWatts * accelerators.Gpus);
        return Math.Min(max, (long)Math.Ceiling((long)gpu.IdleWatts * accelerators.Gpus + OtherIdleShare * others - 1e-6));
    }

    /// <summary>Watts of one GPU. Of an unknown product on a node with labelled watts, everything beyond idle is shared as "other".</summary>
    private static (int Max, int Idle, int MinCap) GpuFigures(NodeAccelerators accelerators) =>
        accelerators.Known is { } gpu ? (gpu.MaxWatts, gpu.IdleWatts, gpu.MinCapWatts) : (0, 0, 0);

    private static void ReportAssumptions(
        NodeLabels labels, NodeAccelerators accelerators, bool known, string source, ImmutableArray<Problem>.Builder problems)
    {
        if (!known)
        {
            var product = accelerators.Product is null ? "GPUs of an unnamed product" : $"the GPU product \"{NodeLabels.Shorten(accelerators.Product)}\"";
            problems.Add(Problem.Warning(
                labels.Node, $"has {product}, whose watts are not known; where a power budget applies it takes no member. Expected labels "
                + $"{PowerLabels.NodeMaxWatts} and {PowerLabels.NodeIdleWatts}."));
        }
        else if (source == "derived")
        {
            var from = accelerators.Gpus == 0 ? "its cores" : $"its {accelerators.Gpus} {accelerators.Known!.Name}";
            problems.Add(Problem.Info(
                labels.Node, $"states no watts; they are derived from {from}. Labels {PowerLabels.NodeMaxWatts} and {PowerLabels.NodeIdleWatts} replace them."));
        }
    }
}
