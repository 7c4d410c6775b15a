using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// A cluster with nothing on it but DaemonSet and mirror pods, and without budgets: what the best possible placement is measured on. It is the same whatever
/// jobs come to the nodes, so it is made once for many.
/// </summary>
internal sealed class EmptiedCluster(ClusterSnapshot cluster)
{
    private ClusterSnapshot? _snapshot;

    /// <summary>It, made when first asked for.</summary>
    public ClusterSnapshot Snapshot => _snapshot ??= WhatIf.WithoutBudgets(cluster.WithPods(p => p.IsDaemon));
}
