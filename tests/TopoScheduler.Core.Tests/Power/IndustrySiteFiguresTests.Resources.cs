using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>Figures that need more than labels: ratings, derating, spare feeds, and watts that no node draws.</summary>
public sealed partial class IndustrySiteFiguresTests
{
    // The overhead of the site is a base load: what cooling and losses take when all nodes are at full draw.
    [Theory]
    [InlineData(1.10, 1.40)]
    [InlineData(1.25, 1.59)]
    public void Draw_OfAThousandH100WithTheSitesOverhead_Is1Point40To1Point59Megawatts(double pue, double megawatts)
    {
        var site = Spec(PowerDomainKind.Facility, "site") with { BaseWatts = (long)Math.Round(1_275_000 * (pue - 1)) };
        var full = LabelledNode.AtFullDraw(With(LabelledNode.Cluster(125, H100, 8, ("toposcheduler.io/facility", "site")), site));
        var watts = Load(full, "facility/site");

        Assert.Equal(megawatts, Math.Round(watts / 1e6, 2));
        Assert.True(Fits(With(full, site with { BudgetWatts = watts }).WithPods(_ => false), 125, 8));
        Assert.False(Fits(With(full, site with { BudgetWatts = watts - 1 }).WithPods(_ => false), 125, 8));
    }

    // Eight shelves of 33 kW, of which four may fail: 132 kW carry the 18 trays and the nine switch trays of 400 W. With a tenth less installed they do not.
    [Theory]
    [InlineData(8 * 33_000, 132_000, true)]
    [InlineData(8 * 30_000, 120_000, false)]
    public void Plan_AWholeNvl72OnDoubledShelves_NeedsEightOf33Kilowatts(long installed, long usable, bool fits)
    {
        var shelves = Spec(PowerDomainKind.Rack, "r1") with { BudgetWatts = installed, Redundancy = PowerRedundancy.Double, BaseWatts = 9 * 400 };
        var rack = With(LabelledNode.Cluster(18, Gb200, 4, ("toposcheduler.io/rack", "r1")), shelves);

        Assert.Equal(usable, rack.Power.Domains[0].BudgetWatts);
        Assert.Equal(123_606, Load(LabelledNode.AtFullDraw(rack), "rack/r1"));
        Assert.Equal(fits, Fits(rack, 18, 4));
    }

    // A circuit is loaded for hours with 80% of its rating: 24 of 30 A, whatever the volts.
    [Theory]
    [InlineData(208)]
    [InlineData(415)]
    public void Budget_OfAThirtyAmpereCircuit_Is24Amperes(int volts)
    {
        var circuit = Spec(PowerDomainKind.Rack, "r1") with { BudgetWatts = 30 * volts, Derate = 0.80m };
        Assert.Equal(24 * volts, With(LabelledNode.Cluster(1, H100, 8, ("toposcheduler.io/rack", "r1")), circuit).Power.Domains[0].BudgetWatts);
    }

    // N+1 over N+1 equal units leaves N of them.
    [Theory]
    [InlineData(2, 50_000)]
    [InlineData(4, 75_000)]
    [InlineData(5, 80_000)]
    public void Budget_OfUnitsWithOneSpare_IsThatOfTheOthers(int units, long usable)
    {
        var row = Spec(PowerDomainKind.Row, "w") with { BudgetWatts = 100_000, Redundancy = PowerRedundancy.OneSpare, Units = units };
        Assert.Equal(usable, Assert.Single(With(LabelledNode.Cluster(1, H100, 8, ("toposcheduler.io/row", "w")), row).Power.Domains).BudgetWatts);
    }

    // "Both feeds together at most 80% of the rating of one, so each at most 40% in normal running": 80 kW of a 100 kW feed are usable, all on either when the other is
    // lost. Of ten nodes seven run; an eighth would need 86,340 W.
    [Fact]
    public void Plan_OnTwoFeeds_LoadsEachToFortyPercentInNormalRunning()
    {
        const double Rating = 100_000;
        var feed = Spec(PowerDomainKind.Pdu, "a") with { BudgetWatts = (long)Rating, Derate = 0.80m, Redundancy = PowerRedundancy.Double };
        var labels = LabelledNode.Cluster(10, H100, 8, ("toposcheduler.io/pdu", "a"), ("toposcheduler.io/pdu-b", "b"));
        var nodes = With(labels, feed, feed with { Id = new(PowerDomainKind.Pdu, "b"), Source = "powerdomain/b" });
        var most = Enumerable.Range(1, 10).Last(n => Fits(nodes, n, 8));
        Assert.Equal(7, most);

        var plan = Plan(nodes, most, 8).Plan!;
        var running = nodes.Plus(plan.Members.Select(m => ClusterBuilder.BoundPod(nodes.Nodes[m.Node].Name, $"m{m.Member}", 8)));
        Assert.Equal(2, running.Power.Domains.Length);
        foreach (var pdu in running.Power.Domains)
        {
            var normal = pdu.Nodes.Sum(n => running.Power.HalvesOf(n, pdu.Index, FeedState.Normal) * running.DrawOf(n)) / 2.0;
            Assert.InRange(normal / Rating, 0.38, 0.40);
            Assert.InRange(running.Power.BeforeWatts(pdu.Index, Draws(running)) / Rating, 0.76, 0.80);
        }
    }

    private static PowerDomainSpec Spec(PowerDomainKind kind, string name) => new() { Source = $"powerdomain/{name}", Id = new(kind, name) };

    private static ClusterSnapshot With(ClusterSnapshot cluster, params PowerDomainSpec[] specs) =>
        ClusterSnapshot.Create(cluster.Nodes, Enumerable.Range(0, cluster.Nodes.Length).SelectMany(n => cluster.PodsOf(n)), specs);
}
