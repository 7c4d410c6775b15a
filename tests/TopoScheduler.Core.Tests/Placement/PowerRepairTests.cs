using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Oracles;

namespace TopoScheduler.Core.Tests.Placement;

/// <summary>Budgets that cross the network: as few domains as there can be, at the price of little more than one run of the tables.</summary>
public sealed class PowerRepairTests
{
    private const long FullWatts = 10_200;
    private const long IdleWatts = 2_300;

    /// <summary>Watts with which so many of 16 servers run at full draw.</summary>
    private static long Holding(int full) => full * FullWatts + (16 - full) * IdleWatts;

    [Theory]
    [InlineData(52, 4)]
    [InlineData(53, 5)]
    [InlineData(104, 8)]
    [InlineData(13, 1)]
    [InlineData(14, 2)]
    public void Plan_FeedsGroupedUnlikeLeaves_UsesTheFewestLeaves(int members, int leaves)
    {
        // Each leaf holds 13 by its A side; each B side feeds one rack of each of four leaves, and holds 13 as well.
        var cluster = Crossing(spines: 1);
        var gang = GangBuilder.Members(members).GpusPerPod(8).Build();

        var result = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default);

        Assert.Empty(PlacementAudit.Faults(cluster, gang, result));
        Assert.Equal(leaves, result.Plan!.Score.Tiers.Single(t => t.Tier == Tier.Fabric(0)).Used);
    }

    [Fact]
    public void Plan_FeedsGroupedUnlikeLeaves_TakesFewMoreStepsThanWithoutPower()
    {
        var gang = GangBuilder.Members(120).GpusPerPod(8).Build();
        var without = PlacementEngine.Plan(ClusterBuilder.Spines(4).Leaves(8).NodesPerLeaf(16).Build(), gang, PlacementPolicy.Default);

        var with = PlacementEngine.Plan(Crossing(spines: 4), gang, PlacementPolicy.Default);

        Assert.Equal(10, with.Plan!.Score.Tiers.Single(t => t.Tier == Tier.Fabric(0)).Used);
        Assert.InRange(with.Search.Steps, 1, 4 * without.Search.Steps);
    }

    [Fact]
    public void Plan_PartOfACrossingRackInALeaf_ProvesThatNothingFits()
    {
        // Racks of 4 straddle leaves of 6 and hold one server each: a leaf, which the gang requires, sees two racks and takes two of the three members.
        var cluster = ClusterBuilder.Spines(1).Leaves(4).NodesPerLeaf(6).Racks(4, 20_000).Build();
        var gang = GangBuilder.Members(3).GpusPerPod(8).Required(Tier.Leaf).Build();

        Assert.Equal(PlacementOutcome.NoFit, PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default).Outcome);
        Assert.Equal(PlacementOutcome.Placed, PlacementEngine.Plan(cluster, GangBuilder.Members(2).GpusPerPod(8).Required(Tier.Leaf).Build(), PlacementPolicy.Default).Outcome);
    }

    private static ClusterSnapshot Crossing(int spines) => ClusterBuilder.Spines(spines).Leaves(8).NodesPerLeaf(16)
        .Nodes((i, node) => node with
        {
            PowerLocation = new()
            {
                Rack = $"r{i / 4:D3}",
                Pdu = $"p{i / 16:D3}",
                PduBudgetWatts = Holding(13),
                PduB = $"q{i / 64 * 4 + i / 4 % 4:D3}",
                PduBBudgetWatts = Holding(13),
            },
        })
        .Build();
}
