using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Kubernetes.Tests.Labels;

public sealed class NodeWattsTests
{
    private static NodeInfo Gpu(string product, int count, string more = "") =>
        LabelledNode.Map($"nvidia.com/gpu.product={product}; nvidia.com/gpu.count={count}; {more}", ("cpu", 100_000));

    [Theory]
    [InlineData("NVIDIA-H100-80GB-HBM3", 8, 10_200, 2_370, "table: H100 SXM")] // 8·95 + 0.35·4,600
    [InlineData("NVIDIA-H200", 8, 10_200, 2_282, "table: H200 SXM")]
    [InlineData("NVIDIA-A100-SXM4-80GB", 8, 6_500, 1_731, "table: A100 SXM")]
    [InlineData("NVIDIA-B200", 8, 14_300, 3_245, "table: B200 SXM")]
    [InlineData("NVIDIA-GB200", 4, 6_667, 1_000, "table: GB200")]
    [InlineData("NVIDIA-GB300", 4, 7_500, 1_365, "table: GB300")]
    [InlineData("NVIDIA-H100-80GB-HBM3", 4, 5_091, 1_182, "derived")] // 2,800 / 0.55
    [InlineData("NVIDIA-L4", 1, 131, 30, "derived")]
    public void Map_WithoutWattLabels_TakesTheRowElseDerives(string product, int count, long max, long idle, string source)
    {
        var power = Gpu(product, count).Power;

        Assert.Equal((max, idle, source, true), (power.MaxWatts, power.IdleWatts, power.Source, power.WattsKnown));
    }

    [Fact]
    public void Map_CpuNode_IsTwoHundredAndSixPerCore()
    {
        var node = LabelledNode.Map("toposcheduler.io/rack=r", ("cpu", 63_500));

        Assert.Equal((584L, 234L, "derived", true), (node.Power.MaxWatts, node.Power.IdleWatts, node.Power.Source, node.Power.WattsKnown));
        Assert.Equal(Severity.Info, Assert.Single(node.Problems).Severity);
    }

    [Fact]
    public void Map_OutsideThePowerTree_AssumptionsAreNotReported() => Assert.Empty(LabelledNode.Map("", ("cpu", 64_000)).Problems);

    [Fact]
    public void Map_UnknownProduct_HasUnknownWattsUnlessLabelled()
    {
        var node = Gpu("ACME-9000", 8, "toposcheduler.io/rack=r");

        Assert.False(node.Power.WattsKnown);
        Assert.Null(node.Accelerator);
        Assert.Contains("\"ACME-9000\"", Assert.Single(node.Problems).Message, StringComparison.Ordinal);
        Assert.True(Gpu("ACME-9000", 8, "toposcheduler.io/node-max-watts=9000").Power.WattsKnown);
    }

    [Theory]
    [InlineData("nvidia.com/gpu.product=Tesla-T4-SHARED; nvidia.com/gpu.count=2; nvidia.com/gpu.replicas=10", 20, 2, "T4")]
    [InlineData("nvidia.com/gpu.product=NVIDIA-A100-SXM4-40GB; nvidia.com/gpu.count=1; nvidia.com/mig.strategy=mixed", 0, 1, "A100 SXM 40GB")]
    [InlineData("nvidia.com/gpu.product=NVIDIA-A100-SXM4-40GB-MIG-1g.5gb; nvidia.com/gpu.count=56; nvidia.com/gpu.slices.gi=1", 56, 8, "A100 SXM 40GB")]
    [InlineData("nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3-MIG-3g.40gb; nvidia.com/gpu.count=16; nvidia.com/gpu.slices.gi=3", 16, 8, "H100 SXM")]
    [InlineData("nvidia.com/gpu.product=Tesla-T4-SHARED; nvidia.com/gpu.replicas=10", 20, 2, "T4")]
    [InlineData("node.kubernetes.io/instance-type=p5.48xlarge", 8, 8, "H100 SXM")]
    [InlineData("node.kubernetes.io/instance-type=p4de.24xlarge; karpenter.k8s.aws/instance-gpu-name=a100", 8, 8, "A100 SXM")]
    [InlineData("karpenter.k8s.aws/instance-gpu-name=h200", 8, 8, "H200 SXM")]
    [InlineData("cloud.google.com/gke-accelerator=nvidia-h100-mega-80gb", 8, 8, "H100 SXM")]
    [InlineData("type=dgxa100.80g; nvidia.com/gpu.count=8", 0, 8, "A100 SXM")]
    [InlineData("nvidia.com/gpu.product=NVIDIA-H100-SXM4-80GB", 8, 8, "H100 SXM")]
    [InlineData("nvidia.com/gpu.product=NVIDIA H200; nvidia.com/gpu.count=8", 0, 8, "H200 SXM")]
    public void Map_PhysicalGpus_AreCountedWhateverIsOffered(string labels, long offered, int gpus, string product)
    {
        var node = LabelledNode.Map(labels, ("nvidia.com/gpu", offered));

        Assert.Equal((gpus, product), (node.Power.Gpus, node.Accelerator));
    }

    [Fact]
    public void Map_OnlyMigResources_CountTheGpusThatHoldThem()
    {
        var node = LabelledNode.Map("nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3", ("nvidia.com/gpu", 0), ("nvidia.com/mig-1g.10gb", 7), ("nvidia.com/mig-3g.40gb", 2));

        Assert.Equal(2, node.Power.Gpus);
    }

    [Fact]
    public void Map_AmdNode_IsRead()
    {
        var node = LabelledNode.Map("amd.com/gpu.product-name=AMD_Instinct_MI300X_OAM", ("amd.com/gpu", 8));

        Assert.Equal(("MI300X", 8, 750), (node.Accelerator, node.Power.Gpus, node.Power.GpuMaxWatts));
    }

    [Theory]
    [InlineData("eight")]
    [InlineData("-1")]
    [InlineData("100000")]
    public void Map_WrongGpuCount_IsAnErrorAndCapacityCounts(string count)
    {
        var node = LabelledNode.Map($"nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3; nvidia.com/gpu.count={count}", ("nvidia.com/gpu", 4));

        Assert.Equal(4, node.Power.Gpus);
        Assert.Equal(Severity.Error, Assert.Single(node.Problems).Severity);
    }

    [Fact]
    public void Map_ProductLabelWithoutAnyGpu_IsACpuNode()
    {
        var node = LabelledNode.Map("nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3; nvidia.com/gpu.count=0", ("cpu", 10_000));

        Assert.Equal((0, 260L, true), (node.Power.Gpus, node.Power.MaxWatts, node.Power.WattsKnown));
        Assert.Null(node.Accelerator);
    }
}
