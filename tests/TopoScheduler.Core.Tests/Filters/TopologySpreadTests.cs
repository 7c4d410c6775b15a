using TopoScheduler.Core.Gangs;
using static TopoScheduler.Core.Tests.Filters.FilterScene;

namespace TopoScheduler.Core.Tests.Filters;

/// <summary>Topology spread constraints with DoNotSchedule.</summary>
public sealed class TopologySpreadTests
{
    [Fact]
    public void Spread_NodeWithoutTheKey_IsRemoved()
    {
        Assert.Equal("a: -, b: -, c: -, d: Spread", Zones().RemovedFor(Spread(1, Member(), "train")));
        Assert.Equal("a: -, b: -, c: -, d: Spread", Zones().RemovedFor(Spread(1, Member(), "web")));
    }

    [Fact]
    public void Spread_MembersNotCounted_RemovesDomainsThatAreTooFull()
    {
        var scene = Zones().Pod("a", Member("web")).Pod("b", Member("web"));

        Assert.Equal("a: Spread, b: Spread, c: -, d: Spread", scene.RemovedFor(Spread(1, Member(), "web")));
        Assert.Equal("a: -, b: -, c: -, d: Spread", scene.RemovedFor(Spread(2, Member(), "web")));
        Assert.Empty(scene.Judge(Spread(1, Member(), "web")).Spreads);
    }

    [Fact]
    public void Spread_MembersCounted_IsALimitOnTheGang()
    {
        var table = Zones().Pod("a", Member()).Judge((Spread(1, Member(), "train"), 4));

        var spread = Assert.Single(table.Spreads);
        Assert.Equal([0, 0, 1, -1], spread.DomainOf);
        Assert.Equal([1, 0], spread.Existing);
        Assert.Equal([true], spread.Counts);
        Assert.Equal([true, true], spread.Countable);
        Assert.False(spread.ForceMinZero);
        Assert.True(TableCheck.Accepts(table, [(0, 2)]));
        Assert.False(TableCheck.Accepts(table, [(0, 0)]));
        Assert.True(TableCheck.Accepts(table, [(0, 0), (0, 2)]));
    }

    [Fact]
    public void Spread_TerminatingAndForeignPods_AreNotCounted()
    {
        var scene = Zones().Pod("a", Member(), terminating: true).Pod("a", Member("train", "other")).Pod("b", Member("web"));

        Assert.Equal([0, 0], scene.Judge(Spread(1, Member(), "train")).Spreads[0].Existing);
    }

    [Fact]
    public void Spread_FewerDomainsThanMinDomains_TakesTheMinimumAsZero()
    {
        var scene = Zones().Pod("a", Member("web")).Pod("c", Member("web"));
        var member = Member() with { Spread = [new(1, Zone, App("web"), 3, true, false)] };

        Assert.Equal("a: -, b: -, c: -, d: Spread", scene.RemovedFor(member));
        Assert.Equal(
            "a: Spread, b: Spread, c: Spread, d: Spread", Zones().Pod("a", Member("web")).Pod("a", Member("web")).Pod("c", Member("web")).Pod("c", Member("web")).RemovedFor(member));
        Assert.True(Zones().Judge(Member() with { Spread = [new(1, Zone, App("train"), 3, true, false)] }).Spreads[0].ForceMinZero);
        Assert.False(Zones().Judge(Member() with { Spread = [new(1, Zone, App("train"), 2, true, false)] }).Spreads[0].ForceMinZero);
    }

    [Theory]
    [InlineData(true, "Spread")]
    [InlineData(false, "-")]
    public void Spread_AffinityPolicy_SaysWhetherExcludedNodesCount(bool honor, string expected)
    {
        // The only node of the empty zone y is outside the node affinity: honoured, zone x is alone and its own minimum.
        var scene = new FilterScene().Node("a", "x").Node("b", "y").Pod("a", Member("web")).Pod("a", Member("web"));
        var affinity = Labels(new SelectorRequirement(Hostname, SelectorOperator.In, ["a"]));
        var member = Member() with { NodeAffinity = [affinity], Spread = [new(1, Zone, App("web"), 1, honor, false)] };

        Assert.Equal(expected == "-" ? "a: Spread, b: Affinity" : "a: -, b: Affinity", scene.RemovedFor(member));
    }

    [Theory]
    [InlineData(true, "a: -, b: Taints")]
    [InlineData(false, "a: Spread, b: Taints")]
    public void Spread_TaintsPolicy_SaysWhetherTaintedNodesCount(bool honor, string expected)
    {
        var scene = new FilterScene()
            .Node("a", "x")
            .Node("b", "y", n => n with { Taints = [new("gpu", null, "NoSchedule")] })
            .Pod("a", Member("web")).Pod("a", Member("web"));

        Assert.Equal(expected, scene.RemovedFor(Member() with { Spread = [new(1, Zone, App("web"), 1, true, honor)] }));
    }

    [Fact]
    public void Spread_NotReadyNodes_CountTowardsTheMinimum()
    {
        var scene = new FilterScene().Node("a", "x").Node("b", "y", n => n with { Ready = false }).Pod("a", Member("web")).Pod("a", Member("web"));

        Assert.Equal("a: Spread, b: Readiness", scene.RemovedFor(Spread(1, Member(), "web")));
    }

    [Fact]
    public void Spread_NodeLackingAnotherKey_IsNotCounted()
    {
        // Node c lacks the second key, so its empty zone is no domain of the first.
        var scene = new FilterScene()
            .Node("a", "x").Node("c", "y", n => n with { Labels = n.Labels.Remove(Hostname) })
            .Pod("a", Member("web")).Pod("a", Member("web"));
        var member = Member() with { Spread = [new(1, Zone, App("web"), 1, true, false), new(9, Hostname, App("web"), 1, true, false)] };

        Assert.Equal("a: -, c: Spread", scene.RemovedFor(member));
    }

    [Fact]
    public void Spread_EmptyOrNullSelector_CountsNobody()
    {
        var scene = Zones().Pod("a", Member()).Pod("a", Member());
        var everybody = Member() with { Spread = [new(1, Zone, new([]), 1, true, false)] };
        var nobody = Member() with { Spread = [new(1, Zone, null, 1, true, false)] };

        Assert.Equal("a: -, b: -, c: -, d: Spread", scene.RemovedFor(everybody));
        Assert.Equal("a: -, b: -, c: -, d: Spread", scene.RemovedFor(nobody));
        Assert.Empty(scene.Judge(everybody, nobody).Spreads);
    }

    [Fact]
    public void Spread_EqualConstraintsOfTwoRoles_AreOneLimit()
    {
        var table = Zones().Judge(Spread(1, Member("a"), "a", "b"), Spread(1, Member("b"), "a", "b"), Spread(2, Member("b"), "a", "b"));

        Assert.Equal([1, 2], table.Spreads.Select(s => s.MaxSkew));
        Assert.Equal([true, true, true], table.Spreads[0].Counts);
        Assert.Equal([true, true, false], table.Spreads[0].Holders);
    }

    [Fact]
    public void Spread_HolderNotCountedAnotherRoleCounted_ObeysTheLimitWhereItGoes()
    {
        var table = Zones().Judge((Spread(1, Member("web"), "train"), 1), (Member(), 2));

        Assert.False(TableCheck.Accepts(table, [(0, 0), (1, 0), (1, 1)]));
        Assert.True(TableCheck.Accepts(table, [(0, 2), (1, 0), (1, 1)]));
        Assert.True(TableCheck.Accepts(table, [(0, 0), (1, 0), (1, 2)]));
    }

    private static PodTemplate Spread(int skew, PodTemplate member, params string[] apps) =>
        member with { Spread = [new(skew, Zone, App(apps), 1, true, false)] };

    /// <summary>Nodes a and b in zone x, c in zone y, d in none.</summary>
    private static FilterScene Zones() => new FilterScene().Node("a", "x").Node("b", "x").Node("c", "y").Node("d");
}
