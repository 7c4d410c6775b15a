using TopoScheduler.Core;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Kubernetes.Tests.Labels;

public sealed class PowerLabelsTests
{
    private const string H100 = "nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3; nvidia.com/gpu.count=8";

    [Fact]
    public void Map_AllPowerLabels_AreRead()
    {
        var node = LabelledNode.Map(
            "toposcheduler.io/rack=r; toposcheduler.io/rack-power-budget-watts=26000; toposcheduler.io/pdu=pa; toposcheduler.io/pdu-power-budget-watts=100000; "
            + "toposcheduler.io/pdu-b=pb; toposcheduler.io/pdu-b-power-budget-watts=90000; toposcheduler.io/row=w; toposcheduler.io/row-power-budget-watts=200000; "
            + "toposcheduler.io/facility=f; toposcheduler.io/facility-power-budget-watts=1000000; toposcheduler.io/feed=B; toposcheduler.io/cooling=immersion-1p; "
            + "toposcheduler.io/node-max-watts=10200; toposcheduler.io/node-idle-watts=2300; toposcheduler.io/powered=false; toposcheduler.io/gpu-power-cap=enforced; " + H100,
            ("cpu", 192_000));

        Assert.Equal(
            new PowerLocation
            {
                Rack = "r",
                Pdu = "pa",
                PduB = "pb",
                Row = "w",
                Facility = "f",
                Feed = PowerFeed.B,
                Cooling = CoolingClass.Immersion1P,
                RackBudgetWatts = 26_000,
                PduBudgetWatts = 100_000,
                PduBBudgetWatts = 90_000,
                RowBudgetWatts = 200_000,
                FacilityBudgetWatts = 1_000_000,
            },
            node.PowerLocation);
        Assert.Equal(
            new NodePower
            {
                MaxWatts = 10_200,
                IdleWatts = 2_300,
                Gpus = 8,
                GpuMaxWatts = 700,
                GpuIdleWatts = 95,
                GpuMinCapWatts = 200,
                CpuMilli = 192_000,
                Powered = false,
                CapsEnforced = true,
                Source = "labels",
            },
            node.Power);
        Assert.Equal("H100 SXM", node.Accelerator);
        Assert.Empty(node.Problems);
    }

    [Fact]
    public void Map_EightH100LabelledTenThousandTwoHundred_DrawExactlyThat()
    {
        var node = LabelledNode.Map(H100 + "; toposcheduler.io/node-max-watts=10200; toposcheduler.io/node-idle-watts=2300");

        Assert.Equal(10_200, PowerDraw.OfNode(node.Power, PowerDraw.OfPod(node.Power, new() { Gpus = 8 })));
        Assert.Equal(7_900, PowerDraw.OfPod(node.Power, new() { Gpus = 8 }));
    }

    [Theory]
    [InlineData("rack-power-budget-watts", "40kW", "expected whole watts between 1 and 1000000000, for example \"40000\"")]
    [InlineData("rack-power-budget-watts", "0", "expected whole watts between 1 and 1000000000")]
    [InlineData("pdu-power-budget-watts", "-5", "expected whole watts")]
    [InlineData("pdu-b-power-budget-watts", "1e5", "expected whole watts")]
    [InlineData("row-power-budget-watts", "40000.5", "expected whole watts")]
    [InlineData("facility-power-budget-watts", "99999999999999999999999", "expected whole watts")]
    [InlineData("facility-power-budget-watts", "1000000001", "expected whole watts")]
    [InlineData("node-max-watts", "+100", "expected whole watts")]
    [InlineData("node-idle-watts", "12 000", "expected whole watts between 0 and")]
    [InlineData("feed", "a", "expected \"A\" or \"B\"")]
    [InlineData("cooling", "water", "expected \"air\" or \"rear-door\" or \"liquid\" or \"immersion-1p\" or \"immersion-2p\"")]
    [InlineData("powered", "False", "expected \"true\" or \"false\"")]
    [InlineData("gpu-power-cap", "yes", "expected \"enforced\"")]
    public void Map_WrongValue_IsAnErrorNamingNodeKeyValueAndExpectation(string key, string value, string expected)
    {
        var node = LabelledNode.Map($"toposcheduler.io/{key}={value}");

        var problem = Assert.Single(node.Problems);
        Assert.Equal((Severity.Error, "node/n5"), (problem.Severity, problem.Object));
        Assert.Contains($"label toposcheduler.io/{key}=\"{value}\": {expected}", problem.Message, StringComparison.Ordinal);
        long? closed = PowerLocation.UnreadableBudget;
        Assert.Equal(
            key switch
            {
                "rack-power-budget-watts" => PowerLocation.None with { RackBudgetWatts = closed },
                "pdu-power-budget-watts" => PowerLocation.None with { PduBudgetWatts = closed },
                "pdu-b-power-budget-watts" => PowerLocation.None with { PduBBudgetWatts = closed },
                "row-power-budget-watts" => PowerLocation.None with { RowBudgetWatts = closed },
                "facility-power-budget-watts" => PowerLocation.None with { FacilityBudgetWatts = closed },
                _ => PowerLocation.None,
            },
            node.PowerLocation);
        Assert.True(node.Power.Powered);
        Assert.False(node.Power.CapsEnforced);
    }

    [Fact]
    public void Map_HugeValue_IsShortenedInTheMessage()
    {
        var node = LabelledNode.Map("toposcheduler.io/rack-power-budget-watts=\u0007" + new string('9', 100_000));

        Assert.InRange(Assert.Single(node.Problems).Message.Length, 50, 300);
        Assert.DoesNotContain('\u0007', node.Problems[0].Message);
    }

    [Fact]
    public void Map_IdleAboveMaximum_IsIgnored()
    {
        var node = LabelledNode.Map("toposcheduler.io/node-max-watts=1000; toposcheduler.io/node-idle-watts=2000");

        Assert.Equal((1_000L, 400L), (node.Power.MaxWatts, node.Power.IdleWatts));
        Assert.Contains("expected at most the node's maximum of 1000 W", Assert.Single(node.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node.coreweave.cloud/rack=cw", "cw")]
    [InlineData("oci.oraclecloud.com/host.rack_id=oci", "oci")]
    [InlineData("oci.oraclecloud.com/host.rack_id=oci; toposcheduler.io/rack=own", "own")]
    [InlineData("toposcheduler.io/rack=", null)]
    public void Map_ProvidersRack_IsReadWhereOursIsMissing(string labels, string? rack) => Assert.Equal(rack, LabelledNode.Map(labels).PowerLocation.Rack);
}
