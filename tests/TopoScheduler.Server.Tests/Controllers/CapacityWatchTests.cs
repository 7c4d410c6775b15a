using Microsoft.Extensions.Logging.Abstractions;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Clocks;

namespace TopoScheduler.Server.Tests.Controllers;

public sealed class CapacityWatchTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly CapacityWatch _watch;
    private ClusterSnapshot? _cluster = TestServer.Cluster();

    public CapacityWatchTests() => _watch = new(() => _cluster, PlacementPolicy.Default, Interval, _time, NullLogger<CapacityWatch>.Instance);

    [Fact]
    public void IsDue_NobodyLooks_CountsNothing()
    {
        Assert.Null(_watch.IsDue());
        Assert.False(_watch.IsWatched);
        Assert.Null(_watch.Figures);
        Assert.True(_watch.IsWatched);
        Assert.Same(_cluster, _watch.IsDue());
        _time.Advance(CapacityWatch.Attention + TimeSpan.FromSeconds(1));
        Assert.Null(_watch.IsDue());
    }

    [Fact]
    public void IsDue_AfterACount_WaitsForAChangeAndForTheInterval()
    {
        Assert.Null(_watch.Figures);
        _watch.Count(_cluster!);
        _time.Advance(Interval);
        Assert.Null(_watch.IsDue());

        _cluster = TestServer.Cluster(3);
        Assert.Same(_cluster, _watch.IsDue());
        _watch.Count(_cluster);
        _cluster = TestServer.Cluster(5);
        _time.Advance(Interval - TimeSpan.FromSeconds(1));
        Assert.Null(_watch.IsDue());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(_cluster, _watch.IsDue());
    }

    [Fact]
    public void IsDue_AnotherReplicaSchedules_HasNoFigures()
    {
        Assert.Null(_watch.Figures);
        _watch.Count(_cluster!);
        Assert.NotNull(_watch.Figures);
        _cluster = null;
        Assert.Null(_watch.IsDue());
        Assert.Null(_watch.Figures);
    }

    [Fact]
    public void Count_ThreeFreeNodes_IsWhatTheEngineCanPlace()
    {
        var cluster = ClusterSnapshot.Create(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(2).BuildNodes(), []);
        cluster = ClusterSnapshot.Create(cluster.Nodes, [ClusterBuilder.BoundPod(cluster.Nodes[0].Name, "busy", 8)]);
        _watch.Count(cluster);
        var report = Assert.Single(_watch.Figures!.Reports);
        Assert.Equal([(8, 3), (16, 1), (64, 0)], report.Slots.Select(s => (s.Gpus, s.Count)));
        Assert.Equal([("node", 8L), ("cluster", 24L)], report.Largest.Where(l => l.Tier is "node" or "cluster").Select(l => (l.Tier, l.Gpus)));
        Assert.Equal((8, 24), (report.BusyGpus, report.FreeGpus));
    }
}
