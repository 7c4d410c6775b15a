using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Cases;
using TopoScheduler.Testing.Samples;

namespace TopoScheduler.Core.Tests.Placement;

/// <summary>Part 7 of the order: among equals the fullest power domain. How much of the budgets it uses is measured in <c>bench/</c>.</summary>
public sealed class PowerFillTests
{
    private static readonly PlacementPolicy Without = PlacementPolicy.Default with { WithoutPowerFill = true };

    [Fact]
    public void Plan_ServersEqualInAllElse_GoesByPowerFillBeforeNames()
    {
        var cluster = ClusterBuilder.Spines(1).NodesPerLeaf(8).Racks(4, 34_000).Pod(4, 8).Pod(0, 4).Pod(1, 4).Pod(5, 4).Pod(6, 4).Build();
        var pod = GangBuilder.Members(1).GpusPerPod(4).Build();

        Assert.Equal(0, Node(cluster, pod, Without));
        Assert.Equal(5, Node(cluster, pod, PlacementPolicy.Default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Plan_EqualRacks_TakesTheFullest(int gpus)
    {
        foreach (var fullest in Enumerable.Range(0, 6))
        {
            var cluster = ClusterBuilder.Spines(1).NodesPerLeaf(24).Racks(4, 33_000).Busy(Enumerable.Range(0, 6).Select(r => r * 4)).Busy(fullest * 4 + 1).Build();

            Assert.Equal(fullest, Node(cluster, GangBuilder.Members(1).GpusPerPod(gpus).Build(), PlacementPolicy.Default) / 4);
        }
    }

    [Fact]
    public void Fill_RackBoundSample_UsesMoreOfTheBudgetsWhereCapsAreAccepted()
    {
        var content = ClusterReader.ReadText(SampleClusters.All.Single(s => s.File == "rack-bound-h100.yaml").Content, "rack-bound-h100.yaml");
        var cluster = ClusterSnapshot.Create(content.Nodes, content.Pods);

        var without = Fill(cluster, Without, null);
        var with = Fill(cluster, PlacementPolicy.Default, null);
        var capped = Fill(cluster, PlacementPolicy.Default, 350);

        Assert.All([.. without, .. with, .. capped], e => Assert.InRange(e.UsedShare, 0.8, 1));
        Assert.True(capped.Average(e => e.UsedShare) > with.Average(e => e.UsedShare) + 0.01, "caps use no more of the budgets");
        Assert.True(with.Average(e => e.UsedShare) > without.Average(e => e.UsedShare) - 0.01, "the power fill strands watts");
        Assert.True(capped.Sum(e => e.CappedGpus) > 0);
    }

    private static PowerFillingEnd[] Fill(ClusterSnapshot cluster, PlacementPolicy policy, int? leastGpuWatts) =>
        [.. Enumerable.Range(0, 8).Select(seed => new PowerFilling(seed, [8], policy, leastGpuWatts).Run(cluster))];

    private static int Node(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy) => PlacementEngine.Plan(cluster, gang, policy).Plan!.Members[0].Node;
}
