using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Tests.Power;

public sealed class AcceleratorTableTests
{
    [Theory]
    [InlineData("NVIDIA-H100-80GB-HBM3", "H100 SXM")]
    [InlineData("nvidia-h100-80gb-hbm3", "H100 SXM")]
    [InlineData("NVIDIA H100 80GB HBM3", "H100 SXM")]
    [InlineData("NVIDIA-A100-SXM4-80GB", "A100 SXM")]
    [InlineData("NVIDIA-A100-SXM4-40GB-MIG-1g.5gb", "A100 SXM 40GB")]
    [InlineData("NVIDIA-A100-SXM4-40GB-SHARED", "A100 SXM 40GB")]
    [InlineData("NVIDIA-A100-SXM4-40GB-MIG-1g.5gb-SHARED", "A100 SXM 40GB")]
    [InlineData("NVIDIA-GB200", "GB200")]
    [InlineData("Tesla-V100-SXM2-32GB", "V100 SXM2")]
    [InlineData("AMD_Instinct_MI300X_OAM", "MI300X")]
    [InlineData("H100 SXM", "H100 SXM")]
    [InlineData("GeForce-RTX-4090", null)]
    [InlineData("-MIG-", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Find_ProductLabel_NamesTheRow(string? label, string? name) => Assert.Equal(name, AcceleratorTable.Find(label)?.Name);

    [Theory]
    [InlineData("p5.48xlarge", "H100 SXM")]
    [InlineData("p5en.48xlarge", "H200 SXM")]
    [InlineData("p4d.24xlarge", "A100 SXM 40GB")]
    [InlineData("p4de.24xlarge", "A100 SXM")]
    [InlineData("a3-ultragpu-8g", "H200 SXM")]
    [InlineData("a4x-highgpu-4g", "GB200")]
    [InlineData("BM.GPU.H100.8", "H100 SXM")]
    [InlineData("dgxa100.80g", "A100 SXM")]
    [InlineData("dgxh100.80g", "H100 SXM")]
    [InlineData("m7i.large", null)]
    [InlineData("cpu.x86", null)]
    public void FindByInstanceType_KnownFamily_NamesTheProduct(string type, string? name) =>
        Assert.Equal(name, AcceleratorTable.FindByInstanceType(type)?.Name);

    [Fact]
    public void All_Rows_AreConsistent() => Assert.All(AcceleratorTable.All, a =>
    {
        Assert.InRange(a.IdleWatts, 1, a.MinCapWatts);
        Assert.InRange(a.MinCapWatts, a.IdleWatts, a.MaxWatts - 1);
        Assert.Equal(0, a.MinCapWatts % 5);
        Assert.True(a is { HbmBytes: > 0, HbmBytesPerSecond: > 1e11, Bf16Tflops: > 0, ScaleUpGBps: > 0 });
        Assert.NotEmpty(a.Source);
        Assert.Same(a, AcceleratorTable.Find(a.Name));
    });

    [Fact]
    public void All_Aliases_NameOneProduct()
    {
        Assert.All(AcceleratorTable.All, a => Assert.All(a.Aliases, alias => Assert.Same(a, AcceleratorTable.Find(alias))));
    }

    [Fact]
    public void Nodes_Rows_NameAProductAndHoldItsGpus() => Assert.All(AcceleratorTable.Nodes, row =>
    {
        var product = AcceleratorTable.Find(row.Accelerator);
        Assert.NotNull(product);
        Assert.Same(row, AcceleratorTable.FindNode(product, row.Gpus));
        Assert.True(row.MaxWatts > (long)row.Gpus * product.MaxWatts);
    });
}
