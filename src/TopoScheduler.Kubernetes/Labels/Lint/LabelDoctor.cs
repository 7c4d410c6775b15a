using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>
/// The lint behind <c>toposched doctor</c>. What reading the input found already (<see cref="ClusterSnapshot.Problems"/>) gets the fix that goes with it;
/// further rules look at what is legal for each node but odd for the cluster.
/// </summary>
public static class LabelDoctor
{
    /// <summary>Examines a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="ofInput">What was wrong with the file it came from.</param>
    /// <returns>Findings, worst first.</returns>
    public static ImmutableArray<Finding> Examine(ClusterSnapshot cluster, IEnumerable<Problem> ofInput)
    {
        var findings = new FindingList();
        foreach (var problem in ofInput.Concat(cluster.Problems).Distinct())
        {
            KnownProblems.Add(cluster, problem, findings);
        }

        ValueRules.Add(cluster, findings);
        SwitchRules.Add(cluster, findings);
        NvLinkRules.Add(cluster, findings);
        PowerTreeRules.Add(cluster, findings);
        BudgetRules.Add(cluster, findings);
        DeviceRules.Add(cluster, findings);
        return [.. findings.Finish()];
    }
}
