using System.Collections.Immutable;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Tests.Topology;

public sealed class TopologyBuilderTests
{
    private static KeyValuePair<string, NodeLocation> Path(string name, string? nvLink, params string?[] fabric) =>
        new(name, new("own", [.. fabric], IdScope.Path, nvLink));

    private static KeyValuePair<string, NodeLocation> Unique(string name, params string?[] fabric) =>
        new(name, new("eks", [.. fabric], IdScope.Unique, null));

    [Fact]
    public void Build_TwoSpines_OrdersNodesByFabricThenNvLinkThenName()
    {
        var topology = TopologyBuilder.Build([
            Path("n1", "b", "l2", "s1"), Path("n2", "a", "l2", "s1"), Path("n3", null, "l1", "s2"), Path("n4", "z", "l1", "s1")]);

        Assert.Equal(["n4", "n2", "n1", "n3"], topology.NodeNames.ToArray());
        Assert.Equal(2, topology.FabricTiers);
        Assert.Equal(["s1/l1", "s1/l2", "s2/l1"], topology.Domains(0).Select(d => d.Path));
        Assert.Equal([0, 0, 1], topology.Domains(0).Select(d => d.Parent));
        Assert.Equal([(0, 3), (3, 1)], topology.Domains(1).Select(d => (d.FirstNode, d.NodeCount)));
        Assert.Equal(["s1", "l2"], topology.PathOf(1).ToArray());
        Assert.Equal(["z", "a", "b", "n3"], topology.NvLinkDomains.Select(d => d.Name));
        Assert.Empty(topology.Problems);
    }

    [Fact]
    public void Build_PathIds_SameLeafUnderTwoSpinesIsTwoLeaves()
    {
        var topology = TopologyBuilder.Build([Path("n1", null, "s3", "a"), Path("n2", null, "s3", "b")]);

        Assert.Equal(2, topology.Domains(0).Length);
        Assert.Empty(topology.Problems);
    }

    [Fact]
    public void Build_UniqueIdUnderTwoParents_MajorityWinsAndIsReported()
    {
        var topology = TopologyBuilder.Build([
            Unique("n1", "l1", "a", "top"), Unique("n2", "l1", "b", "top"), Unique("n3", "l1", "b", "top"), Unique("n4", "l2", "a", "top")]);

        Assert.Equal(["top/a/l2", "top/b/l1"], topology.Domains(0).Select(d => d.Path));
        Assert.Equal(3, topology.Domains(0)[1].NodeCount);
        var problem = Assert.Single(topology.Problems);
        Assert.Equal("leaf/l1", problem.Object);
        Assert.Contains("\"a\" (1 node)", problem.Message, StringComparison.Ordinal);
        Assert.Contains("\"b\" (2 nodes)", problem.Message, StringComparison.Ordinal);
        Assert.Contains("n1 says", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_UniqueIdTie_OrdinallyFirstParentWins()
    {
        var topology = TopologyBuilder.Build([Unique("n1", "l1", "b"), Unique("n2", "l1", "B")]);

        Assert.Equal("B/l1", Assert.Single(topology.Domains(0)).Path);
    }

    [Fact]
    public void Build_ConflictOfLeaf_FollowsTheMajorityAllTheWayUp()
    {
        // n1's leaf says spine b, whose core is y; n1 itself said a and x.
        var topology = TopologyBuilder.Build([Unique("n1", "l1", "a", "x"), Unique("n2", "l1", "b", "y"), Unique("n3", "l1", "b", "y")]);

        Assert.Equal("y/b/l1", Assert.Single(topology.Domains(0)).Path);
        Assert.Single(topology.Domains(2));
        Assert.Equal("leaf/l1", Assert.Single(topology.Problems).Object);
    }

    [Fact]
    public void Build_OutvotedNodes_DoNotVoteForTheParentOfASpineTheyNeverNamed()
    {
        // Leaf l1: b by two, a by one. Spine b: y by n2 alone, as n3 names no core; n1's x is about a and must not count for b.
        var topology = TopologyBuilder.Build([Unique("n1", "l1", "a", "x"), Unique("n2", "l1", "b", "y"), Unique("n3", "l1", "b")]);

        Assert.Equal("y/b/l1", Assert.Single(topology.Domains(0)).Path);
    }

    [Fact]
    public void Build_MissingMiddleTier_NodeStandsAlone()
    {
        var topology = TopologyBuilder.Build([
            Path("n1", null, "l1", "s1", "c"), Path("n2", null, "l1", null, "c"), Path("n3", null, "l1", null, "c"), Path("n4", null, "l1", "s1", "c")]);

        Assert.Equal(["n1", "n4", "n2", "n3"], topology.NodeNames.ToArray());
        Assert.Equal(["s1", "?", "?"], topology.Domains(1).Select(d => d.Name));
        Assert.Equal(3, topology.Domains(0).Length);
        Assert.Single(topology.Domains(2));
        Assert.Equal(["node/n2", "node/n3"], topology.Problems.Select(p => p.Object));
        Assert.All(topology.Problems, p => Assert.Contains("no spine label between leaf \"l1\" and core \"c\"", p.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Build_MissingMiddleTierWithUniqueIds_StillStandsAlone()
    {
        var topology = TopologyBuilder.Build([Unique("n1", "l1", "s1", "c"), Unique("n2", "l1", null, "c")]);

        Assert.Equal(2, topology.Domains(0).Length);
        Assert.Equal(["c/s1", "c/?"], topology.Domains(1).Select(d => d.Path));
    }

    [Fact]
    public void Build_NodeWithoutLabels_IsAloneAtEveryTierAndSortsLast()
    {
        var topology = TopologyBuilder.Build([new("a", NodeLocation.Unknown), new("b", NodeLocation.Unknown), Path("z", null, "l", "s")]);

        Assert.Equal(["z", "a", "b"], topology.NodeNames.ToArray());
        Assert.Equal(["s/l", "?/?", "?/?"], topology.Domains(0).Select(d => d.Path));
        Assert.Equal(3, topology.Domains(1).Length);
        Assert.Equal("cluster/topology", Assert.Single(topology.Problems).Object);
    }

    [Fact]
    public void Build_LabelsThatStopEarly_KeepTheirSpineTogether()
    {
        var topology = TopologyBuilder.Build([
            Path("n1", null, "l1", "s1"), Path("n2", null, "l1", "s1"), Path("n3", null, "l2", "s1"), Path("n4", null, "l1", "s2"), Path("n5", null, "l", "s", "c")]);

        Assert.Equal(["c/s/l", "?/s1/l1", "?/s1/l2", "?/s2/l1"], topology.Domains(0).Select(d => d.Path));
        Assert.Equal([1, 3, 1], topology.Domains(2).Select(d => d.NodeCount));
    }

    [Fact]
    public void Build_NoLabelsAnywhere_HasNoTiers()
    {
        var topology = TopologyBuilder.Build([new("b", NodeLocation.Unknown), new("a", NodeLocation.Unknown)]);

        Assert.Equal(0, topology.FabricTiers);
        Assert.Equal(["a", "b"], topology.NodeNames.ToArray());
        Assert.Equal(2, topology.NvLinkDomains.Length);
        Assert.Empty(topology.PathOf(0));
        Assert.Empty(topology.Problems);
    }

    [Fact]
    public void Build_EmptyCluster_IsEmpty()
    {
        var topology = TopologyBuilder.Build([]);

        Assert.Empty(topology.NodeNames);
        Assert.Equal(0, topology.FabricTiers);
    }

    [Fact]
    public void Build_NvLinkDomainOverTwoLeaves_IsKeptWholeAndNoted()
    {
        var topology = TopologyBuilder.Build([Path("n1", "nv", "l1"), Path("n2", "nv", "l2"), Path("n3", "other", "l1")]);

        var domain = topology.NvLinkDomains.Single(d => d.Name == "nv");
        Assert.Equal(["n1", "n2"], domain.Nodes.Select(n => topology.NodeNames[n]));
        Assert.All(domain.Nodes, n => Assert.Equal(domain.Index, topology.NvLinkDomainOf(n)));
        var problem = Assert.Single(topology.Problems);
        Assert.Equal((Severity.Info, "nvlink-domain/nv"), (problem.Severity, problem.Object));
    }

    [Fact]
    public void Build_NvLinkDomainNamedLikeANode_IsNotThatNodesOwn()
    {
        var topology = TopologyBuilder.Build([Path("n1", null, "l"), Path("n2", "n1", "l")]);

        Assert.Equal(2, topology.NvLinkDomains.Length);
        Assert.NotEqual(topology.NvLinkDomainOf(0), topology.NvLinkDomainOf(1));
    }

    [Fact]
    public void Build_MixedProfiles_IsAProblemNotAnError()
    {
        var topology = TopologyBuilder.Build([Unique("n1", "l1"), Path("n2", null, "l2")]);

        var problem = Assert.Single(topology.Problems);
        Assert.Equal(Severity.Warning, problem.Severity);
        Assert.Contains("eks on 1 node (n1), own on 1 node (n2)", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_DefaultAndAbsurdlyDeepFabric_IsUsedAsFarAsItGoes()
    {
        var deep = Enumerable.Range(0, 300).Select(i => (string?)$"t{i}").ToImmutableArray();
        var topology = TopologyBuilder.Build([
            new("n1", new("own", default, IdScope.Path, " ")), new("n2", new("own", deep, IdScope.Unique, null)), Path("n3", null, "", " ", null)]);

        Assert.Equal(TopologyBuilder.MaxTiers, topology.FabricTiers);
        Assert.Contains(topology.Problems, p => p.Object == "node/n2");
    }

    [Fact]
    public void Build_AnyInputOrder_GivesTheSameTopology()
    {
        var nodes = Enumerable.Range(0, 200).Select(i => Unique(
            $"n{i * 7919 % 200:000}", i % 11 == 0 ? null : $"l{i % 12}", i % 13 == 0 ? null : $"s{i % 5}", i % 17 == 0 ? null : $"c{i % 2}")).ToList();

        var first = Describe(TopologyBuilder.Build(nodes));
        nodes.Reverse();
        Assert.Equal(first, Describe(TopologyBuilder.Build(nodes)));
        nodes.Sort((a, b) => string.CompareOrdinal(a.Value.Fabric[0] + a.Key, b.Value.Fabric[0] + b.Key));
        Assert.Equal(first, Describe(TopologyBuilder.Build(nodes)));
    }

    [Fact]
    public void Build_StrangeLabels_EveryDomainIsARangeInsideItsParent()
    {
        var nodes = Enumerable.Range(0, 500).Select(i => i % 3 == 0
            ? Unique($"n{i}", i % 7 == 0 ? null : $"l{i % 40}", i % 5 == 0 ? null : $"s{i % 9}", i % 4 == 0 ? null : $"c{i % 2}")
            : Path($"n{i}", i % 2 == 0 ? $"nv{i % 60}" : null, $"l{i % 6}", i % 8 == 0 ? null : $"s{i % 3}")).ToList();

        var topology = TopologyBuilder.Build(nodes);

        for (var t = 0; t < topology.FabricTiers; t++)
        {
            var next = 0;
            foreach (var domain in topology.Domains(t))
            {
                Assert.Equal(next, domain.FirstNode);
                next += domain.NodeCount;
                for (var n = domain.FirstNode; n < next; n++)
                {
                    Assert.Equal(domain.Index, topology.DomainOf(n, t));
                    Assert.Equal(domain.Parent, t + 1 < topology.FabricTiers ? topology.DomainOf(n, t + 1) : -1);
                }
            }

            Assert.Equal(nodes.Count, next);
        }
    }

    private static string Describe(ClusterTopology topology) => string.Join('\n', [
        .. topology.NodeNames,
        .. Enumerable.Range(0, topology.FabricTiers).SelectMany(t => topology.Domains(t)).Select(d => d.ToString()),
        .. topology.NvLinkDomains.Select(d => $"{d.Name}: {string.Join(',', d.Nodes)}"),
        .. topology.Problems.Select(p => p.ToString())]);
}
