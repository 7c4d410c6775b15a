using TopoScheduler.Core.Distance;

namespace TopoScheduler.Core.Tests.Distance;

// The five consequences and the calibration table of domain-model.md §2.4 and §2.5.
public sealed class CollectiveEstimatorTests
{
    private const double MiB = 1024 * 1024;
    private const double GiB = 1024 * MiB;

    private static readonly LinkTable H100 = LinkTable.Default;

    // NVLink 5; the NIC of EFA v4 has the default's 50 GB/s.
    private static readonly LinkTable B200 = H100 with { NvLink = H100.NvLink with { UnidirGBps = 900 } };

    [Theory]
    [InlineData(1, 1, 58.5)]
    [InlineData(1, 16, 95.8)]
    [InlineData(1, 64, 215)]
    [InlineData(1, 256, 693)]
    [InlineData(1, 1024, 2602)]
    [InlineData(1, 4096, 10241)]
    [InlineData(1, 16384, 40794)]
    [InlineData(4, 1, 387)]
    [InlineData(4, 16, 468)]
    [InlineData(4, 64, 727)]
    [InlineData(4, 256, 1761)]
    [InlineData(4, 1024, 5898)]
    [InlineData(4, 4096, 22445)]
    [InlineData(4, 16384, 88635)]
    public void AllReduceUs_CalibrationPoint_IsWithinOnePercentOfThePrintedModel(int nodes, double mebibytes, double printedUs)
    {
        var us = AllReduce(B200, mebibytes * MiB, [.. Enumerable.Repeat(8, nodes)]);

        Assert.InRange(us, printedUs * 0.99, printedUs * 1.01);
    }

    [Theory]
    [InlineData(1, 1, 50.9)]
    [InlineData(1, 16, 115)]
    [InlineData(1, 64, 293)]
    [InlineData(1, 256, 727)]
    [InlineData(1, 1024, 2598)]
    [InlineData(1, 4096, 10148)]
    [InlineData(1, 16384, 35551)]
    [InlineData(4, 1, 378)]
    [InlineData(4, 16, 505)]
    [InlineData(4, 64, 830)]
    [InlineData(4, 256, 2270)]
    [InlineData(4, 1024, 5747)]
    [InlineData(4, 4096, 22053)]
    [InlineData(4, 16384, 87181)]
    public void AllReduceUs_MeasuredPoint_ErrsByTheStatedMarginAtMost(int nodes, double mebibytes, double measuredUs)
    {
        var ratio = AllReduce(B200, mebibytes * MiB, [.. Enumerable.Repeat(8, nodes)]) / measuredUs;

        Assert.InRange(ratio, 0.73, 1.15);
    }

    [Fact]
    public void AllReduceUs_OneGpuAloneInADomain_IsTheBottleneck()
    {
        Assert.InRange(AllReduce(H100, GiB, 8, 8, 8, 8), 5_850, 5_950);
        Assert.InRange(AllReduce(H100, GiB, 8, 8, 8, 7, 1), 46_500, 47_700);
    }

    [Fact]
    public void AllToAllUs_SecondNode_CostsMoreThanFourTimes()
    {
        var bytes = 8 * GiB;

        var one = CollectiveEstimator.AllToAllUs(H100, CommunicatorShape.Of(H100, [8]), bytes);
        var two = CollectiveEstimator.AllToAllUs(H100, CommunicatorShape.Of(H100, [8, 8]), bytes);

        Assert.InRange(two / one, 4, 7);
    }

    [Fact]
    public void AllReduceUs_ManyDomains_TakesTheTree()
    {
        var shape = CommunicatorShape.EqualSplit(H100, 8192, 1024);
        var ringLatencyMs = 1.35 * (8.4 + 2 * shape.NvLinkSteps * 3.4 + 2.0 * 1023 * 14) / 1000;

        Assert.InRange(ringLatencyMs, 80, 110);
        Assert.InRange(CollectiveEstimator.AllReduceUs(H100, shape, MiB), 1_050, 1_150);
    }

    [Theory]
    [InlineData(4, 3.25)]
    [InlineData(8, 3.54)]
    [InlineData(16, 4.31)]
    [InlineData(32, 8.4)]
    public void AllReduceUs_EqualSplit_CostsAsPrinted(int domains, double printedMs)
    {
        var ms = CollectiveEstimator.AllReduceUs(B200, CommunicatorShape.EqualSplit(B200, 256, domains), GiB) / 1000;

        Assert.InRange(ms, printedMs * 0.99, printedMs * 1.01);
    }

    [Fact]
    public void AllGatherUs_AnyShape_IsHalfAnAllReduce()
    {
        var shape = CommunicatorShape.Of(H100, [8, 8, 4]);

        Assert.Equal(CollectiveEstimator.AllReduceUs(H100, shape, GiB) / 2, CollectiveEstimator.AllGatherUs(H100, shape, GiB));
        Assert.Equal(CollectiveEstimator.AllReduceUs(H100, shape, GiB) / 2, CollectiveEstimator.ReduceScatterUs(H100, shape, GiB));
    }

    [Fact]
    public void AllReduceUs_OneRankOrNoBytes_TakesNoTime()
    {
        Assert.Equal(0, AllReduce(H100, GiB, 1));
        Assert.Equal(0, AllReduce(H100, 0, 8, 8));
    }

    [Fact]
    public void AllReduceUs_GpuSpeedGiven_OverridesTheTable()
    {
        var shape = CommunicatorShape.Of(H100, [8]);

        Assert.Equal(CollectiveEstimator.AllReduceUs(B200, shape, GiB), CollectiveEstimator.AllReduceUs(H100, shape, GiB, 900));
    }

    [Fact]
    public void PointToPointUs_OversubscribedUplink_DividesTheBandwidth()
    {
        var free = CollectiveEstimator.PointToPointUs(H100, false, GiB);
        var shared = CollectiveEstimator.PointToPointUs(H100, false, GiB, 4);

        Assert.Equal(14 + GiB / (50e3 * 0.73), free, 6);
        Assert.Equal(4 * (free - 14), shared - 14, 6);
        Assert.Equal(3.4 + GiB / (450e3 * 0.82), CollectiveEstimator.PointToPointUs(H100, true, GiB, 4), 6);
    }

    private static double AllReduce(LinkTable links, double bytes, params int[] ranksPerDomain) =>
        CollectiveEstimator.AllReduceUs(links, CommunicatorShape.Of(links, ranksPerDomain), bytes);
}
