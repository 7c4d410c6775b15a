using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Cases;

namespace TopoScheduler.Core.Tests.Cluster;

public sealed class ClusterSnapshotTests
{
    [Fact]
    public void Create_PermutedInput_NumbersNodesAlike()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var drawn = SmallCases.Draw(seed);
            var again = ClusterSnapshot.Create(drawn.Nodes.Reverse(), drawn.Pods.Reverse());
            Assert.Equal(drawn.Cluster.Nodes.Select(n => n.Name), again.Nodes.Select(n => n.Name));
            Assert.Equal(drawn.Cluster.ConstraintLoads(), again.ConstraintLoads());
            for (var n = 0; n < again.Nodes.Length; n++) Assert.Equal(drawn.Cluster.PodsOf(n).Select(p => p.Id), again.PodsOf(n).Select(p => p.Id));
        }
    }

    [Fact]
    public void Create_TwoNodesOfOneName_KeepsTheFirstUidAndSaysSo()
    {
        var nodes = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(2).BuildNodes();
        var twin = nodes[0] with { Uid = "uid-zzz", Unschedulable = true };
        var cluster = ClusterSnapshot.Create([twin, .. nodes], []);
        Assert.Equal(2, cluster.Nodes.Length);
        Assert.False(cluster.Nodes[cluster.IndexOf("n0000")].Unschedulable);
        var problem = Assert.Single(cluster.Problems);
        Assert.Equal((Severity.Error, "node/n0000"), (problem.Severity, problem.Object));
        Assert.Contains("uid-0000", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_PodOnUnknownNode_IsAProblemAndOccupiesNothing()
    {
        var nodes = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(1).BuildNodes();
        var cluster = ClusterSnapshot.Create(nodes, [ClusterBuilder.BoundPod("gone", "lost", 8)]);
        var problem = Assert.Single(cluster.Problems);
        Assert.Equal((Severity.Warning, "pod/ml/lost"), (problem.Severity, problem.Object));
        Assert.Contains("\"gone\"", problem.Message, StringComparison.Ordinal);
        Assert.Empty(cluster.PodsOf(0));
        Assert.Equal(2_300, cluster.DrawOf(0));
    }

    [Fact]
    public void Create_BusyNode_CountsItsPodsResourcesAndWatts()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(2).Busy(0).Pod(1, 4).Pod(1, 0, daemon: true).Build();
        Assert.Equal(8, cluster.UsedOf(0)[GangBuilder.Gpu]);
        Assert.Equal(10_200, cluster.DrawOf(0));
        Assert.Equal(4, cluster.UsedOf(1)[GangBuilder.Gpu]);
        Assert.Equal(1_100, cluster.UsedOf(1)[ResourceList.Cpu]);
        Assert.Equal(2_300 + (7_900 / 2), cluster.DrawOf(1));
    }

    [Fact]
    public void ConstraintLoads_RackOfFour_SumsDrawsInHalfWatts()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Busy(2).Racks(4, 26_000).Build();
        Assert.Equal([2L * ((3 * 2_300) + 10_200)], cluster.ConstraintLoads());
        Assert.Equal(2 * 26_000, Assert.Single(cluster.Power.Constraints).LimitHalfWatts);
    }

    [Fact]
    public void PlusAndWithPods_ThereAndBack_LeaveTheOriginalAlone()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(2).Busy(0).Racks(4, 40_000).Build();
        var before = cluster.ConstraintLoads();
        var fuller = cluster.Plus([ClusterBuilder.BoundPod("n0003", "new", 8)]);
        Assert.Equal([before[0] + (2 * 7_900)], fuller.ConstraintLoads());
        Assert.Equal(before, fuller.WithPods(p => p.Name != "new").ConstraintLoads());
        Assert.Equal(before, cluster.ConstraintLoads());
        Assert.Same(cluster.Topology, fuller.Topology);
        Assert.Equal([2L * 4 * 2_300], cluster.WithPods(_ => false).ConstraintLoads());
    }

    [Fact]
    public void Create_SwitchedOffNode_DrawsNothing()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(2).Racks(2, 9_000)
            .Nodes((i, n) => i == 0 ? n with { Power = n.Power with { Powered = false } } : n with { Ready = false })
            .Build();
        Assert.Equal((0, 2_300), (cluster.DrawOf(0), cluster.DrawOf(1)));
    }

    [Fact]
    public void IndexOf_UnknownName_IsMinusOne() => Assert.Equal(-1, ClusterBuilder.Spines(1).Build().IndexOf("n9999"));
}
