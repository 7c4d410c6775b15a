using System.Collections.Immutable;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;
using static TopoScheduler.Core.Tests.Distance.TestNetwork;

namespace TopoScheduler.Core.Tests.Distance;

public sealed class OwnTimeEstimatorTests
{
    private static readonly GangHints Pretrain = new() { Workload = "pretrain" };

    [Fact]
    public void OwnTimeMs_BalancedGang_BeatsOneGpuLeftOver()
    {
        var estimator = Estimator(Regular(5), Gang(32, 1, Pretrain));

        Assert.Equal(5.9, estimator.OwnTimeMs(Split(8, 8, 8, 8)), 2);
        Assert.InRange(estimator.OwnTimeMs(Split(8, 8, 8, 7, 1)), 46.5, 47.7);
        Assert.True(estimator.OwnTimeMs(Split(7, 7, 6, 6, 6)) < estimator.OwnTimeMs(Split(8, 8, 8, 7, 1)));
    }

    [Fact]
    public void OwnTimeMs_AnyTime_HasThreeSignificantDigitsRoundedUp()
    {
        Assert.Equal(5.9, OwnTimeEstimator.RoundUp(5.9));
        Assert.Equal(5.9, OwnTimeEstimator.RoundUp(5.8900001));
        Assert.Equal(0.0586, OwnTimeEstimator.RoundUp(0.05851), 10);
        Assert.Equal(124_000, OwnTimeEstimator.RoundUp(123_001));
        Assert.Equal(1, OwnTimeEstimator.RoundUp(0.99999));
        Assert.Equal(0, OwnTimeEstimator.RoundUp(0));
    }

    [Fact]
    public void OwnTimeMs_ContiguousOrderUnderOversubscribedLeaves_IsFree()
    {
        var links = LinkTable.Default with { OversubscriptionByTier = ImmutableSortedDictionary<int, double>.Empty.Add(0, 4) };
        var gang = Gang(8, 8, Pretrain);
        var flat = Estimator(Regular(8), gang, links);
        var leaves = Estimator(Regular(8, 1, 4), gang, links);
        var contiguous = Layout([.. Enumerable.Range(0, 8).Select(n => (n, 8))]);
        var scattered = Layout([.. new[] { 0, 4, 1, 5, 2, 6, 3, 7 }.Select(n => (n, 8))]);

        Assert.Equal(flat.OwnTimeMs(contiguous), leaves.OwnTimeMs(contiguous));
        Assert.Equal(flat.OwnTimeMs(contiguous), flat.OwnTimeMs(scattered));
        Assert.InRange(leaves.OwnTimeMs(scattered) / leaves.OwnTimeMs(contiguous), 3.5, 4);
    }

    [Fact]
    public void OwnTimeMs_OversubscriptionAboveOwnDomains_Stretches()
    {
        // Leaves of 2 nodes, o = 4: the ring leaves each leaf once for 2 NVLink domains, so the stretch is 2.
        var links = LinkTable.Default with { OversubscriptionByTier = ImmutableSortedDictionary<int, double>.Empty.Add(0, 4) };
        var gang = Gang(8, 8, Pretrain);
        var shape = CommunicatorShape.EqualSplit(links, 64, 8) with { Stretch = 2 };

        var ms = Estimator(Regular(8, 1, 2), gang, links).OwnTimeMs(Split([.. Enumerable.Repeat(8, 8)]));

        Assert.Equal(OwnTimeEstimator.RoundUp(CollectiveEstimator.AllReduceUs(links, shape, GangTraffic.DefaultTrainingBytes) / 1000), ms);
    }

    [Fact]
    public void OwnTimeMs_OneNodeInAForeignCore_IsStretchedByTheDefaultOfFour()
    {
        var topology = Regular(8, 1, 2, 4, 4);
        var gang = Gang(4, 8, Pretrain);
        var estimator = Estimator(topology, gang);

        var inside = estimator.OwnTimeMs(Layout((0, 8), (1, 8), (2, 8), (3, 8)));
        var across = estimator.OwnTimeMs(Layout((0, 8), (1, 8), (2, 8), (4, 8)));

        Assert.InRange(across / inside, 3.5, 4);
    }

    [Fact]
    public void OwnTimeMs_NvLinkDomainAcrossLeaves_LoadsNoUplinkInside()
    {
        // NVLink domains of two nodes, every node its own leaf: only the two edges between the domains use uplinks.
        var links = LinkTable.Default with { OversubscriptionByTier = ImmutableSortedDictionary<int, double>.Empty.Add(0, 4) };
        var gang = Gang(4, 4, Pretrain);
        var shape = CommunicatorShape.Of(links, [8, 8], 4);

        Assert.Equal(
            OwnTimeEstimator.RoundUp(CollectiveEstimator.AllReduceUs(links, shape, GangTraffic.DefaultTrainingBytes) / 1000),
            Estimator(Regular(4, 2, 1), gang, links).OwnTimeMs(Split(4, 4, 4, 4)));
        Assert.Equal(
            Estimator(Regular(4, 2), gang, links).OwnTimeMs(Split(4, 4)), Estimator(Regular(4, 2, 1), gang, links).OwnTimeMs(Split(4, 4)));
    }

    [Fact]
    public void OwnTimeMs_AllToAllAcrossOversubscribedLeaves_PaysForTheShareOutside()
    {
        var links = LinkTable.Default with { OversubscriptionByTier = ImmutableSortedDictionary<int, double>.Empty.Add(0, 3) };
        var gang = Gang(4, 8, new() { AllReduceBytes = 0, AllToAllBytes = 1e9 });
        var flat = Estimator(Regular(4), gang, links).OwnTimeMs(Split(8, 8, 8, 8));
        var leaves = Estimator(Regular(4, 1, 2), gang, links).OwnTimeMs(Split(8, 8, 8, 8));

        // 24 of 32 peers outside the NVLink domain against 3 · 16 of 32 outside the leaf.
        Assert.Equal(2, leaves / flat, 2);
    }

    [Fact]
    public void OwnTimeMs_InferenceWithoutHints_DoesNotDependOnWherePodsAre()
    {
        foreach (var workload in new[] { "inference", "decode", "prefill" })
        {
            var estimator = Estimator(Regular(16, 1, 4, 8), Gang(4, 8, new() { Workload = workload }));

            Assert.True(estimator.OwnTimeMs(Layout((0, 8), (1, 8), (2, 8), (3, 8))) > 0);
            Assert.Equal(
                estimator.OwnTimeMs(Layout((0, 8), (1, 8), (2, 8), (3, 8))), estimator.OwnTimeMs(Layout((0, 8), (5, 8), (10, 8), (15, 8))));
            Assert.Contains("64 MiB", Assert.Single(estimator.Assumptions).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void OwnTimeMs_Batch_IsZero()
    {
        var estimator = Estimator(Regular(4), Gang(4, 8, new() { Workload = "batch" }));

        Assert.Equal(0, estimator.OwnTimeMs(Split(8, 8, 8, 8)));
        Assert.Equal(1, estimator.Estimate(Split(8, 8, 8, 8)).Uniformity);
    }

    [Fact]
    public void OwnTimeMs_MembersLeftOut_TakesTheShorterLayout()
    {
        var hints = new GangHints { Workload = "pretrain", Parallelism = [new("tp", 8), new("pp", 2), new("dp", 2)], AllToAllBytes = 1e6, PointToPointBytes = 1e6 };
        var estimator = Estimator(Regular(4), Gang(4, 8, hints));

        Assert.True(estimator.OwnTimeMs(Split(8, 8, 8)) > 0);
        Assert.True(estimator.Estimate(Split(8, 8, 8)).Uniformity > 0);
        Assert.Equal(0, estimator.OwnTimeMs([]));
    }

    [Fact]
    public void OwnTimeMs_SlowestUsedNode_SetsTheNvLinkSpeed()
    {
        var topology = Regular(2);
        var gang = Gang(1, 8, Pretrain);
        var estimator = new OwnTimeEstimator(LinkTable.Default, topology, gang, [900, 0]);

        Assert.True(estimator.OwnTimeMs(Layout((0, 8))) < estimator.OwnTimeMs(Layout((1, 8))));
        Assert.Equal(Estimator(topology, gang).OwnTimeMs(Layout((0, 4), (1, 4))), estimator.OwnTimeMs(Layout((0, 4), (1, 4))));
    }

    [Fact]
    public void OwnTimeMs_SharedNvLinkDomain_CountsAsOne()
    {
        var estimator = Estimator(Regular(4, 2), Gang(4, 4, Pretrain));

        Assert.True(estimator.OwnTimeMs(Split(4, 4)) < estimator.OwnTimeMs(Layout((0, 4), (2, 4))));
        Assert.Empty(estimator.Estimate(Split(4, 4)).CrossTierBytes);
    }

    [Fact]
    public void OwnTimeMs_CalledAgain_AllocatesNothing()
    {
        var hints = new GangHints { Parallelism = [new("tp", 8), new("pp", 4), new("dp", 16)], AllToAllBytes = 1e6, PointToPointBytes = 1e6 };
        var estimator = Estimator(Regular(64, 1, 8, 32), Gang(64, 8, hints));
        var layout = Split([.. Enumerable.Repeat(8, 64)]);
        estimator.OwnTimeMs(layout);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++) estimator.OwnTimeMs(layout);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Estimate_RingOverTwoLeaves_CountsTheBytesThatLeave()
    {
        var estimator = Estimator(Regular(4, 1, 2), Gang(4, 8, new() { AllReduceBytes = 1e9 }));

        var estimate = estimator.Estimate(Split(8, 8, 8, 8));

        // Four edges of 2·3/4·S between NVLink domains, two of them between the leaves.
        Assert.Equal(6e9, estimate.CrossTierBytes["nvlink-domain"], 1);
        Assert.Equal(3e9, estimate.CrossTierBytes["leaf"], 1);
        Assert.Equal(2, estimate.CrossTierBytes.Count);
        Assert.Equal(estimator.OwnTimeMs(Split(8, 8, 8, 8)), estimate.CommunicationMs);
        Assert.Empty(estimator.Assumptions);
    }

    [Fact]
    public void Estimate_AllToAll_CountsEveryPairAcross()
    {
        var estimator = Estimator(Regular(4, 1, 2), Gang(4, 8, new() { AllReduceBytes = 0, AllToAllBytes = 32e6 }));

        var estimate = estimator.Estimate(Split(8, 8, 8, 8));

        Assert.Equal(32 * 24 * 1e6, estimate.CrossTierBytes["nvlink-domain"], 1);
        Assert.Equal(32 * 16 * 1e6, estimate.CrossTierBytes["leaf"], 1);
    }

    [Fact]
    public void Estimate_OneNode_IsUniform()
    {
        var estimate = Estimator(Regular(2), Gang(1, 8, Pretrain)).Estimate(Split(8));

        Assert.Equal(1, estimate.Uniformity, 9);
        Assert.Empty(estimate.CrossTierBytes);
    }

    [Fact]
    public void Estimate_UnequalDomains_AreLessUniform()
    {
        var estimator = Estimator(Regular(2), Gang(1, 8, Pretrain));

        var equal = estimator.Estimate(Split(4, 4)).Uniformity;
        var unequal = estimator.Estimate(Split(6, 2)).Uniformity;

        Assert.InRange(equal, 0.3, 0.7);
        Assert.Equal(equal / 3, unequal, 6);
    }
}
