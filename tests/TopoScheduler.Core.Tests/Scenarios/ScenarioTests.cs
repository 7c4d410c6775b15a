using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Scenarios;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Scenarios;

public sealed class ScenarioTests
{
    private static readonly ClusterSnapshot Racks = SixteenNodes.Racks(4, 41_000).Pdus(8, 82_000)
        .Pods([.. Pods("a", 5, 0, 1), .. Pods("b", 1, 4, 8), ClusterBuilder.BoundPod("n0002", "daemon", 0, daemon: true)]).Build();

    private static ClusterBuilder SixteenNodes => ClusterBuilder.Spines(2).Leaves(2).NodesPerLeaf(4);

    [Theory]
    [InlineData("rack/r0000", 4)]
    [InlineData("pdu/p0001", 8)]
    [InlineData("leaf/s000/l0001", 4)]
    [InlineData("leaf/l0001", 4)]
    [InlineData("spine/s001", 8)]
    [InlineData("node/n0009", 1)]
    [InlineData("nvlink-domain/n0009", 1)]
    public void Apply_Drain_CordonsTheNodesOfThePlaceAlone(string place, int nodes)
    {
        var result = Apply(new() { Drain = [place] });

        Assert.Equal(nodes, result.Cluster.Nodes.Count(n => n.Unschedulable));
        Assert.StartsWith($"{nodes} node", Assert.Single(result.Changes).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_Drain_TakesGangsWholeAndLeavesDaemons()
    {
        var result = Apply(new() { Drain = ["rack/r0001"] });

        // "b" has one pod there and one elsewhere; "a" has none there.
        var gang = Assert.Single(result.Displaced);
        Assert.Equal(("job/ml/b", 2, 16, 1), (gang.Key.Id, gang.Size, gang.Gpus, gang.Priority));
        Assert.Equal(["a-0", "a-1", "daemon"], NamesOf(result.Cluster));
    }

    [Fact]
    public void Run_DisplacedGangs_AreToldWhereTheyLand()
    {
        var run = ScenarioRun.Of(Racks, new() { Drain = ["leaf/l0000", "node/n0004"] }, PlacementPolicy.Default);

        var report = run.Report(run.Cluster)!;
        Assert.Equal(["job/ml/a", "job/ml/b"], report.Displaced.Select(d => d.Gang));
        Assert.All(report.Displaced, d => Assert.Equal((PlacementOutcome.Placed, "leaf"), (d.Outcome, d.Tier)));
        Assert.Equal("What if: 2 changes; 2 gangs and lone pods displaced, all of which fit elsewhere.", report.Summary);
        Assert.Empty(report.Over);
        Assert.All(NamesOf(run.Cluster, "n0000", "n0001", "n0002", "n0003", "n0004"), name => Assert.Equal("daemon", name));
    }

    [Fact]
    public void Run_NoRoomElsewhere_SaysWhy()
    {
        var run = ScenarioRun.Of(SixteenNodes.Busy([.. Enumerable.Range(2, 14)]).Pods(Pods("a", 5, 0, 1)).Build(), new() { Drain = ["leaf/l0000"] }, PlacementPolicy.Default);

        var displaced = Assert.Single(run.Report(run.Cluster)!.Displaced, d => d.Gang == "job/ml/a");
        Assert.Equal(PlacementOutcome.NoFit, displaced.Outcome);
        Assert.Null(displaced.Tier);
        Assert.NotEmpty(displaced.Message);
    }

    [Fact]
    public void Apply_AddRacks_CopiesNodesBudgetsAndPlace()
    {
        var result = Apply(new() { AddRacks = ["rack/r0001=2"] });

        Assert.Equal(24, result.Cluster.Nodes.Length);
        var added = result.Cluster.Power.Domains.Where(d => d.Kind == PowerDomainKind.Rack && d.Name.Contains("-new-", StringComparison.Ordinal)).ToList();
        Assert.Equal([("r0001-new-1", 41_000L, 4), ("r0001-new-2", 41_000L, 4)], added.Select(d => (d.Name, d.BudgetWatts!.Value, d.Nodes.Length)));
        var node = result.Cluster.Nodes[result.Cluster.IndexOf("n0005-new-2")];
        Assert.Equal("n0005-new-2", node.Labels["kubernetes.io/hostname"]);
        Assert.Equal(("r0001-new-2", "p0000"), (node.PowerLocation.Rack, node.PowerLocation.Pdu));
        Assert.Equal(12, result.Cluster.Topology.Domains(0).Single(d => d.Name == "l0001").NodeCount);
    }

    [Fact]
    public void Apply_AddLeaf_IsALeafOfItsOwnWithItsOwnRacks()
    {
        var result = Apply(new() { AddRacks = ["leaf/l0001=1"] });

        var leaf = result.Cluster.Topology.Domains(0).Single(d => d.Name == "l0001-new-1");
        Assert.Equal(("s000/l0001-new-1", 4), (leaf.Path, leaf.NodeCount));
        Assert.Contains(result.Cluster.Power.Domains, d => d.Id == "rack/r0001-new-1");
        Assert.Equal(PlacementOutcome.Placed, Plan(result.Cluster, GangBuilder.Members(4).Required(Tier.Leaf).Build()));
    }

    [Fact]
    public void Apply_BudgetOfAnAddedRack_CanBeNamed()
    {
        var result = Apply(new() { AddRacks = ["rack/r0001=1"], Budget = ["rack/r0001-new-1=12kW"], BudgetAll = "-50%" });

        Assert.Equal(12_000, result.Cluster.Power.Domains.Single(d => d.Id == "rack/r0001-new-1").BudgetWatts);
        Assert.Equal(20_500, result.Cluster.Power.Domains.Single(d => d.Id == "rack/r0000").BudgetWatts);
    }

    [Fact]
    public void Apply_Finish_IsTheClusterWithoutThosePods()
    {
        var result = Apply(new() { Finish = ["job/ml/a"] });

        Assert.Equal(["b-0", "b-1", "daemon"], NamesOf(result.Cluster));
        Assert.Empty(result.Displaced);
        Assert.Equal(["a-0", "a-1", "daemon"], NamesOf(Apply(new() { FinishBelow = 5 }).Cluster));
    }

    [Fact]
    public void Apply_FinishedAndDrained_IsNotDisplaced() =>
        Assert.Empty(Apply(new() { Finish = ["job/ml/b"], Drain = ["rack/r0001"] }).Displaced);

    [Fact]
    public void Apply_LoseFeed_TheOtherCarriesAllAndItsOwnGoDark()
    {
        var cluster = SixteenNodes.Nodes((i, n) => n with { PowerLocation = At(i) }).Pods([.. Pods("dual", 1, 0, 1), .. Pods("single", 1, 12, 13)]).Build();

        var result = Scenario.Apply(cluster, new() { LoseFeed = ["A"] });

        Assert.Equal("job/ml/single", Assert.Single(result.Displaced).Key.Id);
        Assert.Equal(4, result.Cluster.Nodes.Count(n => !n.Power.Powered));
        Assert.Equal(0, result.Cluster.CommittedWatts(Index(result.Cluster, "pdu/a")));
        // Two full nodes and ten idle ones.
        Assert.Equal(2 * 10_200 + 10 * 2_300, result.Cluster.CommittedWatts(Index(result.Cluster, "pdu/b")));
        Assert.Equal("12 nodes draw everything from the other feed, 4 nodes on this one alone go dark", Assert.Single(result.Changes).Detail);

        static PowerLocation At(int i) => i < 12
            ? new() { Rack = $"r{i / 4}", Pdu = "a", PduB = "b", PduBudgetWatts = 200_000 }
            : new() { Rack = "r3", Pdu = "a", Feed = PowerFeed.A };
    }

    [Fact]
    public void Apply_LostFeed_NoLongerHasToOutliveTheOther()
    {
        // Feed A holds six nodes at full draw, feed B twelve: while both carry, A bounds all of it, because B may fail.
        var cluster = SixteenNodes.Nodes((_, n) => n with { PowerLocation = new() { Pdu = "a", PduB = "b", PduBudgetWatts = 85_000, PduBBudgetWatts = 140_000 } }).Build();
        var gang = GangBuilder.Members(10).Build();

        Assert.Equal(PlacementOutcome.NoFit, Plan(cluster, gang));
        Assert.Equal(PlacementOutcome.Placed, Plan(Scenario.Apply(cluster, new() { LoseFeed = ["A"] }).Cluster, gang));
        Assert.Equal(PlacementOutcome.NoFit, Plan(Scenario.Apply(cluster, new() { LoseFeed = ["B"] }).Cluster, gang));
    }

    [Theory]
    [InlineData("drain", "rack/r9", "the cluster has no rack \"r9\"; expected one of r0000, r0001, r0002, r0003.")]
    [InlineData("drain", "shelf/r9", "the kind \"shelf\" is unknown; expected node, nvlink-domain, leaf, spine, core, tier-N, rack, pdu, row or facility.")]
    [InlineData("drain", "node/n0019", "the cluster has no node \"n0019\"; expected one of n0009, n0010, n0011, n0012, n0013 and 11 more.")]
    [InlineData("drain", "row/w1", "the cluster has no row at all; expected a power domain that its labels name.")]
    [InlineData("drain", "r1", "is not understood; expected kind/name such as \"rack/r7\", \"leaf/s1/l3\" or \"node/n5\".")]
    [InlineData("addRacks", "rack/r0001", "is not understood; expected kind/name=count such as \"rack/r7=2\" or \"leaf/s1/l3=1\".")]
    [InlineData("addRacks", "rack/r0001=0", "the count \"0\" is not understood; expected a whole number between 1 and 1000.")]
    [InlineData("addRacks", "pdu/p0001=2", "the kind \"pdu\" cannot be added; expected rack or leaf.")]
    [InlineData("finish", "job/ml/bb", "runs nowhere on the cluster; expected one of job/ml/b, job/ml/a.")]
    [InlineData("finish", "llama", "is not understood; expected kind/namespace/name such as \"job/ml/llama\" or \"pod/ml/shell\".")]
    [InlineData("loseFeed", "C", "is no feed; expected A or B.")]
    [InlineData("loseFeed", "A", "no node hangs on feed A; expected nodes that name two PDUs or a feed in their labels.")]
    [InlineData("budget", "rack/r9=1kW", "the cluster has no rack \"r9\"; expected one of r0000, r0001, r0002, r0003.")]
    public void Apply_NotUnderstood_IsTold(string field, string text, string message)
    {
        var result = Scenario.Apply(Racks, field switch
        {
            "drain" => new() { Drain = [text] },
            "addRacks" => new() { AddRacks = [text] },
            "finish" => new() { Finish = [text] },
            "loseFeed" => new() { LoseFeed = [text] },
            _ => new() { Budget = [text] },
        });

        Assert.Equal(($"{field}=\"{text}\"", message), Assert.Single(result.Problems.Select(p => (p.Object, p.Message))));
        Assert.Same(Racks, result.Cluster);
        Assert.Empty(result.Changes);
    }

    [Fact]
    public void Apply_ManyWrong_AllAreToldAndNothingIsChanged()
    {
        var result = Scenario.Apply(Racks, new() { Drain = ["rack/x", "rack/r0000"], AddRacks = ["rack/y=1"], Budget = ["rack/z=1kW"], BudgetAll = "5%", LoseFeed = ["A", "B"], Finish = ["u"] });

        Assert.Equal(7, result.Problems.Length);
        Assert.Same(Racks, result.Cluster);
    }

    private static ScenarioResult Apply(ScenarioRequest request)
    {
        var result = Scenario.Apply(Racks, request);
        Assert.Empty(result.Problems);
        return result;
    }

    private static PlacementOutcome Plan(ClusterSnapshot cluster, Gang gang) => PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default).Outcome;

    private static int Index(ClusterSnapshot cluster, string id) => cluster.Power.Domains.Single(d => d.Id == id).Index;

    private static IEnumerable<string> NamesOf(ClusterSnapshot cluster, params string[] nodes) => Enumerable.Range(0, cluster.Nodes.Length)
        .Where(n => nodes.Length == 0 || nodes.Contains(cluster.Nodes[n].Name)).SelectMany(n => cluster.PodsOf(n)).Select(p => p.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<PodInfo> Pods(string gang, int priority, params int[] nodes) => nodes.Select((node, i) =>
        ClusterBuilder.BoundPod(ClusterBuilder.NameOf(node), $"{gang}-{i}", 8) with { Priority = priority, Gang = new("ml", "Job", gang), Member = i });
}
