using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>Everything a snapshot says of its nodes, as lines to compare.</summary>
internal static class SnapshotText
{
    private static readonly string[] Resources = [ResourceList.Cpu, ResourceList.Memory, GangBuilder.Gpu, "example.com/other"];

    public static List<string> Of(ClusterSnapshot cluster)
    {
        var lines = new List<string>();
        for (var n = 0; n < cluster.Nodes.Length; n++)
        {
            var node = cluster.Nodes[n];
            var used = string.Join(' ', Resources.Select(r => cluster.PodColumns.Used(r)[n]));
            lines.Add($"{node.Name} #{cluster.IndexOf(node.Name)} {node.Uid} ready {node.Ready} cordoned {node.Unschedulable} {node.Allocatable} {node.PowerLocation.RackBudgetWatts}: "
                + $"{cluster.UsedOf(n)}; {used}; {cluster.PodColumns.Kinds[n]}; pods {cluster.PodWattsOf(n)} W, draw {cluster.DrawOf(n)} W; "
                + string.Join(' ', cluster.PodsOf(n).Select(p => $"{p.Name}/{p.Uid}{(p.Terminating ? "-" : "")}")));
        }

        var loads = cluster.ConstraintLoads();
        lines.AddRange(cluster.Power.Constraints.Select(c => $"constraint {c.Index}: {loads[c.Index]} = {cluster.LoadOf(c.Index)} of {c.LimitHalfWatts}"));
        return lines;
    }

    /// <summary>Fails with the lines that differ.</summary>
    public static void AssertSame(ClusterSnapshot expected, ClusterSnapshot actual, string when)
    {
        var (scratch, derived) = (Of(expected), Of(actual));
        if (scratch.SequenceEqual(derived)) return;
        var differing = scratch.Except(derived).Select(l => $"expected {l}").Concat(derived.Except(scratch).Select(l => $"actual   {l}"));
        Assert.Fail($"{when}:{Environment.NewLine}{string.Join(Environment.NewLine, differing)}");
    }
}
