namespace TopoScheduler.Core.Power;

/// <summary>
/// The watts of one node: what it draws idle, at most, and per GPU. From labels, else the accelerator table, else the defaults of
/// <c>design.md</c> §3.2. All watts are whole.
/// </summary>
public sealed record NodePower
{
    /// <summary>Most the node can draw.</summary>
    public required long MaxWatts { get; init; }

    /// <summary>Drawn with nothing running; a registered node counts it always, Ready or not, unless <see cref="Powered"/> is false.</summary>
    public required long IdleWatts { get; init; }

    /// <summary>Physical GPUs on the node (<c>nvidia.com/gpu.count</c>), whether or not they are sliced or shared.</summary>
    public int Gpus { get; init; }

    /// <summary>Most one GPU can draw.</summary>
    public int GpuMaxWatts { get; init; }

    /// <summary>What one GPU draws idle.</summary>
    public int GpuIdleWatts { get; init; }

    /// <summary>Lowest power limit the GPU product accepts.</summary>
    public int GpuMinCapWatts { get; init; }

    /// <summary>Allocatable CPU of the node in thousandths of a core, for the share of CPU-only pods.</summary>
    public long CpuMilli { get; init; }

    /// <summary>False when the node is switched off (<c>/powered: "false"</c>): it draws nothing and takes no member.</summary>
    public bool Powered { get; init; } = true;

    /// <summary>True when an agent on the node obeys GPU power caps (<c>/gpu-power-cap: enforced</c>).</summary>
    public bool CapsEnforced { get; init; }

    /// <summary>False for a GPU product without figures: such a node is not eligible inside a budgeted domain ("watts unknown").</summary>
    public bool WattsKnown { get; init; } = true;

    /// <summary>Where the figures come from, for reports: <c>labels</c>, <c>table: H100 SXM</c>, <c>derived</c>.</summary>
    public string Source { get; init; } = "labels";

    /// <summary>Watts beyond idle that are not GPU: fans, CPUs, NICs. Never negative.</summary>
    public long OtherWatts => Math.Max(0, MaxWatts - IdleWatts - (long)Gpus * (GpuMaxWatts - GpuIdleWatts));
}

/// <summary>What one pod asks of the power model of whatever node it lands on.</summary>
public sealed record PodPower
{
    /// <summary>Physical GPUs it occupies; a MIG slice counts gi/7, a time-sliced replica its whole GPU once.</summary>
    public double Gpus { get; init; }

    /// <summary>CPU request in thousandths of a core, used for a pod without GPUs.</summary>
    public long CpuMilli { get; init; }

    /// <summary>u: share of the span from idle to maximum a GPU is expected to draw, by workload (<c>design.md</c> §3.2). 1 when unknown.</summary>
    public double Utilisation { get; init; } = 1;

    /// <summary>Expected watts per GPU (<c>gpu-watts</c>), overriding <see cref="Utilisation"/>.</summary>
    public int? GpuWatts { get; init; }

    /// <summary>Power limit the pod's GPUs run under, where the node enforces it.</summary>
    public int? CapWatts { get; init; }

    /// <summary>
    /// True when it says that it serves requests by itself (workload inference or decode): with others like it, it may count for less than its peak, by option.
    /// </summary>
    public bool Independent { get; init; }

    /// <summary>Inside the node's idle watts already: DaemonSet and mirror pods.</summary>
    public bool InsideIdle { get; init; }

    /// <summary>True when a hint may lower the draw on any node: the namespace is trusted. Else only where the node enforces caps.</summary>
    public bool Trusted { get; init; }
}
