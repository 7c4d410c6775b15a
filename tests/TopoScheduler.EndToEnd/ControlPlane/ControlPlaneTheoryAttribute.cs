namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>A theory that needs a real control plane: skipped with a reason where there is none, failed where CI is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ControlPlaneTheoryAttribute : TheoryAttribute
{
    public ControlPlaneTheoryAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"))) Skip = ControlPlaneBinaries.Missing;
    }
}
