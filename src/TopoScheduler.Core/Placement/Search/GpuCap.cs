using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>The GPU power caps that may be tried for a gang, in watts, multiples of <see cref="StepWatts"/>.</summary>
/// <param name="LowestWatts">Not below <c>gpu-watts-min</c> nor the lowest limit of any product concerned.</param>
/// <param name="HighestWatts">Below what the GPUs would draw without a cap.</param>
internal sealed record GpuCap(int LowestWatts, int HighestWatts)
{
    /// <summary>Caps are multiples of this.</summary>
    public const int StepWatts = 5;

    /// <summary>The caps worth trying live: the job accepts one and some node obeys it. Null when there are none.</summary>
    public static GpuCap? Range(PlacementProblem problem)
    {
        if (problem.Gang.Hints.GpuWattsMin is not { } accepted) return null;
        var lowest = accepted;
        var highest = 0;
        foreach (var node in problem.Active)
        {
            var power = problem.Cluster.Nodes[node].Power;
            if (!power.CapsEnforced || power.Gpus == 0) continue;
            lowest = Math.Max(lowest, power.GpuMinCapWatts);
            foreach (var role in problem.Gang.Roles)
            {
                if (role.Template.Gpus > 0) highest = Math.Max(highest, (int)Math.Ceiling(PowerDraw.GpuWatts(power, role.Template.Power)));
            }
        }

        return Between(lowest, highest);
    }

    /// <summary>The caps from one that is accepted to the highest that still lowers a draw; null when there are none.</summary>
    /// <param name="acceptedWatts">The lowest cap that job and products take.</param>
    /// <param name="drawnWatts">What a GPU draws without it.</param>
    public static GpuCap? Between(int acceptedWatts, int drawnWatts)
    {
        var low = (acceptedWatts + StepWatts - 1) / StepWatts * StepWatts;
        var high = (drawnWatts - 1) / StepWatts * StepWatts;
        return low <= high ? new(low, high) : null;
    }

    /// <summary>Estimated slowdown of a gang's compute under a cap. The slowest node counts.</summary>
    public static double Slowdown(PlacementProblem problem, int[] nodeOf, int capWatts)
    {
        var slowdown = 1.0;
        var member = 0;
        for (var r = 0; r < problem.RoleCounts.Length; r++)
        {
            var pod = problem.Gang.Roles[r].Template;
            for (var i = 0; i < problem.RoleCounts[r]; i++, member++)
            {
                if (pod.Gpus > 0) slowdown = Math.Max(slowdown, Slowdown(problem.Cluster.Nodes[nodeOf[member]].Power, pod.Power, capWatts));
            }
        }

        return Math.Round(slowdown, 4);
    }

    /// <summary>
    /// Estimated slowdown of one pod's compute under a cap: perf(c) = ((c − idle) / (P − idle))^½ where P is the draw without it (<c>domain-model.md</c>
    /// §5.3, a product choice); 1 when the cap does not bind or nobody enforces it.
    /// </summary>
    public static double Slowdown(NodePower node, PodPower pod, int capWatts)
    {
        if (!node.CapsEnforced) return 1;
        var full = PowerDraw.GpuWatts(node, pod) - node.GpuIdleWatts;
        var capped = Math.Max(1, capWatts - node.GpuIdleWatts);
        return capped < full ? Math.Sqrt(full / capped) : 1;
    }
}
