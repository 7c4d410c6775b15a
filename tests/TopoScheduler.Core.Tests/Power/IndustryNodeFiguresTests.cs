using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>
/// The figures the industry plans nodes with, as our model makes them from a product label alone: no watts are labelled here. Sources and what cannot be had from
/// the model are in <c>docs/reference/power-figures.md</c>.
/// </summary>
public sealed class IndustryNodeFiguresTests
{
    private const string H100 = "NVIDIA-H100-80GB-HBM3";

    [Theory]
    [InlineData(H100, 700)]
    [InlineData("NVIDIA-H200", 700)]
    [InlineData("NVIDIA-A100-SXM4-80GB", 400)]
    [InlineData("NVIDIA-B200", 1_000)]
    [InlineData("NVIDIA-GB200", 1_200)]
    [InlineData("NVIDIA-GB300", 1_400)]
    public void OneGpu_AtFullDraw_IsItsRating(string product, double watts) =>
        Assert.Equal(watts, PowerDraw.GpuWatts(LabelledNode.Of("n", product, 8).Power, new() { Gpus = 1 }));

    [Theory]
    [InlineData("NVIDIA-A100-SXM4-80GB", 8, 6_500)]
    [InlineData(H100, 8, 10_200)]
    [InlineData("NVIDIA-H200", 8, 10_200)]
    [InlineData("NVIDIA-B200", 8, 14_300)]
    [InlineData("NVIDIA-GB200", 4, 6_667)]
    [InlineData("NVIDIA-GB300", 4, 7_500)]
    public void Node_AllGpusBusy_DrawsItsNameplate(string product, int gpus, long watts) => Assert.Equal(watts, FullDraw(product, gpus));

    [Fact]
    public void DgxH100_AtFullDraw_IsTenToElevenKilowatts() => Assert.InRange(FullDraw(H100, 8), 10_000, 11_000);

    [Fact]
    public void Gb200Tray_WithNothingOnIt_DrawsItsPublishedIdle() => Assert.Equal(1_000, LabelledNode.Cluster(1, "NVIDIA-GB200", 4).DrawOf(0));

    // A GB200 tray has two Grace of 420 W besides: what is neither GPU nor CPU is 1.0 kW.
    [Theory]
    [InlineData("NVIDIA-A100-SXM4-80GB", 8, 49, 3.3, 0)]
    [InlineData(H100, 8, 55, 4.6, 0)]
    [InlineData("NVIDIA-B200", 8, 56, 6.3, 0)]
    [InlineData("NVIDIA-GB200", 4, 72, 1.0, 2 * 420)]
    public void GpuShareAndOverhead_OfANode_ArePublished(string product, int gpus, double sharePercent, double overheadKw, double processorWatts)
    {
        var node = LabelledNode.Of("n", product, gpus).Power;
        var gpuWatts = gpus * PowerDraw.GpuWatts(node, new() { Gpus = 1 });

        Assert.Equal(sharePercent, Math.Round(100 * gpuWatts / node.MaxWatts));
        Assert.Equal(overheadKw, Math.Round((node.MaxWatts - gpuWatts - processorWatts) / 1_000, 1));
    }

    // Where only GPUs are known the default of 0.55 for their share must not be far from any server that is known.
    [Fact]
    public void DerivedMaximum_OfTheKnownServers_IsWithinAnEighth()
    {
        foreach (var (product, gpus) in ((string, int)[])[("NVIDIA-A100-SXM4-80GB", 8), (H100, 8), ("NVIDIA-B200", 8)])
        {
            // Six of the GPUs are a number no server is sold with: nothing but the share is left.
            var derived = LabelledNode.Of("n", product, 6).Power;
            Assert.Equal("derived", derived.Source);
            Assert.InRange(derived.MaxWatts * gpus / 6.0 / FullDraw(product, gpus), 0.875, 1.125);
        }
    }

    // 0.10 to 0.17 of the maximum; the others were measured, at the source their row names.
    [Fact]
    public void IdleShare_OfAGpu_IsAsPublishedButForMeasuredOnes()
    {
        string[] measured = ["V100 SXM2", "V100 SXM2 16GB", "A100 SXM", "A100 SXM 40GB", "T4", "P40"];
        foreach (var product in AcceleratorTable.All)
        {
            var share = (double)product.IdleWatts / product.MaxWatts;
            if (measured.Contains(product.Name)) Assert.InRange(share, 0.17, 0.25);
            else Assert.InRange(share, 0.10, 0.17);
        }
    }

    // Decode was measured at 137 to 300 W on an H200, DGX H100 in training at 8.4 kW (82% of the nameplate). Reserved watts are meant to lie above both: a measured
    // draw counts where it is measured, not where it is planned.
    [Fact]
    public void ReservedWatts_AgainstMeasuredOnes_AreNotBelow()
    {
        var h200 = LabelledNode.Of("n", "NVIDIA-H200", 8).Power;
        Assert.InRange(PowerDraw.GpuWatts(h200, Trusted("decode")), 300, 1.25 * 300);
        Assert.Equal(700, PowerDraw.GpuWatts(h200, Trusted("prefill")));

        Assert.Equal(10_200, FullDraw(H100, 8));
        var dgx = LabelledNode.Of("n", H100, 8).Power;
        Assert.InRange(PowerDraw.OfNode(dgx, PowerDraw.OfPod(dgx, Trusted("finetune"))), 8_400, 10_200);
    }

    [Theory]
    [InlineData("decode", 0.45)]
    [InlineData("batch", 0.70)]
    [InlineData("finetune", 0.85)]
    [InlineData("pretrain", 1)]
    public void Workload_ShareOfTheSpan_IsTheDefaultOfItsPhase(string workload, double share)
    {
        var node = LabelledNode.Of("n", H100, 8).Power;
        Assert.Equal(95 + share * (700 - 95), PowerDraw.GpuWatts(node, Trusted(workload)), 9);
    }

    private static PodPower Trusted(string workload) => new() { Gpus = 8, Utilisation = PowerDraw.Utilisation(workload), Trusted = true };

    private static long FullDraw(string product, int gpus)
    {
        ClusterSnapshot cluster = LabelledNode.AtFullDraw(LabelledNode.Cluster(1, product, gpus));
        return cluster.DrawOf(0);
    }
}
