using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Cases;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>A cluster asked under other budgets is the cluster whose labels state them.</summary>
public sealed class OtherBudgetsTests
{
    [Fact]
    public void WithPower_OtherBudgets_EqualsTheClusterWhoseLabelsStateThem()
    {
        var (changed, differing, overdrawn) = (0, 0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var drawn = SmallCases.Draw(seed);
            var budgets = Draw(new Random(seed), drawn.Cluster);
            var asked = drawn.Cluster.WithPower(drawn.Cluster.Power.WithBudgets(budgets));
            var labelled = ClusterSnapshot.Create(drawn.Nodes.Select(n => n with { PowerLocation = Labels(n, asked) }), drawn.Pods);

            Assert.Equal(labelled.Power.Domains.Select(d => (d.Id, d.BudgetWatts)), asked.Power.Domains.Select(d => (d.Id, d.BudgetWatts)));
            Assert.Equal(labelled.Power.Constraints.AsEnumerable(), asked.Power.Constraints);
            Assert.Equal(labelled.ConstraintLoads(), asked.ConstraintLoads());
            Assert.All(Enumerable.Range(0, asked.Nodes.Length), n => Assert.Equal(labelled.Power.SharesOf(n).ToArray(), asked.Power.SharesOf(n).ToArray()));
            var expected = PlacementEngine.Plan(labelled, drawn.Gang, PlacementPolicy.Default);
            var actual = PlacementEngine.Plan(asked, drawn.Gang, PlacementPolicy.Default);
            Assert.True(expected.Outcome == actual.Outcome && expected.Search == actual.Search, drawn.ToString());
            Assert.Equal(expected.Plan?.Members.Select(m => m.Node), actual.Plan?.Members.Select(m => m.Node));
            Assert.Equal(expected.Reasons.AsEnumerable(), actual.Reasons);

            changed += budgets.Count;
            differing += actual.Outcome == PlacementEngine.Plan(drawn.Cluster, drawn.Gang, PlacementPolicy.Default).Outcome ? 0 : 1;
            overdrawn += asked.Power.Constraints.Any(c => asked.LoadOf(c.Index) > c.LimitHalfWatts) ? 1 : 0;
        }

        Assert.True(changed > 400 && differing > 20 && overdrawn > 20, $"too tame to say much: {changed} budgets, {differing} other outcomes, {overdrawn} overdrawn");
    }

    [Fact]
    public void Report_UnderOtherBudgets_OffersAreOfThoseBudgets()
    {
        // The labels allow one full node a rack; asked is under budgets that allow all four, so nothing but the leaf is in the way.
        var labelled = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(4).Racks(4, 18_000).Build();
        var asked = labelled.WithPower(labelled.Power.WithBudgets(labelled.Power.Domains.Where(d => d.BudgetWatts is not null).ToDictionary(d => d.Id, _ => (long?)100_000)));
        var gang = GangBuilder.Members(6).Required(Tier.Leaf).Build();

        Assert.Contains(PlacementReporter.Report(asked, gang, PlacementPolicy.Default).CounterOffers, o => o.Change == CounterOfferChange.AddNodes);
        Assert.DoesNotContain(PlacementReporter.Report(labelled, gang, PlacementPolicy.Default).CounterOffers, o => o.Change == CounterOfferChange.AddNodes);
    }

    private static Dictionary<string, long?> Draw(Random random, ClusterSnapshot cluster)
    {
        var budgets = new Dictionary<string, long?>();
        var sidesB = cluster.Nodes.Select(n => n.PowerLocation.PduB).ToHashSet();
        foreach (var domain in cluster.Power.Domains)
        {
            // Labels cannot say that a B side has no budget where its A side has one: it takes over that of the A side.
            var sideB = domain.Kind == PowerDomainKind.Pdu && sidesB.Contains(domain.Name);
            var nodes = domain.Nodes.Length;
            if (sideB || random.Next(2) == 0) budgets[domain.Id] = !sideB && random.Next(4) == 0 ? null : random.Next(1 + (1_000 * nodes), 1 + (12_000 * nodes));
        }

        return budgets;
    }

    private static PowerLocation Labels(NodeInfo node, ClusterSnapshot asked)
    {
        var at = node.PowerLocation;
        return at with
        {
            RackBudgetWatts = Budget("rack", at.Rack),
            PduBudgetWatts = Budget("pdu", at.Pdu),
            PduBBudgetWatts = Budget("pdu", at.PduB),
            RowBudgetWatts = Budget("row", at.Row),
            FacilityBudgetWatts = Budget("facility", at.Facility),
        };

        long? Budget(string kind, string? name) => name is null ? null : asked.Power.Domains.Single(d => d.Id == $"{kind}/{name}").BudgetWatts;
    }
}
