using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>A test that needs a control plane and a clock it can set: skipped with a reason where either is missing, failed where CI is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClockFactAttribute : FactAttribute
{
    public ClockFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"))) Skip = ControlPlaneBinaries.Missing ?? FakeClock.Missing;
    }
}
