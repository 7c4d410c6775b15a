using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Testing.Cases;

/// <summary>A drawn case: a cluster and a gang.</summary>
/// <param name="Seed">What it was drawn from; the same seed draws the same case.</param>
/// <param name="Nodes">Its nodes.</param>
/// <param name="Pods">Its pods.</param>
/// <param name="Gang">The gang.</param>
/// <param name="Proved">
/// In the class where counting proves the answer (<c>design.md</c> §4, 3): members alike, no segments, at most "inside one domain", each node on one
/// path of the power tree.
/// </param>
public sealed record PlacementCase(int Seed, ImmutableArray<NodeInfo> Nodes, ImmutableArray<PodInfo> Pods, Gang Gang, bool Proved)
{
    private ClusterSnapshot? _cluster;

    /// <summary>The snapshot.</summary>
    public ClusterSnapshot Cluster => _cluster ??= ClusterSnapshot.Create(Nodes, Pods);

    /// <summary>One paragraph to repeat and to read a failure.</summary>
    public override string ToString()
    {
        var roles = string.Join(" + ", Gang.Roles.Select(r => $"{r.Count}×{r.Name}({r.Template.Gpus} GPU)"));
        var hints = Gang.Hints;
        var parallelism = string.Join('/', hints.Parallelism.Select(d => $"{d.Name}={d.Degree}"));
        var text = $"seed {Seed}: {Nodes.Length} nodes, {roles}, min {Gang.MinMembers}, required {hints.Required}, preferred {hints.Preferred}, "
            + $"segments {hints.SegmentSize}/{hints.SegmentTier}, workload {hints.Workload}, parallelism {parallelism}, proved {Proved}, "
            + $"exclusion {Gang.Roles[0].Template.AntiAffinity.Length > 0}";
        return Nodes.Length > 12 ? text : text + Environment.NewLine + string.Join(Environment.NewLine, Nodes.Select(Line));
    }

    private string Line(NodeInfo n)
    {
        var at = n.PowerLocation;
        var taken = string.Join(",", Pods.Where(p => p.NodeName == n.Name).Select(p => p.IsDaemon ? "daemon" : $"{p.Template.Gpus}"));
        var state = $"{(n.Unschedulable ? "cordoned " : "")}{(n.Ready ? "" : "notready ")}{(n.Power.Powered ? "" : "off ")}";
        return $"  {n.Name} {string.Join('<', n.Location.Fabric)} nvl={n.Location.NvLinkDomain} gpus={n.Power.Gpus} used=[{taken}] {state}"
            + $"W={n.Power.IdleWatts}..{n.Power.MaxWatts} gpuW={n.Power.GpuIdleWatts}..{n.Power.GpuMaxWatts} "
            + $"rack={at.Rack}:{at.RackBudgetWatts} pdu={at.Pdu}:{at.PduBudgetWatts} pduB={at.PduB}:{at.PduBBudgetWatts} row={at.Row}:{at.RowBudgetWatts} feed={at.Feed}";
    }
}
