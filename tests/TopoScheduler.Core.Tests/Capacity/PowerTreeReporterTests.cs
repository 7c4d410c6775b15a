using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Capacity;

/// <summary>Usable and stranded watts: small trees by hand, random ones against growing the draw of nodes until a budget stops them.</summary>
public sealed class PowerTreeReporterTests
{
    private const long IdleWatts = 2_300;
    private const long MaxWatts = 10_200;

    [Fact]
    public void Report_BudgetsThatBind_StrandNothing()
    {
        // Two racks of two idle nodes: 4,600 W each of 12,000; the PDU above has 9,200 of 20,000 W.
        var report = PowerTreeReporter.Report(Nodes(4).Racks(2, 12_000).Pdus(4, 20_000).Build());

        Assert.Equal(["pdu/p0000", "rack/r0000", "rack/r0001"], report.Domains.Select(d => d.Id));
        Assert.Equal([(20_000L, 9_200L, 10_800L, 10_800L, 0L, 40_800L), (12_000, 4_600, 7_400, 7_400, 0, 20_400), (12_000, 4_600, 7_400, 7_400, 0, 20_400)], report.Domains.Select(Figures));
        Assert.Equal("pdu/p0000", Assert.Single(report.Domains[1].Parents));
        Assert.Equal(new PowerTreeTotal(4, 0, 9_200, 40_800, 20_000), report.Total);
        Assert.DoesNotContain(report.Domains, d => d.OverBudget || d.Ample);
    }

    [Fact]
    public void Report_NarrowerBudgets_StrandTheRest()
    {
        var pdu = PowerTreeReporter.Report(Nodes(4).Racks(2, 5_000).Pdus(4, 20_000).Build()).Domains[0];

        // 400 W are left in each rack, so 800 of the 10,800 W.
        Assert.Equal((800L, 10_000L), (pdu.UsableWatts, pdu.StrandedWatts));
    }

    [Fact]
    public void Report_BusyAndClosedNodes_StrandWhatTheyCannotTake()
    {
        // Node 0 busy, 1 not ready, 2 with four free GPUs at 987.5 W each, 3 free.
        var cluster = Nodes(4).Racks(4, 40_000).Busy(0).Pod(2, 4).Nodes((i, n) => i == 1 ? n with { Ready = false } : n).Build();
        var rack = Assert.Single(PowerTreeReporter.Report(cluster).Domains);

        Assert.Equal(MaxWatts + IdleWatts + (IdleWatts + 3_950) + IdleWatts, rack.CommittedWatts);
        Assert.Equal(3_950 + (MaxWatts - IdleWatts), rack.UsableWatts);
        Assert.Equal(40_000 - rack.CommittedWatts - rack.UsableWatts, rack.StrandedWatts);
    }

    [Fact]
    public void Report_FreeGpusAreGone_LeaveNoRoomUnderTheMaximum()
    {
        // A decode pod draws less than its GPUs could, but nothing new can use the difference.
        var pod = ClusterBuilder.BoundPod("n0000", "decode", 8);
        pod = pod with { Template = pod.Template with { Power = pod.Template.Power with { Utilisation = 0.45, Trusted = true } } };
        var rack = Assert.Single(PowerTreeReporter.Report(Nodes(1).Racks(1, 20_000).Pods([pod]).Build()).Domains);

        Assert.InRange(rack.CommittedWatts, IdleWatts + 1, MaxWatts - 1);
        Assert.Equal((0L, rack.HeadroomWatts), (rack.UsableWatts, rack.StrandedWatts));
        Assert.True(rack.Ample);
    }

    [Fact]
    public void Report_UnknownWattsAndNodesWithoutGpus_AreCounted()
    {
        var unknown = PowerTreeReporter.Report(Nodes(1).Racks(1, 20_000).Nodes((_, n) => n with { Power = n.Power with { WattsKnown = false } }).Build());
        var plain = PowerTreeReporter.Report(ClusterBuilder.Spines(1).GpusPerNode(0).Racks(1, 20_000).Build());

        Assert.Equal(0, unknown.Domains[0].UsableWatts);
        Assert.Equal(MaxWatts - IdleWatts, plain.Domains[0].UsableWatts);
    }

    [Fact]
    public void Report_OverBudget_HasNegativeHeadroomAndNothingStranded()
    {
        var rack = Assert.Single(PowerTreeReporter.Report(Nodes(2).Racks(2, 10_000).Busy(0).Build()).Domains);

        Assert.Equal((-2_500L, 0L, 0L, true), (rack.HeadroomWatts, rack.UsableWatts, rack.StrandedWatts, rack.OverBudget));
    }

    [Fact]
    public void Report_OverBudgetRack_GivesItsPduNothing()
    {
        // Rack 0 is over; rack 1 has 7,400 W.
        var pdu = PowerTreeReporter.Report(Nodes(4).Racks(2, 12_000).Pdus(4, 50_000).Busy(0).Build()).Domains[0];

        Assert.Equal(7_400, pdu.UsableWatts);
    }

    [Fact]
    public void Report_FeedsAAndB_CountOnceAtTheLowerBudget()
    {
        var report = PowerTreeReporter.Report(Nodes(4).Racks(2, null).Pdus(4, 20_000).PdusB(4, 15_000).Rows(4, 60_000).Build());
        var row = report.Domains[0];

        Assert.Equal(["row/w0000", "pdu/p0000", "pdu/q0000", "rack/r0000", "rack/r0001"], report.Domains.Select(d => d.Id));
        Assert.Equal([null, "A", "B", null, null], report.Domains.Select(d => d.Feed));
        Assert.Equal(["pdu/p0000", "pdu/q0000"], report.Domains[3].Parents.AsEnumerable());
        Assert.Equal((5_800L, 45_000L), (row.UsableWatts, row.StrandedWatts));
        Assert.Equal((10_800L, 5_800L), (report.Domains[1].UsableWatts, report.Domains[2].UsableWatts));
        Assert.Null(report.Domains[3].StrandedWatts);
    }

    [Fact]
    public void Report_PairAtTheTop_AddsTheLowerBudgetOnce()
    {
        var report = PowerTreeReporter.Report(Nodes(4).Pdus(2, 20_000).PdusB(2, 15_000).Build());

        Assert.Equal(30_000, report.Total.BudgetWatts);
    }

    [Fact]
    public void Report_SingleCordsOnBothFeeds_AreCountedWhereTheyHang()
    {
        // One rack, two nodes on feed A, two on feed B.
        var cluster = Nodes(4).Racks(4, null).Rows(4, 60_000).Nodes((i, n) => n with
        {
            PowerLocation = n.PowerLocation with { Pdu = i < 2 ? "a" : "b", Feed = i < 2 ? PowerFeed.A : PowerFeed.B, PduBudgetWatts = i < 2 ? 50_000 : 8_000 },
        }).Build();
        var report = PowerTreeReporter.Report(cluster);

        Assert.Equal([("row/w0000", 19_200L), ("pdu/a", 15_800), ("pdu/b", 3_400), ("rack/r0000", 31_600)], report.Domains.Select(d => (d.Id, d.UsableWatts)));
    }

    [Fact]
    public void Report_OneDomain_KeepsToWhatIsBelowIt()
    {
        var cluster = Nodes(8).Racks(2, 12_000).Pdus(4, 20_000).Busy(0).Build();
        var index = cluster.Power.Domains.Single(d => d.Id == "pdu/p0001").Index;
        var report = PowerTreeReporter.Report(cluster, index);

        Assert.Equal(["pdu/p0001", "rack/r0002", "rack/r0003"], report.Domains.Select(d => d.Id));
        Assert.Equal(new PowerTreeTotal(4, 0, 9_200, 40_800, 20_000), report.Total);
        Assert.Equal(PowerTreeReporter.Report(cluster).Domains.Where(d => d.Id == "rack/r0002").Select(Figures), report.Domains.Where(d => d.Id == "rack/r0002").Select(Figures));
    }

    [Fact]
    public void Report_NoPowerLabels_CountsNodesOutside() =>
        Assert.Equal(new PowerTreeTotal(3, 3, 3 * IdleWatts, 3 * MaxWatts, null), PowerTreeReporter.Report(Nodes(3).Build()).Total);

    [Fact]
    public void Report_RandomTrees_UsableIsWhatNodesCanGrowBy()
    {
        var stranded = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            var cluster = RandomTree(seed, dual: false);
            foreach (var domain in PowerTreeReporter.Report(cluster).Domains)
            {
                // In a tree without feeds growing node by node reaches the most there is, in whatever order.
                Assert.Equal(Grown(cluster, domain), domain.UsableWatts);
                stranded += domain is { StrandedWatts: > 0, UsableWatts: > 0 } ? 1 : 0;
            }
        }

        Assert.True(stranded > 100);
    }

    [Fact]
    public void Report_RandomDualFeeds_UsableIsNeverLessThanNodesCanGrowBy()
    {
        var equal = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            var cluster = RandomTree(seed, dual: true);
            foreach (var domain in PowerTreeReporter.Report(cluster).Domains)
            {
                var grown = Grown(cluster, domain);
                Assert.True(grown <= domain.UsableWatts, $"seed {seed}: {domain.Id} grows by {grown} W, said {domain.UsableWatts} W");
                Assert.True(domain.UsableWatts <= Math.Max(0, domain.HeadroomWatts ?? long.MaxValue));
                equal += grown == domain.UsableWatts ? 1 : 0;
            }
        }

        Assert.True(equal > 1_000);
    }

    private static ClusterBuilder Nodes(int count) => ClusterBuilder.Spines(1).NodesPerLeaf(count);

    private static (long?, long, long?, long, long?, long) Figures(PowerTreeDomain d) =>
        (d.BudgetWatts, d.CommittedWatts, d.HeadroomWatts, d.UsableWatts, d.StrandedWatts, d.FullDrawWatts);

    private static ClusterSnapshot RandomTree(int seed, bool dual)
    {
        var random = new Random(seed);
        const int nodes = 12;
        var builder = Nodes(nodes);
        if (random.Next(4) > 0) builder = builder.Racks(random.Next(1, 4) is var size && nodes % size == 0 ? size : 2, Budget(8_000, 30_000));
        if (dual || random.Next(4) > 0) builder = builder.Pdus(6, Budget(20_000, 70_000));
        if (dual) builder = builder.PdusB(random.Next(2) == 0 ? 6 : 12, Budget(20_000, 90_000));
        builder = builder.Rows(12, Budget(40_000, 130_000));
        builder = builder.Busy(Enumerable.Range(0, nodes).Where(_ => random.Next(4) == 0));
        return builder.Nodes((i, n) => (seed + i) % 9 == 0 ? n with { Unschedulable = true } : n).Build();

        long? Budget(int low, int high) => random.Next(5) == 0 ? null : random.Next(low, high);
    }

    /// <summary>Raises the draw of one node after the other as far as every budget at or below a domain allows; counted from labels alone.</summary>
    private static long Grown(ClusterSnapshot cluster, PowerTreeDomain domain)
    {
        var within = Enumerable.Range(0, cluster.Nodes.Length).Where(n => Names(cluster.Nodes[n]).Contains(domain.Id)).ToHashSet();
        var rung = Rung(domain.Kind);
        var left = new Dictionary<string, long>();
        for (var n = 0; n < cluster.Nodes.Length; n++)
        {
            foreach (var (id, budget) in Budgets(cluster.Nodes[n]))
            {
                if (id == domain.Id || Rung(id.Split('/')[0]) < rung) left[id] = left.GetValueOrDefault(id, budget) - cluster.DrawOf(n);
            }
        }

        var grown = 0L;
        foreach (var n in within.Order())
        {
            var node = cluster.Nodes[n];
            var room = node.Unschedulable || cluster.PodsOf(n).Length > 0 ? 0 : MaxWatts - IdleWatts;
            foreach (var (id, _) in Budgets(node)) room = Math.Min(room, left.GetValueOrDefault(id, room));
            room = Math.Max(0, room);
            foreach (var (id, _) in Budgets(node)) if (left.ContainsKey(id)) left[id] -= room;
            grown += room;
        }

        return grown;
    }

    private static int Rung(string kind) => Array.IndexOf(["rack", "pdu", "row", "facility"], kind);

    private static string[] Names(NodeInfo node) =>
        [$"rack/{node.PowerLocation.Rack}", $"pdu/{node.PowerLocation.Pdu}", $"pdu/{node.PowerLocation.PduB}", $"row/{node.PowerLocation.Row}"];

    // With either feed lost the other PDU carries all of a node, so all of it counts on both.
    private static IEnumerable<(string Id, long Budget)> Budgets(NodeInfo node)
    {
        var at = node.PowerLocation;
        if (at.RackBudgetWatts is { } rack) yield return ($"rack/{at.Rack}", rack);
        if (at.PduBudgetWatts is { } pdu) yield return ($"pdu/{at.Pdu}", pdu);
        if (at.PduB is not null && (at.PduBBudgetWatts ?? at.PduBudgetWatts) is { } pduB) yield return ($"pdu/{at.PduB}", pduB);
        if (at.RowBudgetWatts is { } row) yield return ($"row/{at.Row}", row);
    }
}
