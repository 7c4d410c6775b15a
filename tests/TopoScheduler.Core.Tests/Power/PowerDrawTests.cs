using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Tests.Power;

public sealed class PowerDrawTests
{
    private static readonly NodePower H100 = new()
    {
        MaxWatts = 10_200,
        IdleWatts = 2_300,
        Gpus = 8,
        GpuMaxWatts = 700,
        GpuIdleWatts = 84,
        GpuMinCapWatts = 200,
        CpuMilli = 192_000,
    };

    private static readonly NodePower CpuNode = new() { MaxWatts = 584, IdleWatts = 234, CpuMilli = 64_000 };

    [Fact]
    public void OfPod_EightH100AtFull_FillTheNodeExactly()
    {
        var pod = new PodPower { Gpus = 8 };

        Assert.Equal(7_900, PowerDraw.OfPod(H100, pod));
        Assert.Equal(10_200, PowerDraw.OfNode(H100, PowerDraw.OfPod(H100, pod)));
    }

    [Theory]
    [InlineData(1, 988)]
    [InlineData(2, 1_975)]
    [InlineData(4, 3_950)]
    public void OfPod_SomeGpus_TakeTheirShareRoundedUp(int gpus, long watts) => Assert.Equal(watts, PowerDraw.OfPod(H100, new() { Gpus = gpus }));

    [Fact]
    public void OfPod_MigSlice_IsSevenths()
    {
        var node = H100 with { MaxWatts = 5_600 + 2_300 - 8 * 84 + 0, IdleWatts = 2_300, GpuMaxWatts = 784, GpuIdleWatts = 84 };

        // 700 W a GPU and no other watts: three sevenths are exactly 300 W.
        Assert.Equal(0, (node with { MaxWatts = 7_900 }).OtherWatts);
        Assert.Equal(300, PowerDraw.OfPod(node with { MaxWatts = 7_900 }, new() { Gpus = 3.0 / 7 }));
    }

    [Fact]
    public void OfPod_InsideIdle_AddsNothing() => Assert.Equal(0, PowerDraw.OfPod(H100, new() { Gpus = 8, CpuMilli = 5, InsideIdle = true }));

    [Theory]
    [InlineData(64_000, 350)]
    [InlineData(32_000, 175)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(640_000, 350)]
    public void OfPod_CpuOnlyOnCpuNode_SharesMaxMinusIdle(long cpuMilli, long watts) =>
        Assert.Equal(watts, PowerDraw.OfPod(CpuNode, new() { CpuMilli = cpuMilli }));

    [Fact]
    public void OfPod_CpuOnlyOnGpuNode_SharesTheOtherWatts() =>
        Assert.Equal(1_486, PowerDraw.OfPod(H100, new() { CpuMilli = 96_000 }));

    [Theory]
    [InlineData(false, false, 7_900)]
    [InlineData(true, false, 8 * 277 + 2_972 + 2)] // 84 + 0.45·616 = 361.2 W
    [InlineData(false, true, 8 * 277 + 2_972 + 2)]
    public void OfPod_LowUtilisation_CountsOnlyWhereTrustedOrEnforced(bool trusted, bool enforced, long watts)
    {
        var node = H100 with { CapsEnforced = enforced };

        Assert.Equal(watts, PowerDraw.OfPod(node, new() { Gpus = 8, Utilisation = 0.45, Trusted = trusted }));
    }

    [Fact]
    public void OfPod_LowGpuWattsUntrusted_IsNotBelieved()
    {
        var pod = new PodPower { Gpus = 8, GpuWatts = 300 };

        Assert.Equal(7_900, PowerDraw.OfPod(H100, pod));
        Assert.Equal(8 * 216 + 2_972, PowerDraw.OfPod(H100, pod with { Trusted = true }));
    }

    [Fact]
    public void OfPod_HighGpuWatts_RaisesFreely()
    {
        Assert.Equal(7_900 + 800, PowerDraw.OfPod(H100, new() { Gpus = 8, GpuWatts = 800 }));
        Assert.Equal(7_900, PowerDraw.OfPod(H100, new() { Gpus = 8, GpuWatts = 700, Utilisation = 0.1 }));
    }

    [Fact]
    public void OfPod_Cap_CountsOnlyWhereTheNodeEnforcesIt()
    {
        var pod = new PodPower { Gpus = 8, CapWatts = 500, GpuWatts = 900 };
        var enforced = H100 with { CapsEnforced = true };

        Assert.Equal(8 * 416 + 2_972, PowerDraw.OfPod(enforced, pod));
        Assert.Equal(8 * 816 + 2_972, PowerDraw.OfPod(H100, pod));
        Assert.Equal(8 * 816 + 2_972, PowerDraw.OfPod(H100, pod with { Trusted = true }));
    }

    [Fact]
    public void OfPod_CapBelowTheProductsMinimum_CountsAsTheMinimum() =>
        Assert.Equal(8 * 116 + 2_972, PowerDraw.OfPod(H100 with { CapsEnforced = true }, new() { Gpus = 8, CapWatts = 1 }));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(7)]
    public void OfPod_AbsurdUtilisation_CountsAsFull(double utilisation) =>
        Assert.Equal(7_900, PowerDraw.OfPod(H100, new() { Gpus = 8, Utilisation = utilisation, Trusted = true }));

    [Fact]
    public void OfPod_AbsurdGpus_StaysWithinALong()
    {
        Assert.Equal(0, PowerDraw.OfPod(H100, new() { Gpus = double.NaN }));
        Assert.InRange(PowerDraw.OfPod(H100, new() { Gpus = double.PositiveInfinity }), 1, long.MaxValue / 1_000);
        Assert.Equal(350, PowerDraw.OfPod(CpuNode, new() { Gpus = 1 }));
    }

    [Fact]
    public void OfNode_SwitchedOffOrFull_IsBounded()
    {
        Assert.Equal(0, PowerDraw.OfNode(H100 with { Powered = false }, 5_000));
        Assert.Equal(10_200, PowerDraw.OfNode(H100, 50_000));
        Assert.Equal(2_300, PowerDraw.OfNode(H100, 0));
    }

    [Theory]
    [InlineData("pretrain", 1)]
    [InlineData("prefill", 1)]
    [InlineData("finetune", 0.85)]
    [InlineData("batch", 0.7)]
    [InlineData("inference", 0.7)]
    [InlineData("decode", 0.45)]
    [InlineData("something", 1)]
    [InlineData(null, 1)]
    public void Utilisation_Workload_IsTheTable(string? workload, double expected) => Assert.Equal(expected, PowerDraw.Utilisation(workload));
}
