namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>A test that needs a real control plane: skipped with a reason where there is none, failed where CI is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ControlPlaneFactAttribute : FactAttribute
{
    public ControlPlaneFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"))) Skip = ControlPlaneBinaries.Missing;
    }

    /// <summary>A test of what Kubernetes has only since a version: skipped with an older one, wherever it runs.</summary>
    /// <param name="since">As <c>1.27</c>.</param>
    public ControlPlaneFactAttribute(string since)
        : this()
    {
        if (ControlPlaneBinaries.Missing is null && ControlPlaneBinaries.Version < Version.Parse(since)) Skip = $"Kubernetes {ControlPlaneBinaries.Version}, expected {since} or newer";
    }
}
