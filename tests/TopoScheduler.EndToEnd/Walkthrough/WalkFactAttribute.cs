using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Walkthrough;

/// <summary>A test with kubectl on a control plane of certain versions: skipped with a reason where there is none, failed where CI is set; with another version skipped in CI too.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WalkFactAttribute : FactAttribute
{
    /// <param name="since">The oldest version, as <c>1.30</c>.</param>
    /// <param name="before">The first that is too new.</param>
    public WalkFactAttribute(string since, string before)
    {
        var missing = ControlPlaneBinaries.Missing ?? KubectlBinary.Missing;
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"))) Skip = missing;
        if (ControlPlaneBinaries.Missing is null && (ControlPlaneBinaries.Version < Version.Parse(since) || ControlPlaneBinaries.Version >= Version.Parse(before)))
        {
            Skip = $"this part of the page is about Kubernetes {since} and newer, before {before}, and this is {ControlPlaneBinaries.Version}: name the folder of another in KUBEBUILDER_ASSETS.";
        }
    }
}
