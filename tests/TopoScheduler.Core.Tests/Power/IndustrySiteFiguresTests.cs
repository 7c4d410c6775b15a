using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>
/// The figures the industry plans racks and sites with, found by planning: a budget of that many watts takes what it is said to take and, one watt lower, does not.
/// Sources and what cannot be had from the model are in <c>docs/reference/power-figures.md</c>.
/// </summary>
public sealed partial class IndustrySiteFiguresTests
{
    private const string H100 = "NVIDIA-H100-80GB-HBM3";
    private const string Gb200 = "NVIDIA-GB200";
    private static readonly (string, string) Enforced = ("toposcheduler.io/gpu-power-cap", "enforced");

    // "Legacy racks: 5 to 10 kW."
    [Theory]
    [InlineData(5_000)]
    [InlineData(10_000)]
    [InlineData(10_199)]
    public void Plan_DgxH100InALegacyRack_DoesNotFit(long watts)
    {
        var result = Plan(LabelledNode.Cluster(1, H100, 8, Rack(watts)), 1, 8);

        Assert.Equal(PlacementOutcome.NoFit, result.Outcome);
        Assert.Contains(result.Reasons, r => r.Constraint == FitConstraint.Power);
        Assert.Equal(PlacementOutcome.Placed, Plan(LabelledNode.Cluster(1, H100, 8, Rack(10_200)), 1, 8).Outcome);
    }

    // 10,200 W less 8 x (700 - 675) W is 10,000 W to the watt: 675 W is the highest cap, and one step of 5 W more is 40 W too much.
    [Fact]
    public void Plan_DgxH100InATenKilowattRack_FitsCappedAt675()
    {
        var result = Plan(LabelledNode.Cluster(1, H100, 8, [.. Rack(10_000), Enforced]), 1, 8, capDownTo: 560);

        Assert.Equal((PlacementOutcome.PlacedCapped, 675), (result.Outcome, result.Plan!.GpuCapWatts));
        Assert.Equal(PlacementOutcome.NoFit, Plan(LabelledNode.Cluster(1, H100, 8, [.. Rack(10_000), Enforced]), 1, 8, capDownTo: 680).Outcome);
        Assert.Equal(PlacementOutcome.NoFit, Plan(LabelledNode.Cluster(1, H100, 8, Rack(10_000)), 1, 8, capDownTo: 560).Outcome);
    }

    // The planning page has 0.92 of the speed for an H100 at 600 of 700 W; that is with 70 W idle ("about 0.10"). The idle watts of our table, 95, give 0.91.
    [Theory]
    [InlineData(70, 0.92)]
    [InlineData(95, 0.91)]
    public void Plan_H100CappedAt600_KeepsItsShareOfTheSpeed(int gpuIdle, double speed)
    {
        var node = LabelledNode.Of("n0000", H100, 8, [.. Rack(10_200 - 8 * 100), Enforced]);
        var result = Plan(ClusterSnapshot.Create([node with { Power = node.Power with { GpuIdleWatts = gpuIdle } }], []), 1, 8, capDownTo: 300);

        Assert.Equal(600, result.Plan!.GpuCapWatts);
        Assert.Equal(speed, Math.Round(1 / result.Plan.Slowdown, 2));
    }

    [Fact]
    public void Draw_OfAThousandH100_IsOnePoint275Megawatts()
    {
        var cluster = LabelledNode.AtFullDraw(LabelledNode.Cluster(125, H100, 8, Facility(MostWatts)));

        Assert.Equal(1_000, cluster.Nodes.Sum(n => n.Power.Gpus));
        Assert.Equal(1_275_000, Load(cluster, "facility/site"));
    }

    // "A 1,000-GPU cluster draws 1.4 to 1.6 MW": what the site must be fed with so that its usable watts, the feed over the PUE, take them all at full draw.
    [Theory]
    [InlineData(1.10, 1.40)]
    [InlineData(1.25, 1.59)]
    public void Plan_AThousandH100_NeedASiteOf1Point40To1Point59Megawatts(double pue, double megawatts)
    {
        var nodes = LabelledNode.Cluster(125, H100, 8, Facility(MostWatts));
        var watts = Lowest(1_000_000, 2_000_000, site => Fits(WithBudget(nodes, "facility/site", (long)(site / pue)), 125, 8));

        Assert.Equal(megawatts, Math.Round(watts / 1e6, 2));
        Assert.InRange(watts, 1_400_000, 1_600_000);
    }

    [Fact]
    public void Plan_AWholeNvl72_NeedsOneHundredAndTwentyKilowatts()
    {
        var rack = LabelledNode.Cluster(18, Gb200, 4, Rack(MostWatts));
        var watts = Lowest(50_000, 200_000, budget => Fits(WithBudget(rack, "rack/r1", budget), 18, 4));

        Assert.Equal(120_006, watts);
        Assert.Equal(120.0, Math.Round(watts / 1e3, 1));

        // "High density" begins above 80 kW, and the shelves behind either feed give 132 kW.
        Assert.True(watts > 80_000);
        Assert.True(Fits(LabelledNode.Cluster(18, Gb200, 4, Feeds(132_000)), 18, 4));
        Assert.False(Fits(LabelledNode.Cluster(18, Gb200, 4, Feeds(120_005)), 18, 4));
    }

    [Fact]
    public void Plan_AWholeGb300Rack_NeedsItsPlanningBudget()
    {
        var rack = LabelledNode.Cluster(18, "NVIDIA-GB300", 4, Rack(MostWatts));
        Assert.Equal(135_000, Lowest(50_000, 200_000, budget => Fits(WithBudget(rack, "rack/r1", budget), 18, 4)));
    }

    // A site of 83,000 GB200 was provisioned at 960 W each, 80% of their rating: racks fed for that are filled under that cap.
    [Fact]
    public void Plan_Gb200ProvisionedAtEightyPercent_IsCappedAt960()
    {
        var rack = LabelledNode.Cluster(18, Gb200, 4, [.. Rack(18 * (6_667 - 4 * 240)), Enforced]);
        Assert.Equal(960, Plan(rack, 18, 4, capDownTo: 800).Plan!.GpuCapWatts);
        Assert.Equal(0.8, 960.0 / AcceleratorTable.Find(Gb200)!.MaxWatts, 3);
    }

    // 1.8 kW a GPU all in: the trays are 1.67 kW of it, which leaves a PUE of the cold plates they need (1.03 to 1.15).
    [Fact]
    public void Draw_OfGb200PerGpu_LeavesThePueOfColdPlates()
    {
        var cluster = LabelledNode.AtFullDraw(LabelledNode.Cluster(18, Gb200, 4, Rack(MostWatts)));
        Assert.InRange(1_800 / (Load(cluster, "rack/r1") / 72.0), 1.03, 1.15);
    }

    // The upper end of each class is the budget of a rack that states none; what it takes is how many servers such a rack is planned with.
    [Theory]
    [InlineData("air", 20_000, 1)]
    [InlineData("rear-door", 35_000, 3)]
    [InlineData("liquid", 100_000, 9)]
    [InlineData("immersion-1p", 200_000, 19)]
    [InlineData("immersion-2p", null, 30)]
    public void Plan_RackWithNothingButItsCooling_TakesWhatTheClassCarries(string cooling, int? watts, int dgx)
    {
        ClusterSnapshot Racks(int nodes) => LabelledNode.Cluster(nodes, H100, 8, ("toposcheduler.io/rack", "r1"), ("toposcheduler.io/cooling", cooling));

        Assert.Equal(watts, Assert.Single(Racks(1).Power.Domains).BudgetWatts);
        Assert.True(Fits(Racks(dgx), dgx, 8));
        Assert.Equal(watts is null, Fits(Racks(dgx + 1), dgx + 1, 8));
    }

    // The classes are planning guides: NVL72 runs on cold plates above the row of its class, so its racks must state their budget.
    [Fact]
    public void Plan_Nvl72OnColdPlates_NeedsAStatedBudget()
    {
        (string, string)[] rack = [("toposcheduler.io/rack", "r1"), ("toposcheduler.io/cooling", "liquid")];
        Assert.False(Fits(LabelledNode.Cluster(18, Gb200, 4, rack), 18, 4));
        Assert.True(Fits(LabelledNode.Cluster(18, Gb200, 4, [.. rack, .. Rack(132_000)]), 18, 4));
    }

    private const long MostWatts = 1_000_000_000;

    private static (string, string)[] Rack(long watts) => [("toposcheduler.io/rack", "r1"), ("toposcheduler.io/rack-power-budget-watts", Text(watts))];

    private static (string, string)[] Facility(long watts) => [("toposcheduler.io/facility", "site"), ("toposcheduler.io/facility-power-budget-watts", Text(watts))];

    private static (string, string)[] Feeds(long watts) =>
        [("toposcheduler.io/pdu", "a"), ("toposcheduler.io/pdu-b", "b"), ("toposcheduler.io/pdu-power-budget-watts", Text(watts))];

    private static string Text(long watts) => watts.ToString(CultureInfo.InvariantCulture);

    private static ClusterSnapshot WithBudget(ClusterSnapshot cluster, string domain, long watts) =>
        cluster.WithPower(cluster.Power.WithBudgets(new Dictionary<string, long?> { [domain] = watts }));

    private static long[] Draws(ClusterSnapshot cluster) => [.. Enumerable.Range(0, cluster.Nodes.Length).Select(cluster.DrawOf)];

    private static long Load(ClusterSnapshot cluster, string domain) =>
        cluster.Power.BeforeWatts(cluster.Power.Domains.Single(d => d.Id == domain).Index, Draws(cluster));

    private static PlacementResult Plan(ClusterSnapshot cluster, int members, int gpus, int? capDownTo = null) =>
        PlacementEngine.Plan(cluster, GangBuilder.Members(members).GpusPerPod(gpus).Workload("pretrain").GpuWatts(null, capDownTo).Build(), PlacementPolicy.Default);

    private static bool Fits(ClusterSnapshot cluster, int members, int gpus)
    {
        var outcome = Plan(cluster, members, gpus).Outcome;
        Assert.True(outcome is PlacementOutcome.Placed or PlacementOutcome.NoFit, $"{outcome}");
        return outcome == PlacementOutcome.Placed;
    }

    /// <summary>Lowest watts that do, found by halving; the highest must do and the lowest must not.</summary>
    private static long Lowest(long low, long high, Func<long, bool> fits)
    {
        Assert.False(fits(low));
        Assert.True(fits(high));
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (fits(middle)) high = middle;
            else low = middle;
        }

        return high;
    }
}
