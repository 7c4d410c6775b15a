using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>A test with scheduling gates, which servers before 1.30 do not have for certain: skipped with a reason there, in CI too.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GatesFactAttribute : FactAttribute
{
    private static readonly Version First = new(1, 30);

    public GatesFactAttribute()
    {
        Skip = ControlPlaneBinaries.Missing is { } missing ? missing
            : ControlPlaneBinaries.Version < First
                ? $"scheduling gates need Kubernetes {First} or newer and this is {ControlPlaneBinaries.Version}: name the folder of a newer one in KUBEBUILDER_ASSETS."
                : null;
    }
}
