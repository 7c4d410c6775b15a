using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;
using static TopoScheduler.Core.Tests.Distance.TestNetwork;

namespace TopoScheduler.Core.Tests.Distance;

public sealed class GangTrafficTests
{
    [Theory]
    [InlineData("pretrain")]
    [InlineData("finetune")]
    [InlineData(null)]
    public void Of_TrainingWithoutHints_AssumesOneGibibyteOverTheGang(string? workload)
    {
        var traffic = GangTraffic.Of(Gang(4, 8, new() { Workload = workload }));

        var communicator = Assert.Single(traffic.Communicators);
        Assert.True(communicator.IsWholeGang);
        Assert.Equal(GangTraffic.DefaultTrainingBytes, communicator.Bytes);
        var assumption = Assert.Single(traffic.Assumptions);
        Assert.Equal(Severity.Info, assumption.Severity);
        Assert.StartsWith("assumed: AllReduce of 1 GiB per rank and step", assumption.Message, StringComparison.Ordinal);
        Assert.Equal("job/ml/train", assumption.Object);
    }

    [Fact]
    public void Of_Parallelism_FormsGroupsByMixedRadix()
    {
        var hints = new GangHints
        {
            Parallelism = [new("tp", 2), new("pp", 2), new("dp", 2)],
            AllReduceBytes = 1e9,
            AllToAllBytes = 1e6,
            PointToPointBytes = 1e5,
        };

        var communicators = GangTraffic.Of(Gang(2, 4, hints)).Communicators;

        Assert.Equal(4, communicators.Length);
        Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7], communicators[0].Ranks);
        Assert.Equal(4, communicators[0].BlockSize);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], communicators[1].Ranks);
        Assert.True(communicators[1].IsContiguous);
        Assert.True(communicators[2].IsWholeGang);
        Assert.Equal([0, 2, 1, 3, 4, 6, 5, 7], communicators[3].Ranks);
        Assert.Equal(CollectiveKind.PointToPoint, communicators[3].Kind);
    }

    [Fact]
    public void Of_DataParallelInTheMiddle_IsStillTheOutermostCommunicator()
    {
        var hints = new GangHints { Parallelism = [new("tp", 2), new("dp", 2), new("pp", 2)], AllReduceBytes = 1e9 };

        var communicators = GangTraffic.Of(Gang(2, 4, hints)).Communicators;

        Assert.Equal([0, 2, 1, 3, 4, 6, 5, 7], communicators[0].Ranks);
    }

    [Fact]
    public void Of_TensorParallelOnly_CountsItOnce()
    {
        var hints = new GangHints { Parallelism = [new("tp", 8), new("dp", 1)], AllReduceBytes = 1e9 };

        var communicator = Assert.Single(GangTraffic.Of(Gang(2, 4, hints)).Communicators);

        Assert.Equal(8, communicator.GroupSize);
    }

    [Fact]
    public void Of_ExpertParallel_ExchangesInItsGroups()
    {
        var hints = new GangHints { Parallelism = [new("ep", 4), new("dp", 2)], AllReduceBytes = 0, AllToAllBytes = 1e6 };

        var communicator = Assert.Single(GangTraffic.Of(Gang(2, 4, hints)).Communicators);

        Assert.Equal(CollectiveKind.AllToAll, communicator.Kind);
        Assert.Equal(4, communicator.GroupSize);
    }

    [Fact]
    public void Of_Model_SendsTheGradientsOfItsShard()
    {
        var hints = new GangHints { Model = new(70e9, 70e9, "bf16"), Parallelism = [new("tp", 8), new("pp", 4), new("dp", 2)] };

        var traffic = GangTraffic.Of(Gang(8, 8, hints));

        Assert.Equal(2 * 70e9 / 32, traffic.Communicators[0].Bytes, 1);
        Assert.Contains(traffic.Assumptions, p => p.Message.Contains("4.375 GB", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_InferenceWithTensorGroups_KeepsReplicasApart()
    {
        var hints = new GangHints { Workload = "decode", Parallelism = [new("tp", 16), new("dp", 2)] };

        var communicator = Assert.Single(GangTraffic.Of(Gang(4, 8, hints)).Communicators);

        Assert.Equal(16, communicator.GroupSize);
        Assert.Equal(GangTraffic.DefaultInferenceBytes, communicator.Bytes);
    }

    [Fact]
    public void Of_PipelineBytesWithoutPipeline_SaysSo()
    {
        var traffic = GangTraffic.Of(Gang(4, 8, new() { AllReduceBytes = 1e9, PointToPointBytes = 1e6 }));

        Assert.Contains("p2p-bytes not used", Assert.Single(traffic.Assumptions).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void Of_StrangeBytes_FallsBackToTheDefault(double bytes)
    {
        var traffic = GangTraffic.Of(Gang(4, 8, new() { AllReduceBytes = bytes }));

        Assert.Equal(GangTraffic.DefaultTrainingBytes, Assert.Single(traffic.Communicators).Bytes);
    }

    [Fact]
    public void Of_ParallelismThatDoesNotMatch_UsesTheWholeGang()
    {
        var hints = new GangHints { Parallelism = [new("tp", 8), new("dp", 3), new("pp", 0)] };

        Assert.True(Assert.Single(GangTraffic.Of(Gang(4, 8, hints)).Communicators).IsWholeGang);
    }

    [Fact]
    public void Of_NoGpus_SendsNothing()
    {
        Assert.Empty(GangTraffic.Of(Gang(4, 0)).Communicators);
        Assert.Empty(GangTraffic.Of(Gang(1, 1)).Communicators);
    }
}
