using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>A test that measures for minutes: runs only when it is asked for, and says how to ask.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BenchFactAttribute : FactAttribute
{
    private const string Switch = "TOPOSCHEDULER_BENCH";

    /// <param name="controlPlane">Whether it needs a real control plane.</param>
    public BenchFactAttribute(bool controlPlane)
    {
        if (Environment.GetEnvironmentVariable(Switch) != "1") Skip = $"it measures for minutes; to run it: {Switch}=1 ./test.sh --control-plane --project EndToEnd --filter Category=Bench";
        else if (controlPlane) Skip = ControlPlaneBinaries.Missing;
    }
}
