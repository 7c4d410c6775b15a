using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;
using static TopoScheduler.Core.Tests.Distance.TestNetwork;

namespace TopoScheduler.Core.Tests.Distance;

public sealed class MemoryFitTests
{
    private const double H100Bytes = 80e9;
    private const double H100BytesPerSecond = 3.35e12;

    // Floors of domain-model.md §4.
    [Theory]
    [InlineData(7e9, 1, 4.2)]
    [InlineData(70e9, 8, 5.2)]
    [InlineData(175e9, 8, 13)]
    [InlineData(405e9, 16, 15)]
    public void Of_Inference_HasThePublishedLatencyFloor(double parameters, int gpus, double floorMs)
    {
        var fit = MemoryFit.Of(Gang(gpus, 1, Inference(parameters)), H100Bytes, H100BytesPerSecond);

        Assert.InRange(fit!.LatencyFloorMs!.Value, floorMs * 0.97, floorMs * 1.03);
    }

    [Fact]
    public void Of_SeventyBillionOnOneGpu_NeedsThree()
    {
        var fit = MemoryFit.Of(Gang(1, 1, Inference(70e9)), H100Bytes, H100BytesPerSecond)!;

        Assert.False(fit.Fits);
        Assert.Equal(168e9, fit.RequiredBytesPerGpu, 0);
        Assert.Equal(72e9, fit.AvailableBytesPerGpu, 0);
        Assert.Equal(3, fit.MinimumGpus);
        Assert.True(MemoryFit.Of(Gang(3, 1, Inference(70e9)), H100Bytes, H100BytesPerSecond)!.Fits);
    }

    [Fact]
    public void Of_Training_CountsEighteenBytesPerParameterOverAllGpus()
    {
        var fit = MemoryFit.Of(Gang(2, 8, new() { Workload = "pretrain", Model = new(70e9, 70e9, "bf16") }), H100Bytes, H100BytesPerSecond)!;

        Assert.Equal(70e9 * 18 / 16, fit.RequiredBytesPerGpu, 0);
        Assert.False(fit.Fits);
        Assert.Equal(18, fit.MinimumGpus);
        Assert.Null(fit.LatencyFloorMs);
        Assert.Contains("ZeRO-3", Assert.Single(fit.Assumptions).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Replicas_EachHoldTheModel()
    {
        var hints = Inference(70e9) with { Parallelism = [new("tp", 4), new("dp", 4)] };

        var fit = MemoryFit.Of(Gang(2, 8, hints), H100Bytes, H100BytesPerSecond)!;

        Assert.Equal(42e9, fit.RequiredBytesPerGpu, 0);
        Assert.Equal(12, fit.MinimumGpus);
    }

    [Fact]
    public void Of_MixtureOfExperts_ReadsActiveWeightsOnly()
    {
        var dense = MemoryFit.Of(Gang(1, 8, Inference(600e9)), 288e9, 8e12)!;
        var sparse = MemoryFit.Of(Gang(1, 8, Inference(600e9) with { Model = new(600e9, 60e9, "bf16") }), 288e9, 8e12)!;

        Assert.Equal(dense.LatencyFloorMs!.Value / 10, sparse.LatencyFloorMs!.Value, 9);
        Assert.Equal(dense.RequiredBytesPerGpu, sparse.RequiredBytesPerGpu);
    }

    [Fact]
    public void Of_NothingToJudge_IsNull()
    {
        Assert.Null(MemoryFit.Of(Gang(1, 8), H100Bytes, H100BytesPerSecond));
        Assert.Null(MemoryFit.Of(Gang(1, 8, Inference(7e9)), 0, 0));
        Assert.Null(MemoryFit.Of(Gang(1, 0, Inference(7e9)), H100Bytes, H100BytesPerSecond));
        Assert.Null(MemoryFit.Of(Gang(1, 8, Inference(double.PositiveInfinity)), H100Bytes, H100BytesPerSecond));
        Assert.Equal(int.MaxValue, MemoryFit.Of(Gang(1, 8, Inference(1e300)), H100Bytes, H100BytesPerSecond)!.MinimumGpus);
    }

    [Theory]
    [InlineData("fp32", 4)]
    [InlineData("bf16", 2)]
    [InlineData("fp16", 2)]
    [InlineData("fp8", 1)]
    [InlineData("fp4", 0.5)]
    [InlineData("mxfp8", 1.031)]
    [InlineData("mxfp4", 0.531)]
    public void BytesPerParameter_Precision_IsItsWidth(string precision, double bytes) => Assert.Equal(bytes, MemoryFit.BytesPerParameter(precision));

    private static GangHints Inference(double parameters) => new() { Workload = "decode", Model = new(parameters, parameters, "bf16") };
}
