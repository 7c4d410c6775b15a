using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Tests.Topology;

public sealed class TopologyGraphTests
{
    private static readonly TierLink NvLink = new(450, 1.5);
    private static readonly TierLink[] Fabric = [new(50, 2), new(50, 3), new(12.5, 5)];

    private static TopologyGraph Graph(params (string Name, string? NvLink, string?[] Fabric)[] nodes) =>
        TopologyGraphBuilder.Build(Topology(nodes), NvLink, Fabric);

    private static ClusterTopology Topology(params (string Name, string? NvLink, string?[] Fabric)[] nodes) => TopologyBuilder.Build(
        [.. nodes.Select(n => KeyValuePair.Create(n.Name, new NodeLocation("own", [.. n.Fabric], IdScope.Path, n.NvLink)))]);

    private static readonly TopologyGraph TwoSpines = Graph(
        ("n1", "nv", ["l1", "s1", "c"]), ("n2", "nv", ["l1", "s1", "c"]), ("n3", null, ["l1", "s1", "c"]),
        ("n4", null, ["l2", "s1", "c"]), ("n5", null, ["l3", "s2", "c"]));

    private static int Node(TopologyGraph graph, string name) => graph.Find(VertexKind.Node, name)!.Index;

    private static string Names(TopologyGraph graph, GraphPath? path) => path is null ? "none" : string.Join(" > ", path.Vertices.Select(v => graph.Vertices[v].Name));

    [Theory]
    [InlineData("n1", "n2", "n1 > nv > n2", 3, 450)]
    [InlineData("n1", "n3", "n1 > leaf c/s1/l1 > n3", 4, 50)]
    [InlineData("n1", "n4", "n1 > leaf c/s1/l1 > spine c/s1 > leaf c/s1/l2 > n4", 10, 50)]
    [InlineData("n5", "n2", "n5 > leaf c/s2/l3 > spine c/s2 > core c > spine c/s1 > leaf c/s1/l1 > n2", 20, 12.5)]
    public void ShortestPath_TwoNodes_GoesThroughTheNarrowestSharedTier(string from, string to, string expected, double latencyUs, double gbps)
    {
        var path = TwoSpines.ShortestPath(Node(TwoSpines, from), Node(TwoSpines, to));

        Assert.Equal(expected, Names(TwoSpines, path));
        Assert.Equal(latencyUs, path!.LatencyUs, 9);
        Assert.Equal(gbps, path.BottleneckGBps);
        Assert.Equal(expected.Split(" > ").Length - 1, path.Hops);
    }

    [Fact]
    public void ShortestPath_SameVertex_HasNoHops()
    {
        var path = TwoSpines.ShortestPath(0, 0)!;

        Assert.Equal((0, 0.0, double.PositiveInfinity), (path.Hops, path.LatencyUs, path.BottleneckGBps));
    }

    [Fact]
    public void ShortestPath_NothingInCommon_IsNull()
    {
        var graph = Graph(("a", null, ["l1", "s1"]), ("b", null, ["l1", "s2"]));

        Assert.Null(graph.ShortestPath(Node(graph, "a"), Node(graph, "b")));
        var bare = Graph(("a", null, []), ("b", null, []));
        Assert.Null(bare.ShortestPath(0, 1));
    }

    [Fact]
    public void ShortestPath_NvLinkDomainOverTwoLeaves_DoesNotLeadThroughOtherNodes()
    {
        var graph = Graph(("a", "nv", ["l1", "s"]), ("b", "nv", ["l2", "s"]), ("c", null, ["l2", "s"]));

        Assert.Equal("a > leaf s/l1 > spine s > leaf s/l2 > c", Names(graph, graph.ShortestPath(Node(graph, "a"), Node(graph, "c"))));
    }

    [Fact]
    public void ShortestPath_RacksAndPower_CarryNoData()
    {
        var topology = Topology(("a", null, []), ("b", null, []));
        var graph = TopologyGraphBuilder.Build(topology, NvLink, Fabric, [new(VertexKind.Rack, "r1", [(VertexKind.PowerDomain, "pdu/p")], [0, 1]), new(VertexKind.PowerDomain, "pdu/p", [], [])]);

        Assert.Null(graph.ShortestPath(0, 1));
        Assert.Equal([0, 1, 3], graph.Neighbours(graph.Find(VertexKind.Rack, "r1")!.Index).ToArray());
    }

    [Fact]
    public void Neighbours_Leaf_AreItsNodesAndItsSpine()
    {
        var leaf = TwoSpines.Find(VertexKind.Switch, "leaf c/s1/l1")!;

        Assert.Equal(Tier.Leaf, leaf.Tier);
        Assert.Equal(["n3", "n1", "n2", "spine c/s1"], TwoSpines.Neighbours(leaf.Index).Select(v => TwoSpines.Vertices[v].Name));
        Assert.Null(TwoSpines.Find(VertexKind.Switch, "leaf c/s9/l1"));
    }

    [Fact]
    public void Build_UnknownSwitches_AreVerticesOfTheirOwn()
    {
        var graph = Graph(("a", null, []), ("b", null, []), ("c", null, ["l"]));

        Assert.Equal(["leaf l", "leaf ? #1", "leaf ? #2"], graph.Vertices.Where(v => v.Kind == VertexKind.Switch).Select(v => v.Name));
        Assert.Null(graph.ShortestPath(Node(graph, "a"), Node(graph, "b")));
    }

    [Fact]
    public void Write_SmallGraph_IsGoldenDot()
    {
        var topology = Topology(("n\"1", "nv\\x", ["l1"]), ("n2", "nv\\x", ["l1"]));
        var dot = DotWriter.Write(TopologyGraphBuilder.Build(topology, NvLink, Fabric, [new(VertexKind.Rack, "r", [], [0])]));

        Assert.Equal(
            """
            graph topology {
              rankdir=BT;
              v0 [label="n\"1", shape=box];
              v1 [label="n2", shape=box];
              v2 [label="nvlink-domain nv\\x", shape=hexagon];
              v3 [label="leaf l1", shape=ellipse];
              v4 [label="rack r", shape=box3d];
              v0 -- v2 [label="450 GB/s, 1.5 µs"];
              v0 -- v3 [label="50 GB/s, 2 µs"];
              v0 -- v4 [style=dotted];
              v1 -- v2 [label="450 GB/s, 1.5 µs"];
              v1 -- v3 [label="50 GB/s, 2 µs"];
            }

            """.ReplaceLineEndings("\n"),
            dot);
    }
}
