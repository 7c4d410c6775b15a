using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Reports;

public sealed class CounterOfferTests
{
    private static ClusterBuilder SixteenNodes => ClusterBuilder.Spines(2).Leaves(2).NodesPerLeaf(4);

    [Fact]
    public void Report_TooLargeForALeaf_OffersSizeTierAndNodes()
    {
        var report = Check(SixteenNodes, GangBuilder.Members(6).Required(Tier.Leaf).Build());

        Assert.Equal(
            [
                (CounterOfferChange.WiderTier, "required-topology spine instead of leaf"),
                (CounterOfferChange.FewerPods, "4 pods (32 GPUs) instead of 6 pods (48 GPUs)"),
                (CounterOfferChange.AddNodes, "2 more nodes like n0000, in leaf s000/l0000"),
            ],
            report.CounterOffers.Select(o => (o.Change, o.Detail)));
        Assert.Equal(5.9, report.CounterOffers[1].EstimateMs);
        Assert.Equal(50, report.CounterOffers[1].Cost.SlowdownPercent);
        Assert.EndsWith("; it fits with required-topology spine instead of leaf.", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_RackTooSmall_OffersTheExactRaise()
    {
        // Four idle nodes and three pods of 7,900 W in a rack of 26,000 W.
        var report = Check(SixteenNodes.Racks(4, 26_000), GangBuilder.Members(3).Required(Tier.Leaf).Build());

        var offer = Assert.Single(report.CounterOffers, o => o.Change == CounterOfferChange.HigherBudget);
        Assert.Equal("6,900 W more for rack/r0000: a budget of 32,900 W instead of 26,000 W", offer.Detail);
        Assert.Contains(report.CounterOffers, o => o.Change == CounterOfferChange.LowerGpuCap && o.Detail.StartsWith("a GPU power cap of 410 W", StringComparison.Ordinal));
        Assert.Contains("nodes must enforce it", report.CounterOffers.Single(o => o.Change == CounterOfferChange.LowerGpuCap).Detail, StringComparison.Ordinal);
        Assert.All(report.Power!.Domains, d => Assert.Equal(d.BeforeWatts, d.AfterWatts));
    }

    [Fact]
    public void Report_TwoBudgetsInTheWay_OffersToRaiseBoth()
    {
        var report = Check(SixteenNodes.Racks(4, 26_000).Rows(16, 60_000), GangBuilder.Members(3).Required(Tier.Leaf).Build());

        var offer = Assert.Single(report.CounterOffers, o => o.Change == CounterOfferChange.HigherBudget);
        Assert.Equal(
            "500 W more for row/w0000: a budget of 60,500 W instead of 60,000 W; and 6,900 W more for rack/r0000: a budget of 32,900 W instead of 26,000 W", offer.Detail);
        Assert.Equal(7_400, offer.Cost.AddedWatts);
        Assert.False(offer.Smallest);
    }

    [Fact]
    public void Report_RowTooSmall_OffersTheRowNotTheRack()
    {
        var report = Check(SixteenNodes.Racks(4, 45_000).Rows(16, 60_000), GangBuilder.Members(4).Build());

        var offer = Assert.Single(report.CounterOffers, o => o.Change == CounterOfferChange.HigherBudget);
        Assert.Equal("8,400 W more for row/w0000: a budget of 68,400 W instead of 60,000 W", offer.Detail);
    }

    [Fact]
    public void Report_LowerPriorityInTheWay_OffersTheFewestVictims()
    {
        // Every leaf holds one gang of two nodes; the whole leaf needs just one of them gone, and the cheapest is "c".
        var cluster = SixteenNodes.Pods(
        [
            .. Victims("a", 5, 0, 1), .. Victims("b", 3, 4, 5), .. Victims("c", 1, 8, 9), .. Victims("d", 9, 12, 13),
        ]);
        var gang = GangBuilder.Members(4).Required(Tier.Leaf).Build() with { Priority = 9 };

        var report = Check(cluster, gang);

        var offer = Assert.Single(report.CounterOffers, o => o.Change == CounterOfferChange.Evict);
        Assert.Equal("2 pods of lower priority evicted: job/other/c (priority 1)", offer.Detail);
    }

    [Fact]
    public void Report_FirstVictimsDoNotHelp_AreSpared()
    {
        // Lowest priority on nodes the gang cannot use: evicting it alone frees nothing.
        var cluster = SixteenNodes.Pods([.. Victims("useless", 0, 0), .. Victims("useful", 4, 1), .. Victims("rest", 20, [.. Enumerable.Range(2, 14)])]);
        var gang = GangBuilder.Members(1).Templates(t => t with { NodeSelector = t.NodeSelector.Add("kubernetes.io/hostname", "n0001") }).Build();

        var report = Check(cluster, gang with { Priority = 10 });

        Assert.Equal("1 pod of lower priority evicted: job/other/useful (priority 4)", Assert.Single(report.CounterOffers, o => o.Change == CounterOfferChange.Evict).Detail);
    }

    [Fact]
    public void Report_StartsKnown_OffersTheLeastWorkLost()
    {
        // Either of two gangs will do: the one of higher priority has run for an hour, the other for a day.
        var cluster = SixteenNodes.Pods(
        [
            .. Started("long", 1, -24, null, 0, 1), .. Started("short", 3, -1, null, 4, 5), .. Victims("rest", 20, [.. Enumerable.Range(6, 10)]), .. Victims("more", 20, 2, 3),
        ]);

        var offer = Assert.Single(Offers(cluster, GangBuilder.Members(2).Build() with { Priority = 9 }), o => o.Change == CounterOfferChange.Evict);

        Assert.Equal("2 pods of lower priority evicted: job/other/short (priority 3)", offer.Detail);
        Assert.Equal((16.0, 16, 2), (offer.Cost.EvictedGpuHours!.Value, offer.Cost.EvictedGpus!.Value, offer.Cost.EvictedPods!.Value));
        Assert.True(offer.Smallest);
    }

    [Fact]
    public void Report_EndsKnown_OffersTheEarliestMoment()
    {
        // One ends in two hours, the next in five; the third should have ended an hour ago, so nobody knows.
        var cluster = SixteenNodes.Pods(
        [
            .. Started("two", 20, -1, 2, 0, 1), .. Started("five", 20, -1, 5, 2, 3), .. Started("past", 20, -9, -1, 4, 5), .. Victims("rest", 20, [.. Enumerable.Range(6, 10)]),
        ]);

        var offer = Assert.Single(Offers(cluster, GangBuilder.Members(3).Build()), o => o.Change == CounterOfferChange.Wait);

        Assert.Equal("waiting until 2027-01-27T17:00:00Z, when job/other/five and job/other/two should have ended", offer.Detail);
        Assert.Equal(("2027-01-27T17:00:00Z", 5 * 3600), (offer.Apply.Until, offer.Cost.WaitSeconds));
        Assert.Equal(["job/other/five", "job/other/two"], offer.Apply.WaitFor.ToArray());
        Assert.DoesNotContain(Offers(cluster, GangBuilder.Members(5).Build()), o => o.Change == CounterOfferChange.Wait);
    }

    [Fact]
    public void Report_PodsBeingDeleted_OffersToWaitForThem()
    {
        var cluster = SixteenNodes.Busy([.. Enumerable.Range(1, 15)]).Pods([ClusterBuilder.BoundPod("n0000", "leaving", 8) with { Terminating = true }]);

        var offer = Assert.Single(Offers(cluster, GangBuilder.Members(1).Build()), o => o.Change == CounterOfferChange.Wait);

        Assert.Equal(("waiting until 1 pod being deleted is gone", default(string), 0), (offer.Detail, offer.Apply.Until, offer.Cost.WaitSeconds));
    }

    [Fact]
    public void Cost_Parts_CompareInTheirOrder()
    {
        OfferCost[] ascending =
        [
            new(), new() { AddedWatts = 500 }, new() { AddedWatts = 900_000 }, new() { WaitSeconds = 1 }, new() { SlowdownPercent = 0.5 }, new() { SlowdownPercent = 50, AddedWatts = 1 },
            new() { EvictedGpuHours = 0.5, EvictedGpus = 64, EvictedPods = 8 }, new() { EvictedGpuHours = 900, EvictedGpus = 8, EvictedPods = 1 }, new() { EvictedGpus = 1, EvictedPods = 1 },
            new() { AddedNodes = 1 }, new() { AddedNodes = 2 },
        ];

        Assert.Equal(ascending, ascending.Reverse().Order());
    }

    [Fact]
    public void Report_EqualPriorityOrDaemons_AreNotVictims()
    {
        var cluster = SixteenNodes.Pods(Victims("equal", 0, [.. Enumerable.Range(0, 16)]));

        Assert.DoesNotContain(Check(cluster, GangBuilder.Members(1).Build()).CounterOffers, o => o.Change == CounterOfferChange.Evict);
    }

    [Fact]
    public void Report_Parallelism_ShrinksTheDataParallelDegree()
    {
        var gang = GangBuilder.Members(20).Parallelism(new("tp", 8), new("pp", 3), new("dp", 0)).Build();
        gang = gang with { Roles = [gang.Roles[0] with { Count = 21 }], MinMembers = 21, Hints = gang.Hints with { Parallelism = [new("tp", 8), new("pp", 3), new("dp", 7)] } };

        var report = PlacementReporter.Report(SixteenNodes.Build(), gang, PlacementPolicy.Default);

        Assert.Equal("15 pods (120 GPUs) instead of 21 pods (168 GPUs), dp=5", Assert.Single(report.CounterOffers, o => o.Change == CounterOfferChange.FewerPods).Detail);
    }

    [Fact]
    public void Report_Segments_AreDroppedWhole()
    {
        var report = Check(SixteenNodes.Busy(0, 4, 8), GangBuilder.Members(8).Segments(4, Tier.Leaf).Build(), skip: CounterOfferChange.FewerPods);

        Assert.Equal("4 pods (32 GPUs) instead of 8 pods (64 GPUs)", Assert.Single(report.CounterOffers, o => o.Change == CounterOfferChange.FewerPods).Detail);
        Assert.Equal("segment-topology spine instead of leaf", Assert.Single(report.CounterOffers, o => o.Change == CounterOfferChange.WiderTier).Detail);
    }

    [Fact]
    public void Report_LabelKeyRequired_CanOnlyBeDropped()
    {
        var cluster = SixteenNodes.Nodes((i, n) => n with { Labels = n.Labels.Add("example.com/hall", $"h{i / 2}") });

        var report = Check(cluster, GangBuilder.Members(3).Hints(h => h with { Required = new(Tier.Cluster, "example.com/hall") }).Build());

        Assert.Equal("no required-topology instead of example.com/hall", Assert.Single(report.CounterOffers, o => o.Change == CounterOfferChange.WiderTier).Detail);
    }

    [Fact]
    public void Report_NothingHelps_SaysSo()
    {
        var gang = GangBuilder.Members(1).Templates(t => t with { NodeSelector = t.NodeSelector.Add("no-such", "label") }).Build();

        var report = Check(SixteenNodes, gang);

        Assert.Empty(report.CounterOffers);
        Assert.EndsWith("; no single change that was tried makes it fit.", report.Summary, StringComparison.Ordinal);
    }

    // Sizes, tiers, budgets and shapes of the power tree in all combinations: every offer of every report holds and is the smallest.
    [Theory]
    [InlineData(0, null)]
    [InlineData(26_000, null)]
    [InlineData(35_000, null)]
    [InlineData(26_000, 90_000)]
    [InlineData(50_000, 70_000)]
    public void Report_ManyGangs_OffersOnlyWhatHolds(int rackWatts, int? rowWatts)
    {
        var offers = 0;
        foreach (var shift in new[] { 0, 2 })
        {
            foreach (var members in new[] { 1, 3, 5, 9, 12, 17 })
            {
                foreach (var tier in new Tier?[] { null, Tier.Leaf, Tier.Spine })
                {
                    var cluster = SixteenNodes.Busy(0, 5, 6).Racks(4, rackWatts == 0 ? null : rackWatts, shift);
                    if (rowWatts is { } row) cluster = cluster.Rows(8, row);
                    offers += Check(cluster, GangBuilder.Members(members).Required(tier).Build(), anyOutcome: true).CounterOffers.Length;
                }
            }
        }

        Assert.True(offers > 10);
    }

    [Fact]
    public void Find_FewerPodsUnderBudgetsThatNest_TakesOnePlan()
    {
        var question = new WhatIf(SixteenNodes.Racks(4, 26_000).Build(), GangBuilder.Members(100).Build(), PlacementPolicy.Default);

        Assert.Equal(8, SizeOffer.Find(question)?.Apply.Pods);
        Assert.Equal(1, question.Plans);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(100)]
    public void Find_AnyQuestion_StaysWithinTheStatedNumberOfPlans(int members)
    {
        var cluster = SixteenNodes.Racks(4, 26_000).Rows(8, 70_000).Pods(Victims("low", -1, 0, 1)).Build();
        var question = new WhatIf(cluster, GangBuilder.Members(members).Required(Tier.Leaf).Build(), PlacementPolicy.Default);

        CounterOffers.Find(question, []);

        var size = Math.Ceiling(Math.Log2(members)) + 1;
        Assert.InRange(question.Plans, 1, 3 * (size + 1) + 2 * (2 + 2) + 3 + 2 + 8 * (2 + 20) + 1 + 16 + 48 + 1);
    }

    [Fact]
    public void Smallest_EveryThreshold_IsFoundInLogarithmicallyManyPlans()
    {
        var fits = new PlacementResult(PlacementOutcome.Placed, new([], null, 1, new()), [], [], new(true, 0));
        var fails = fits with { Outcome = PlacementOutcome.NoFit, Plan = null };
        for (var threshold = 1; threshold <= 33; threshold++)
        {
            var (smallest, largest) = (0, 0);
            var atLeast = WhatIf.Smallest(32, v => { smallest++; return v >= threshold ? fits : fails; });
            var below = WhatIf.Largest(32, i => { largest++; return i < threshold - 1 ? fits : fails; });

            Assert.Equal(threshold == 33 ? null : threshold, atLeast?.Value);
            Assert.Equal(threshold == 1 ? null : threshold - 2, below?.Index);
            Assert.InRange(smallest, 1, 6);
            Assert.InRange(largest, 1, 6);
        }
    }

    private static PlacementReport Check(ClusterBuilder builder, Gang gang, CounterOfferChange? skip = null, bool anyOutcome = false)
    {
        var report = PlacementReporter.Report(builder.Build(), gang, PlacementPolicy.Default);
        if (!anyOutcome) Assert.Equal(PlacementOutcome.NoFit, report.Outcome);
        if (report.Outcome is PlacementOutcome.Placed or PlacementOutcome.PlacedCapped) Assert.Empty(report.CounterOffers);
        var check = new OfferCheck(builder.BuildNodes(), builder.BuildPods(), gang);
        foreach (var offer in report.CounterOffers.Where(o => o.Change != skip)) check.Verify(offer);
        return report;
    }

    private static ImmutableArray<CounterOffer> Offers(ClusterBuilder builder, Gang gang) =>
        PlacementReporter.Report(builder.Build(), gang, PlacementPolicy.Default, NoFitCases.Now).CounterOffers;

    private static IEnumerable<PodInfo> Started(string gang, int priority, int startHours, int? endHours, params int[] nodes) => Victims(gang, priority, nodes)
        .Select(p => p with { StartedAt = NoFitCases.Now.AddHours(startHours), EndsAt = endHours is { } end ? NoFitCases.Now.AddHours(end) : null });

    private static IEnumerable<PodInfo> Victims(string gang, int priority, params int[] nodes) => nodes.Select((node, i) =>
        ClusterBuilder.BoundPod(ClusterBuilder.NameOf(node), $"{gang}-{i}", 8) with { Priority = priority, Gang = new("other", "Job", gang) });
}
