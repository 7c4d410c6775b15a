using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Oracles;
using TopoScheduler.Testing.ThirdParty;

namespace TopoScheduler.Core.Tests.Placement;

/// <summary>Clusters described by others: the published answer of knavigator's benchmark, and topograph's models filled exactly, half and over.</summary>
public sealed class ThirdPartyClusterTests
{
    public static TheoryData<string, string> ModelsAndTiers()
    {
        var data = new TheoryData<string, string>();
        foreach (var model in new[] { "nvl72", "small-tree", "medium", "large", "dual-xclr-regular" })
        {
            foreach (var tier in new[] { "leaf", "spine", "nvlink-domain" }) data.Add(model, tier);
        }

        return data;
    }

    [ThirdPartyFact]
    public void Plan_KnavigatorNetworkTopology_GivesThePublishedAnswer()
    {
        var (cluster, expected) = KnavigatorNodes.Load();
        Assert.Equal(3, expected.Length);
        var gang = GangBuilder.Members(3).GpusPerPod(8).Build();
        Assert.Equal(expected.Order(StringComparer.Ordinal), NodesOf(cluster, Planned(cluster, gang)));
    }

    [ThirdPartyTheory]
    [InlineData("nvl72", 72, 4, 2)]
    [InlineData("small-tree", 6, 2, 1)]
    [InlineData("medium", 8, 4, 2)]
    [InlineData("large", 96, 12, 6)]
    [InlineData("dual-xclr-regular", 96, 12, 6)]
    public void TopographModel_Labelled_HasItsShape(string model, int nodes, int leaves, int spines)
    {
        var topology = TopographModel.Load(model).Topology;
        Assert.Equal(
            (nodes, leaves, spines, leaves),
            (topology.NodeNames.Length, topology.Domains(0).Length, topology.Domains(1).Length, topology.NvLinkDomains.Length));
        Assert.Empty(topology.Problems);
    }

    [ThirdPartyTheory]
    [MemberData(nameof(ModelsAndTiers))]
    public void Plan_GangThatExactlyFillsADomain_FillsIt(string model, string tierName)
    {
        var (cluster, tier, domainOf, size) = Load(model, tierName);
        foreach (var required in new Tier?[] { tier, null })
        {
            var plan = Planned(cluster, GangBuilder.Members(size).GpusPerPod(TopographModel.Gpus).Required(required).Build());
            Assert.Single(plan.Members.Select(m => domainOf[m.Node]).Distinct());
            Assert.Equal(size, plan.Members.Select(m => m.Node).Distinct().Count());
        }
    }

    [ThirdPartyTheory]
    [MemberData(nameof(ModelsAndTiers))]
    public void Plan_GangThatHalfFillsADomain_StaysInOne(string model, string tierName)
    {
        var (cluster, tier, domainOf, size) = Load(model, tierName);
        foreach (var required in new Tier?[] { tier, null })
        {
            var plan = Planned(cluster, GangBuilder.Members(size / 2).GpusPerPod(TopographModel.Gpus).Required(required).Build());
            Assert.Single(plan.Members.Select(m => domainOf[m.Node]).Distinct());
        }
    }

    [ThirdPartyTheory]
    [MemberData(nameof(ModelsAndTiers))]
    public void Plan_GangThatOverfillsADomain_NeedsTwoOrDoesNotFit(string model, string tierName)
    {
        var (cluster, tier, domainOf, size) = Load(model, tierName);
        var refused = PlacementEngine.Plan(
            cluster, GangBuilder.Members(size + 1).GpusPerPod(TopographModel.Gpus).Required(tier).Build(), PlacementPolicy.Default);
        Assert.Equal(PlacementOutcome.NoFit, refused.Outcome);
        Assert.NotEmpty(refused.Reasons);
        var gang = GangBuilder.Members(size + 1).GpusPerPod(TopographModel.Gpus).Build();
        if (size == cluster.Nodes.Length)
        {
            Assert.Equal(PlacementOutcome.NoFit, PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default).Outcome);
            return;
        }

        Assert.Contains(refused.Reasons, r => r.Constraint == (tier == Tier.NvLinkDomain ? FitConstraint.NvLink : FitConstraint.Tier));
        var perDomain = Planned(cluster, gang).Members.CountBy(m => domainOf[m.Node]).Select(p => p.Value).Order().ToArray();
        Assert.Equal(2, perDomain.Length);
        if (tier != Tier.Spine) Assert.InRange(perDomain[1] - perDomain[0], 0, 1);
    }

    [Theory]
    [InlineData("srv11[01-03]", "srv1101 srv1102 srv1103")]
    [InlineData("[1101-1102]", "1101 1102")]
    [InlineData("I25", "I25")]
    [InlineData("a[8-10]z", "a8z a9z a10z")]
    public void TopographModel_NodeRange_IsExpanded(string range, string names) => Assert.Equal(names.Split(' '), TopographModel.Expand(range));

    private static (ClusterSnapshot Cluster, Tier Tier, int[] DomainOf, int Size) Load(string model, string tierName)
    {
        Assert.True(Tier.TryParse(tierName, out var tier));
        var cluster = TopographModel.Load(model);
        var domainOf = Partitions.Of(cluster.Topology, tier);
        return (cluster, tier, domainOf, Assert.Single(domainOf.CountBy(d => d).Select(p => p.Value).Distinct()));
    }

    private static PlacementPlan Planned(ClusterSnapshot cluster, Gangs.Gang gang)
    {
        var result = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default);
        Assert.True(result.Outcome == PlacementOutcome.Placed, $"{result.Outcome}: {string.Join(" | ", result.Reasons.Select(r => r.Message))}");
        Assert.Empty(PlacementAudit.Faults(cluster, gang, result));
        return result.Plan!;
    }

    private static IEnumerable<string> NodesOf(ClusterSnapshot cluster, PlacementPlan plan) =>
        plan.Members.Select(m => cluster.Nodes[m.Node].Name).Order(StringComparer.Ordinal);
}
