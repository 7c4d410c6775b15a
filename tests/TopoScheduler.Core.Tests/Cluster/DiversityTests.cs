using TopoScheduler.Core.Cluster;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>Pods of one GPU that each serve by themselves, 987.5 W above idle and 630 W of it in the GPU, on four nodes of 2,300 W idle in one rack.</summary>
public sealed class DiversityTests
{
    private const int Idle = 4 * 2_300;
    private const int Peak = 988;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, Peak)]
    // 0.4·(4 − √4)·630 less than four peaks.
    [InlineData(4, (4 * Peak) - 504)]
    // 0.4·(16 − √16)·630 less.
    [InlineData(16, (16 * Peak) - 3_024)]
    public void CommittedWatts_IndependentPods_SwingOneByOne(int pods, int watts) => Assert.Equal(Idle + watts, Rack(60, pods).CommittedWatts(0));

    [Fact]
    public void CommittedWatts_At100Percent_EverybodyPeaks() => Assert.Equal(Idle + 16 * Peak, Rack(100, 16).CommittedWatts(0));

    [Fact]
    public void CommittedWatts_GangsAndUntrustedPods_GetNoCredit()
    {
        Assert.Equal(Idle + 8 * Peak, Rack(60, 8, p => p with { Gang = new("ml", "LeaderWorkerSet", "llm") }).CommittedWatts(0));
        Assert.Equal(Idle + 8 * Peak, Rack(60, 8, p => p with { Template = p.Template with { Power = p.Template.Power with { Trusted = false } } }).CommittedWatts(0));
        Assert.Equal(Idle + 8 * Peak, Rack(60, 8, p => p with { Template = p.Template with { Power = p.Template.Power with { Independent = false } } }).CommittedWatts(0));
    }

    [Fact]
    public void CommittedWatts_PodsComeAndGo_NeverGrowsByAGoingNorByMoreThanAPeak()
    {
        var random = new Random(5);
        var cluster = Rack(55, 0);
        var pods = new List<PodInfo>();
        for (var step = 0; step < 400; step++)
        {
            var before = cluster.CommittedWatts(0);
            var next = Pod(step, random.Next(4), 1 + random.Next(2));
            if (random.Next(2) == 0 && pods.Where(p => p.NodeName == next.NodeName).Sum(p => p.Template.Gpus) + next.Template.Gpus <= 8)
            {
                pods.Add(next);
                cluster = cluster.Plus([pods[^1]]);
                Assert.InRange(cluster.CommittedWatts(0) - before, 0, 2 * Peak);
            }
            else if (pods.Count > 0)
            {
                var gone = pods[random.Next(pods.Count)];
                pods.Remove(gone);
                cluster = cluster.WithPods(p => p.Name != gone.Name);
                Assert.True(cluster.CommittedWatts(0) <= before);
            }

            var scratch = ClusterSnapshot.Create(cluster.Nodes, pods).WithDiversity(55);
            Assert.Equal(scratch.CommittedWatts(0), cluster.CommittedWatts(0));
        }
    }

    [Fact]
    public void State_AfterARebuild_KeepsTheOption()
    {
        var state = new ClusterState();
        state.SetDiversity(60);
        state.ReplaceNodes(Builder().BuildNodes());
        for (var i = 0; i < 16; i++) state.Upsert(Pod(i, i / 4, 1));
        Assert.Equal(Idle + (16 * Peak) - 3_024, state.Current.CommittedWatts(0));
    }

    private static ClusterBuilder Builder() => ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(4).Racks(4, 60_000);

    private static ClusterSnapshot Rack(int percent, int pods, Func<PodInfo, PodInfo>? change = null) =>
        Builder().Pods(Enumerable.Range(0, pods).Select(i => (change ?? (p => p))(Pod(i, i / 4, 1)))).Build().WithDiversity(percent);

    private static PodInfo Pod(int number, int node, int gpus)
    {
        var pod = ClusterBuilder.BoundPod(ClusterBuilder.NameOf(node), $"serve-{number:D3}", gpus);
        return pod with { Template = pod.Template with { Power = pod.Template.Power with { Independent = true } } };
    }
}
