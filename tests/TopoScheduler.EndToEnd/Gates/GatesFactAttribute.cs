using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Gates;

/// <summary>A test that needs a real control plane with scheduling gates as they are since 1.30: skipped with a reason where there is none, or an older one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GatesFactAttribute : FactAttribute
{
    private const int FirstMinor = 30;

    public GatesFactAttribute()
    {
        if (ControlPlaneBinaries.Missing is { } missing)
        {
            Skip = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")) ? missing : null;
        }
        else if (ControlPlaneBinaries.Version is { Major: 1, Minor: < FirstMinor } version)
        {
            Skip = $"the control plane in {ControlPlaneBinaries.Folder} is {version}; gates are tried with 1.{FirstMinor} or newer, named by KUBEBUILDER_ASSETS.";
        }
    }
}
