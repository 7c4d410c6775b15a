using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Samples;
using TopoScheduler.Testing.ThirdParty;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>The samples of real machines have the structure and the figures of what is published of them.</summary>
public sealed class SampleMachinesTests
{
    [ThirdPartyFact]
    public void Dps_Domains_AreThePublishedTree()
    {
        var cluster = Sample("dps-gb300.yaml");
        var published = File.ReadLines(ThirdPartyData.Require("power", "power_hierarchy_dps_sim.csv")).Skip(1).Select(l => l.Split(',')).ToList();
        var byName = cluster.Power.Domains.ToDictionary(d => Plain(d.Name));

        Assert.Equal(published.Select(r => Plain(r[0])).Order(StringComparer.Ordinal), byName.Keys.Order(StringComparer.Ordinal));
        foreach (var row in published)
        {
            var domain = byName[Plain(row[0])];
            var kind = row[1] switch { "utility-feed" => PowerDomainKind.Facility, "switchboard" => PowerDomainKind.Row, "pdu" => PowerDomainKind.Pdu, _ => PowerDomainKind.Rack };
            long? limit = row[2].Length > 0 ? 1_000 * long.Parse(row[2], CultureInfo.InvariantCulture) : null;
            Assert.Equal((kind, limit), (domain.Kind, domain.BudgetWatts));

            // The list has the utility beside the switchboard: it feeds it, so here it stands above.
            var parent = row[3].Length > 0 ? Plain(row[3]) : row[0] == "Switchboard" ? "utility" : null;
            Assert.Equal(parent, domain.Parents.Select(p => Plain(cluster.Power.Domains[p].Name)).SingleOrDefault());
        }

        Assert.Equal((144, 18), (cluster.Nodes.Length, byName["rack1"].Nodes.Length));
    }

    // 144 x 7,500 W are less than the switchboard has and half as much again as the utility: 84 more trays run beside what serves, whatever is free.
    [Fact]
    public void Dps_Utility_BindsAndNothingBelowItDoes()
    {
        var cluster = Sample("dps-gb300.yaml");
        Assert.Equal(1_080_000, Load(LabelledNode.AtFullDraw(cluster.WithPods(_ => false)), "facility/utility"));
        foreach (var above in cluster.Power.Domains.Where(d => d.Kind is not (PowerDomainKind.Rack or PowerDomainKind.Facility)))
        {
            Assert.True(above.BudgetWatts > above.Nodes.Sum(n => cluster.Nodes[n].Power.MaxWatts));
        }

        var refused = Plan(cluster, 85, 4);
        Assert.Equal(PlacementOutcome.NoFit, refused.Outcome);
        Assert.Equal(["facility/utility"], refused.Reasons.Where(r => r.Constraint == FitConstraint.Power && r.Domain is not null).Select(r => r.Domain));
        Assert.Equal(PlacementOutcome.Placed, Plan(cluster, 84, 4).Outcome);
        Assert.Equal(PlacementOutcome.Placed, Plan(cluster.WithPower(cluster.Power.WithBudgets(new Dictionary<string, long?> { ["facility/utility"] = 1_600_000 })), 134, 4).Outcome);
    }

    [ThirdPartyTheory]
    [InlineData("frontier-cdu.yaml.gz", "frontier", 3)]
    [InlineData("lassen.yaml", "lassen", 8)]
    [InlineData("selene.yaml", "selene", 10)]
    public void Raps_SampleNodes_AreThoseOfTheMachine(string file, string system, int racks)
    {
        var (cluster, raps) = (Sample(file), RapsSystem.Load(system));
        var found = cluster.Power.Domains.Where(d => d.Kind == PowerDomainKind.Rack).ToList();

        Assert.Equal(racks, found.Count);
        Assert.All(found, r => Assert.Equal(raps.NodesPerRack, r.Nodes.Length));
        Assert.All(cluster.Nodes, n => Assert.Equal(
            (Whole(raps.AtTheWall(raps.MaxWatts)), Whole(raps.AtTheWall(raps.IdleWatts)), system == "frontier" ? 2 * raps.Gpus : raps.Gpus),
            (n.Power.MaxWatts, n.Power.IdleWatts, n.Power.Gpus)));
    }

    // 74 racks of 128 nodes of four boards, as the operator's model has them: 28.2 MW at full draw and 7.3 MW idle, 0.8 MW of it switches and cooling units. A site that
    // is fed with that takes a job on its last node while all others run, and with a watt less it does not.
    [Fact]
    public void Frontier_Whole_DrawsAndTakesWhatItIsBuiltFor()
    {
        const int Racks = 74;
        var nodes = ClusterBuilder.Spines(Racks).Leaves(8).NodesPerLeaf(16).GpusPerNode(8).Racks(128, null)
            .Watts(Sample("frontier-cdu.yaml.gz").Nodes[0].Power)
            .Nodes((_, n) => n with { PowerLocation = n.PowerLocation with { Facility = "site" } })
            .BuildNodes();
        var switches = Enumerable.Range(0, Racks).Select(r => new PowerDomainSpec { Source = $"powerdomain/r{r}", Id = new(PowerDomainKind.Rack, $"r{r:D4}"), BaseWatts = 32 * 250 });
        var site = new PowerDomainSpec { Source = "powerdomain/site", Id = new(PowerDomainKind.Facility, "site"), BudgetWatts = 30_000_000, BaseWatts = 25 * 8_473 };
        var machine = ClusterSnapshot.Create(nodes, [], [.. switches, site]);

        Assert.Equal(9_472, machine.Nodes.Length);
        var full = Load(LabelledNode.AtFullDraw(machine), "facility/site");
        Assert.Equal(28.2, Math.Round(full / 1e6, 1));
        Assert.Equal(7.3, Math.Round(Load(machine, "facility/site") / 1e6, 1));
        var allButOne = machine.Plus(machine.Nodes.Skip(1).Select(n => ClusterBuilder.BoundPod(n.Name, $"full-{n.Name}", 8)));
        Assert.Equal(PlacementOutcome.Placed, Plan(WithSite(allButOne, full), 1, 8).Outcome);
        Assert.Equal(PlacementOutcome.NoFit, Plan(WithSite(allButOne, full - 1), 1, 8).Outcome);
    }

    // A job as large as the machine that lacks a watt is refused by adding up, without looking for a place for each of its pods.
    [Fact]
    public void Plan_WholeMachineAWattShort_IsProvedByAddingUp()
    {
        var machine = ClusterBuilder.Spines(74).Leaves(8).NodesPerLeaf(16).GpusPerNode(8).Racks(128, null)
            .Nodes((_, n) => n with { PowerLocation = n.PowerLocation with { Facility = "site", FacilityBudgetWatts = 9_472L * 10_200 } }).Build();
        var result = Plan(WithSite(machine, 9_472L * 10_200 - 1), 9_472, 8);
        Assert.Equal((PlacementOutcome.NoFit, true), (result.Outcome, result.Search.Complete));
        Assert.InRange(result.Search.Steps, 0, 1_000);
        Assert.Contains(result.Reasons, r => r is { Constraint: FitConstraint.Power, Domain: "facility/site" });
    }

    // 119 x 2,893 W and 9 x 684 W are 350,423 W of 352,000 W.
    [Fact]
    public void Frontier_Cabinet_Runs119OfIts128Nodes()
    {
        var cluster = Sample("frontier-cdu.yaml.gz").WithPods(_ => false);
        var job = GangBuilder.Members(119).GpusPerPod(8).Required(Tier.Spine);
        Assert.Equal(PlacementOutcome.Placed, PlacementEngine.Plan(cluster, Amd(job), PlacementPolicy.Default).Outcome);
        Assert.Equal(PlacementOutcome.NoFit, PlacementEngine.Plan(cluster, Amd(GangBuilder.Members(120).GpusPerPod(8).Required(Tier.Spine)), PlacementPolicy.Default).Outcome);
    }

    // leaf-1 and leaf-2 share rack-1, which does not run its 18 nodes at once: two whole leaves at once are never these two.
    [Fact]
    public void Lassen_NeighbouringLeaves_AreNotBothFilled()
    {
        var cluster = Sample("lassen.yaml").WithPods(_ => false);
        var two = GangBuilder.Members(32).GpusPerPod(4).Segments(16, Tier.Leaf).Build();
        var leaves = PlacementEngine.Plan(cluster, two, PlacementPolicy.Default).Plan!.Members
            .Select(m => cluster.Topology.Domains(0)[cluster.Topology.DomainOf(m.Node, 0)].Name).Distinct().ToList();

        Assert.Equal(2, leaves.Count);
        Assert.NotEqual(1, Math.Abs(Number(leaves[0]) - Number(leaves[1])));
        var neighbours = cluster.Nodes.Where(n => Number(n.Location.Fabric[0]!) is 1 or 2);
        Assert.Equal(PlacementOutcome.NoFit, PlacementEngine.Plan(ClusterSnapshot.Create(neighbours, []), two, PlacementPolicy.Default).Outcome);
    }

    // By the sums of RAPS four DGX A100 fit under the bound of their cooling; by the data sheet's 6,500 W two do beside
    // two that are idle.
    [Fact]
    public void Selene_AirCooledRack_CarriesFourOrTwoByWhoseFigures()
    {
        var rack = Sample("selene.yaml").Nodes.Where(n => n.PowerLocation.Rack == "rack-6").ToList();
        Assert.Equal(20_000, Assert.Single(ClusterSnapshot.Create(rack, []).Power.Domains, d => d.Kind == PowerDomainKind.Rack).BudgetWatts);
        Assert.Equal(4, Most(ClusterSnapshot.Create(rack, [])));
        Assert.Equal(2, Most(ClusterSnapshot.Create(rack.Select(n => LabelledNode.Of(n.Name, "NVIDIA-A100-SXM4-80GB", 8, [("toposcheduler.io/rack", "r"), ("toposcheduler.io/cooling", "air")])), [])));

        static int Most(ClusterSnapshot cluster) => Enumerable.Range(1, 4).Last(n => Plan(cluster, n, 8).Outcome == PlacementOutcome.Placed);
    }

    private static ClusterSnapshot Sample(string file)
    {
        var content = ClusterReader.ReadText(SampleClusters.All.Single(s => s.File == file).Content, file);
        return ClusterSnapshot.Create(content.Nodes, content.Pods);
    }

    private static ClusterSnapshot WithSite(ClusterSnapshot cluster, long watts) =>
        cluster.WithPower(cluster.Power.WithBudgets(new Dictionary<string, long?> { ["facility/site"] = watts }));

    private static Gang Amd(GangBuilder gang) =>
        gang.Templates(t => t with { Requests = t.Requests.With(GangBuilder.Gpu, 0).With("amd.com/gpu", t.Gpus) }).Build();

    private static PlacementResult Plan(ClusterSnapshot cluster, int members, int gpus) =>
        PlacementEngine.Plan(cluster, GangBuilder.Members(members).GpusPerPod(gpus).Build(), PlacementPolicy.Default);

    private static long Load(ClusterSnapshot cluster, string domain) =>
        cluster.Power.BeforeWatts(cluster.Power.Domains.Single(d => d.Id == domain).Index, [.. Enumerable.Range(0, cluster.Nodes.Length).Select(cluster.DrawOf)]);

    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private static int Number(string leaf) => int.Parse(leaf.AsSpan(leaf.IndexOf('-', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

    private static long Whole(double watts) => (long)Math.Ceiling(watts);
}
