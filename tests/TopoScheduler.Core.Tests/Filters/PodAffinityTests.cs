using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using static TopoScheduler.Core.Tests.Filters.FilterScene;

namespace TopoScheduler.Core.Tests.Filters;

/// <summary>Inter-pod affinity and anti-affinity: towards pods that are there, both ways, and of the gang to itself.</summary>
public sealed class PodAffinityTests
{
    [Fact]
    public void AntiAffinity_OfMembers_RemovesTheDomainsOfPodsMeant()
    {
        var scene = Zones().Pod("a", Member("web"));

        Assert.Equal("a: Affinity, b: Affinity, c: -, d: -", scene.RemovedFor(Member() with { AntiAffinity = [Term(Zone, "web")] }));
        Assert.Equal("a: Affinity, b: -, c: -, d: -", scene.RemovedFor(Member() with { AntiAffinity = [Term(Hostname, "web")] }));
        Assert.Equal("a: -, b: -, c: -, d: -", scene.RemovedFor(Member() with { AntiAffinity = [Term(Zone, "db")] }));
    }

    [Fact]
    public void AntiAffinity_OfPodsThere_RemovesTheirDomains()
    {
        var scene = Zones().Pod("c", Member("web") with { AntiAffinity = [Term(Zone, "train"), Term(Hostname, "db")] });

        Assert.Equal("a: -, b: -, c: Affinity, d: -", scene.RemovedFor(Member()));
        Assert.Equal("a: -, b: -, c: Affinity, d: -", scene.RemovedFor(Member("db")));
        Assert.Equal("a: -, b: -, c: -, d: -", scene.RemovedFor(Member("web")));
    }

    [Fact]
    public void AntiAffinity_OnNodeWithoutTheKey_BindsNobody()
    {
        var scene = Zones().Pod("d", Member("web") with { AntiAffinity = [Term(Zone, "train")] });

        Assert.Equal("a: -, b: -, c: -, d: -", scene.RemovedFor(Member() with { AntiAffinity = [Term(Zone, "web")] }));
    }

    [Theory]
    [InlineData("ml", "-")]
    [InlineData("web", "Affinity")]
    [InlineData("", "Affinity")]
    [InlineData("ml,web", "Affinity")]
    public void Terms_Namespaces_SayWhichPodsAreMeant(string namespaces, string expected)
    {
        var term = new PodAffinityTerm(App("nginx"), [.. namespaces.Split(',', StringSplitOptions.RemoveEmptyEntries)], Hostname);
        var scene = new FilterScene().Node("a").Pod("a", Member("nginx", "web"));

        Assert.Equal($"a: {expected}", scene.RemovedFor(Member() with { AntiAffinity = [term] }));
    }

    [Fact]
    public void Terms_NullSelectorMeansNobody_EmptySelectorEverybody()
    {
        var scene = new FilterScene().Node("a").Pod("a", Member("nginx") with { Labels = ImmutableDictionary<string, string>.Empty });

        Assert.Equal("a: -", scene.RemovedFor(Member() with { AntiAffinity = [new(null, [], Hostname)] }));
        Assert.Equal("a: Affinity", scene.RemovedFor(Member() with { AntiAffinity = [new(new([]), [], Hostname)] }));
    }

    [Fact]
    public void Affinity_ToPodsThere_KeepsTheirDomains()
    {
        var scene = Zones().Pod("a", Member("cache"));

        Assert.Equal("a: -, b: -, c: Affinity, d: Affinity", scene.RemovedFor(Member() with { Affinity = [Term(Zone, "cache")] }));
        Assert.Equal("a: -, b: Affinity, c: Affinity, d: Affinity", scene.RemovedFor(Member() with { Affinity = [Term(Hostname, "cache")] }));
        Assert.Empty(scene.Judge(Member() with { Affinity = [Term(Zone, "cache")] }).SharedDomains);
    }

    [Fact]
    public void Affinity_SeveralTerms_CountOnlyPodsMeantByAll()
    {
        var both = Member("cache") with { Labels = Member("cache").Labels.Add("tier", "hot") };
        PodAffinityTerm app = Term(Zone, "cache"), tier = new(new([new("tier", SelectorOperator.In, ["hot"])]), ["ml"], Hostname);
        var member = Member() with { Affinity = [app, tier] };

        Assert.Equal("a: Affinity, b: Affinity, c: Affinity, d: Affinity", Zones().Pod("a", Member("cache")).RemovedFor(member));
        Assert.Equal("a: Affinity, b: -, c: Affinity, d: Affinity", Zones().Pod("a", Member("cache")).Pod("b", both).RemovedFor(member));
    }

    [Fact]
    public void Affinity_NobodyMeantAndNotItself_RemovesAll()
    {
        Assert.Equal(
            "a: Affinity, b: Affinity, c: Affinity, d: Affinity", Zones().RemovedFor(Member() with { Affinity = [Term(Zone, "cache")] }));
    }

    [Fact]
    public void Affinity_ToItself_MakesMembersShareADomainOnNodesWithTheKey()
    {
        var scene = Zones();
        var member = Member() with { Affinity = [Term(Zone, "train")] };

        Assert.Equal("a: -, b: -, c: -, d: Affinity", scene.RemovedFor(member));
        var shared = Assert.Single(scene.Judge((member, 4)).SharedDomains);
        Assert.Equal(Zone, shared.Key);
        Assert.Equal([true], shared.Roles!);
        Assert.Equal([0, 0, 1, -1], shared.DomainOf);
    }

    [Fact]
    public void Affinity_ToItselfWithOneOfItsKindThere_JoinsIt()
    {
        var scene = Zones().Pod("c", Member());
        var member = Member() with { Affinity = [Term(Zone, "train")] };

        Assert.Equal("a: Affinity, b: Affinity, c: -, d: Affinity", scene.RemovedFor(member));
        Assert.Empty(scene.Judge((member, 4)).SharedDomains);
    }

    [Fact]
    public void Affinity_OneOfItsKindOnANodeWithoutAnyKey_DoesNotCount()
    {
        var scene = Zones().Pod("d", Member());

        Assert.Equal("a: -, b: -, c: -, d: Affinity", scene.RemovedFor(Member() with { Affinity = [Term(Zone, "train")] }));
    }

    [Fact]
    public void Affinity_ToAnotherRole_BringsBothTogether()
    {
        var table = Zones().Judge((Member("launcher"), 1), (Member("worker") with { Affinity = [Term(Zone, "launcher")] }, 4), (Member("logger"), 1));

        var shared = Assert.Single(table.SharedDomains);
        Assert.Equal([true, true, false], shared.Roles!);
        Assert.Equal([null, null, null, FitConstraint.Affinity], table.Removed[1]);
        Assert.All(table.Removed[0], Assert.Null);
    }

    [Fact]
    public void SelfExclusion_ByHost_IsADimensionOfOneMemberPerNode()
    {
        var table = Zones().Judge((Member() with { AntiAffinity = [Term(Hostname, "train")] }, 64));

        Assert.Equal([1, 1, 1, 1], table.Slots[0]);
        Assert.Equal([1, 64], table.Request[0]);
        Assert.Empty(table.DomainLimits);
    }

    [Fact]
    public void SelfExclusion_NodeWithoutTheKey_IsNotBound()
    {
        var scene = Zones().Node("e", change: n => n with { Labels = n.Labels.Remove(Hostname) });

        Assert.Equal([1, 1, 1, 1, 8], scene.Judge((Member() with { AntiAffinity = [Term(Hostname, "train")] }, 8)).Slots[0]);
    }

    [Fact]
    public void SelfExclusion_ByZone_IsADomainLimit()
    {
        var table = Zones().Judge((Member() with { AntiAffinity = [Term(Zone, "train")] }, 3));

        var limit = Assert.Single(table.DomainLimits);
        Assert.True(TableCheck.Accepts(table, [(0, 0), (0, 2)]));
        Assert.True(TableCheck.Accepts(table, [(0, 0), (0, 2), (0, 3)]));
        Assert.True(TableCheck.Accepts(table, [(0, 3), (0, 3)]));
        Assert.False(TableCheck.Accepts(table, [(0, 0), (0, 1)]));
        Assert.Equal([0, 0, 1, -1], limit.DomainOf);
    }

    [Fact]
    public void Exclusion_SingleHolder_KeepsTheMeantRoleAway()
    {
        var table = Zones().Judge((Member("launcher") with { AntiAffinity = [Term(Hostname, "worker")] }, 1), (Member("worker"), 4));

        Assert.True(TableCheck.Accepts(table, [(0, 0), (1, 1), (1, 1), (1, 1), (1, 1)]));
        Assert.False(TableCheck.Accepts(table, [(0, 0), (1, 0)]));
    }

    [Fact]
    public void Exclusion_SingleMeantMember_LetsHoldersShare()
    {
        var table = Zones().Judge((Member("worker") with { AntiAffinity = [Term(Hostname, "launcher")] }, 4), (Member("launcher"), 1));

        Assert.True(TableCheck.Accepts(table, [(0, 0), (0, 0), (0, 0), (0, 0), (1, 1)]));
        Assert.False(TableCheck.Accepts(table, [(0, 0), (1, 0)]));
    }

    [Fact]
    public void Exclusion_HolderThatMeansItselfAndAnother_IsAloneOnItsNode()
    {
        var table = Zones().Judge((Member("worker") with { AntiAffinity = [Term(Hostname, "worker", "ps")] }, 3), (Member("ps"), 3));

        Assert.False(TableCheck.Accepts(table, [(0, 0), (0, 0)]));
        Assert.False(TableCheck.Accepts(table, [(0, 0), (1, 0)]));
        Assert.True(TableCheck.Accepts(table, [(0, 0), (1, 1), (1, 1), (1, 1)]));
    }

    [Fact]
    public void Exclusion_EqualTermsOfTwoRoles_AreKeptApartBothWays()
    {
        var term = Term(Hostname, "ps", "worker");
        var table = Zones().Judge((Member("worker") with { AntiAffinity = [term] }, 2), (Member("ps") with { AntiAffinity = [term] }, 2));

        Assert.False(TableCheck.Accepts(table, [(0, 0), (1, 0)]));
        Assert.False(TableCheck.Accepts(table, [(1, 0), (1, 0)]));
        Assert.True(TableCheck.Accepts(table, [(0, 0), (0, 1), (1, 2), (1, 3)]));
    }

    /// <summary>Nodes a and b in zone x, c in zone y, d in none.</summary>
    private static FilterScene Zones() => new FilterScene().Node("a", "x").Node("b", "x").Node("c", "y").Node("d");
}
