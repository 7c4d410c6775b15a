using System.Collections.Immutable;
using System.Text.Json;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Reports;

public sealed class PlacementReporterTests
{
    // Two spines of two leaves of four nodes.
    private static ClusterBuilder SixteenNodes => ClusterBuilder.Spines(2).Leaves(2).NodesPerLeaf(4);

    [Fact]
    public void Report_GangThatFillsALeaf_SaysWhereEveryPodGoes()
    {
        var report = Report(SixteenNodes.Racks(2, 26_000).Build(), GangBuilder.Members(4).Required(Tier.Leaf).Build());

        Assert.Equal(PlacementOutcome.Placed, report.Outcome);
        Assert.Equal(new ReportGang("ml", "gang", "Job", 4, 4, 32, 8), report.Gang);
        var placement = report.Placement!;
        Assert.Equal(("leaf", "s000/l0000"), (placement.Tier, placement.Domain));
        Assert.Equal(["gang-worker-0", "gang-worker-1", "gang-worker-2", "gang-worker-3"], placement.Pods.Select(p => p.Name));
        Assert.Equal([0, 8, 16, 24], placement.Pods.Select(p => p.FirstRank ?? -1));
        Assert.Equal(["n0000", "n0001", "n0002", "n0003"], placement.Pods.Select(p => p.Node).Order(StringComparer.Ordinal));
        Assert.All(placement.Pods, p => Assert.Equal(p.Node, p.NvlinkDomain));
        Assert.All(placement.Pods, p => Assert.Equal("s000/l0000", string.Join("/", p.Path)));
        Assert.Equal(["r0000", "r0000", "r0001", "r0001"], placement.Pods.Select(p => p.Rack).Order(StringComparer.Ordinal));
        Assert.Equal(
            [new("spine", "s000", 4, 32), new("leaf", "s000/l0000", 4, 32), .. Enumerable.Range(0, 4).Select(n => new ReportDomain("nvlink-domain", $"n000{n}", 1, 8))],
            placement.Domains.AsEnumerable());
    }

    [Theory]
    [InlineData(1, 0, "node", "n0000")]
    [InlineData(2, 2, "nvlink-domain", "nvl0000")]
    [InlineData(4, 0, "leaf", "s000/l0000")]
    [InlineData(8, 0, "spine", "s000")]
    [InlineData(16, 0, "cluster", "cluster")]
    public void Report_Gang_NamesTheNarrowestTierThatHoldsIt(int members, int nodesPerNvLinkDomain, string tier, string domain)
    {
        var report = Report(SixteenNodes.NvLinkDomains(nodesPerNvLinkDomain).Build(), GangBuilder.Members(members).Build());

        Assert.Equal((tier, domain), (report.Placement!.Tier, report.Placement.Domain));
    }

    [Fact]
    public void Report_FreeCluster_SaysItInOneSentence()
    {
        var report = Report(SixteenNodes.Build(), GangBuilder.Members(4).Build());

        Assert.Equal("Placed: 4 pods (32 GPUs) in leaf s000/l0000, 5.9 ms per step, the best possible; adds 31,600 W.", report.Summary);
    }

    [Fact]
    public void Report_Placed_ComparesWithTheNodesEmptied()
    {
        // Every leaf has three nodes left and the leaves are oversubscribed: a gang of four must cross, on an empty cluster it would not.
        var policy = PlacementPolicy.Default with { Links = Oversubscribed(8) };
        var cluster = SixteenNodes.Busy(0, 4, 8, 12).Racks(16, 200_000).Build();
        var gang = GangBuilder.Members(4).Workload("pretrain").Build();

        var estimate = PlacementReporter.Report(cluster, gang, policy).Estimate!;

        Assert.Equal(5.9, estimate.BestPossibleMs);
        Assert.True(estimate.CommunicationMs > 8);
        Assert.Equal(Math.Round(100 * (estimate.CommunicationMs / 5.9 - 1), 1), estimate.GapPercent);
        Assert.Equal(["leaf", "nvlink-domain"], estimate.CrossTierBytes.Keys);
        Assert.InRange(estimate.Uniformity, 0.01, 0.99);
    }

    [Fact]
    public void Report_Placed_SumsTheWattsOfEveryDomainItDrawsFrom()
    {
        var report = Report(SixteenNodes.Racks(4, 45_000).Rows(16, 170_000).Busy(0).Build(), GangBuilder.Members(3).Required(Tier.Leaf).Build());

        var power = report.Power!;
        Assert.Equal(3 * 7_900, power.AddedWatts);
        Assert.Null(power.GpuCapWatts);
        Assert.Equal(
            [
                new("rack", "r0000", 45_000, 10_200 + 3 * 2_300, 4 * 10_200),
                new("row", "w0000", 170_000, 10_200 + 15 * 2_300, 4 * 10_200 + 12 * 2_300),
            ],
            power.Domains.AsEnumerable());
    }

    [Fact]
    public void Report_DualCordedNodes_ShowTheWorstFeedState()
    {
        var report = Report(SixteenNodes.Pdus(16, 100_000).PdusB(16, 100_000).Build(), GangBuilder.Members(2).Build());

        var whole = 14 * 2_300 + 2 * 10_200;
        Assert.Equal([("pdu", "p0000", (long)whole), ("pdu", "q0000", whole)], report.Power!.Domains.Select(d => (d.Kind, d.Name, d.AfterWatts)));
    }

    [Fact]
    public void Report_Capped_SaysTheCapAndWhatItCosts()
    {
        var cluster = SixteenNodes.Racks(4, 26_000).Nodes((_, n) => n with { Power = n.Power with { CapsEnforced = true } }).Build();

        var report = Report(cluster, GangBuilder.Members(3).GpuWatts(null, 300).Required(Tier.Leaf).Build());

        Assert.Equal(PlacementOutcome.PlacedCapped, report.Outcome);
        Assert.Equal(410, report.Power!.GpuCapWatts);
        Assert.StartsWith("Placed under a GPU power cap of 410 W (compute takes about 36% longer): 3 pods (24 GPUs) in leaf", report.Summary, StringComparison.Ordinal);
        Assert.InRange(report.Power.Domains[0].AfterWatts, 25_900, 26_000);
        Assert.Equal(report.Power.Domains[0].AfterWatts - report.Power.Domains[0].BeforeWatts, report.Power.AddedWatts);
    }

    [Fact]
    public void Report_ElasticGang_CountsThePlacedMembersOnly()
    {
        var report = Report(SixteenNodes.Build(), GangBuilder.Members(20).Min(10).Build());

        Assert.Equal(16, report.Placement!.Pods.Length);
        Assert.Equal((20, 10), (report.Gang.Size, report.Gang.Min));
        Assert.StartsWith("Placed: 16 pods (128 GPUs) of 20 across the cluster", report.Summary, StringComparison.Ordinal);
        Assert.Equal(0, report.Estimate!.GapPercent);
    }

    [Fact]
    public void Report_MixedRoles_NamesPodsByRole()
    {
        var gang = GangBuilder.Mixed().Role("launcher", 1, 0).Role("worker", 2, 8).Build();
        gang = gang with { Roles = [gang.Roles[0], gang.Roles[1] with { PodNames = ["w-a"] }] };

        var pods = Report(SixteenNodes.Build(), gang).Placement!.Pods;

        Assert.Equal(["gang-launcher-0", "w-a", "gang-worker-1"], pods.Select(p => p.Name));
        Assert.Equal([null, 0, 8], pods.Select(p => p.FirstRank));
        Assert.Equal([0, 1, 2], pods.Select(p => p.Index));
    }

    [Fact]
    public void Report_ModelHint_JudgesMemoryOnTheGpusUsed()
    {
        var gang = GangBuilder.Members(2).Hints(h => h with { Workload = "decode", Model = new(70e9, 70e9, "bf16") }).Build();

        var memory = Report(SixteenNodes.Build(), gang).Memory!;

        Assert.True(memory.Fits);
        Assert.Equal(1.2 * 140e9 / 16, memory.RequiredBytesPerGpu, 0);
        Assert.Equal(72e9, memory.AvailableBytesPerGpu, 0);
        Assert.Equal(3, memory.MinimumGpus);
        Assert.InRange(memory.LatencyFloorMs!.Value, 2.5, 2.7);
        Assert.Null(Report(SixteenNodes.Build(), GangBuilder.Members(2).Build()).Memory);
        Assert.NotNull(Report(SixteenNodes.Build(), gang with { Hints = gang.Hints with { Required = new(Tier.Node) } }).Memory);
    }

    [Fact]
    public void Report_Assumptions_AreSaidOnce()
    {
        var report = Report(SixteenNodes.Build(), GangBuilder.Members(2).Workload("pretrain").Build());

        Assert.Single(report.Problems, p => p.Message.StartsWith("assumed: AllReduce of 1 GiB", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(4, "chosen: leaf s000/l0000 over leaf s000/l0001: as good in every respect, and first in node order.")]
    [InlineData(8, "chosen: spine s000 over spine s001: as good in every respect, and first in node order.")]
    public void Report_EqualChoices_SaysThatOrderDecided(int members, string message)
    {
        var report = Report(SixteenNodes.Build(), GangBuilder.Members(members).Build());

        Assert.Contains(report.Problems, p => p.Severity == Severity.Info && p.Message == message);
    }

    [Fact]
    public void Report_TighterDomain_SaysWhyItWon()
    {
        var report = Report(SixteenNodes.Busy(0, 4, 5, 6, 8).Build(), GangBuilder.Members(3).Build());

        var chosen = Assert.Single(report.Problems, p => p.Message.StartsWith("chosen: ", StringComparison.Ordinal));
        Assert.Equal("leaf", report.Placement!.Tier);
        Assert.Matches(@"^chosen: leaf \S+ over \S+ \S+: .+ against \d+.*\.$", chosen.Message);
    }

    [Fact]
    public void Report_OnlyChoice_SaysThatThereIsNoOther()
    {
        var report = Report(SixteenNodes.Busy(0, 4, 8).Build(), GangBuilder.Members(4).Required(Tier.Leaf).Build());

        Assert.Contains(report.Problems, p => p.Message == "chosen: leaf s001/l0003: there is no placement without it.");
    }

    [Fact]
    public void Report_InvalidGang_SaysWhatIsWrongAndPlansNothing()
    {
        var gang = GangBuilder.Members(2).Build() with { Problems = [Problem.Error("job/ml/gang", "parallelism=\"tp=3\": expected a product of 16.")] };

        var report = Report(SixteenNodes.Build(), gang);

        Assert.Equal(PlacementOutcome.Invalid, report.Outcome);
        Assert.Null(report.Placement);
        Assert.Empty(report.CounterOffers);
        Assert.Single(report.Problems);
        Assert.Equal("Invalid: job/ml/gang: parallelism=\"tp=3\": expected a product of 16.", report.Summary);
    }

    [Fact]
    public void Report_SearchGivenUp_SaysUndecidedAndStillOffers()
    {
        // Racks that straddle leaves, rows above them, segments: hard, and no steps to try it.
        var cluster = ClusterBuilder.Spines(2).Leaves(4).NodesPerLeaf(8).Racks(4, 34_000, shift: 2).Rows(32, 200_000)
            .Busy(Enumerable.Range(0, 64).Where(i => i * 7 % 10 < 3)).Build();
        var gang = GangBuilder.Members(12).Segments(4, Tier.Leaf).Build();

        var report = PlacementReporter.Report(cluster, gang, PlacementPolicy.Default with { MaxSteps = 1 });

        Assert.Equal(PlacementOutcome.Undecided, report.Outcome);
        Assert.False(report.Search.Complete);
        Assert.Null(report.Placement);
        Assert.StartsWith("Undecided after ", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_InputInAnotherOrder_IsTheSame()
    {
        var builder = SixteenNodes.Racks(3, 26_000).Busy(2, 9).Pod(4, 2).Pod(4, 1);
        var forward = ClusterSnapshot.Create(builder.BuildNodes(), builder.BuildPods());
        var backward = ClusterSnapshot.Create(builder.BuildNodes().Reverse(), builder.BuildPods().Reverse());

        foreach (var members in new[] { 3, 7, 14, 40 })
        {
            var gang = GangBuilder.Members(members).Required(members > 20 ? null : Tier.Spine).Build();

            Assert.Equal(JsonSerializer.Serialize(Report(forward, gang)), JsonSerializer.Serialize(Report(backward, gang)));
        }
    }

    private static PlacementReport Report(ClusterSnapshot cluster, Gang gang) => PlacementReporter.Report(cluster, gang, PlacementPolicy.Default);

    private static LinkTable Oversubscribed(double leaf) =>
        LinkTable.Default with { OversubscriptionByTier = ImmutableSortedDictionary<int, double>.Empty.Add(0, leaf) };
}
