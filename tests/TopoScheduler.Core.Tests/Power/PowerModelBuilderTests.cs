using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Tests.Power;

public sealed class PowerModelBuilderTests
{
    private static PowerModel Build(params PowerLocation[] at) => PowerModelBuilder.Build([.. at.Select((_, i) => $"n{i}")], at);

    private static PowerDomain Domain(PowerModel model, string id) => model.Domains.Single(d => d.Id == id);

    private static int[] Halves(PowerModel model, string id, FeedState state) =>
        [.. Domain(model, id).Nodes.Select(n => model.HalvesOf(n, Domain(model, id).Index, state))];

    private static FeedState[] States(PowerModel model, string id) =>
        [.. model.Constraints.Where(c => c.Domain == Domain(model, id).Index).Select(c => c.State)];

    [Fact]
    public void Build_WholeTree_NestsRackPduRowFacility()
    {
        var at = new PowerLocation { Rack = "r1", Pdu = "p1", Row = "w1", Facility = "f", RackBudgetWatts = 26_000, FacilityBudgetWatts = 90_000 };
        var model = Build(at, at with { Rack = "r2" }, at with { Rack = "r2", Pdu = "p1" });

        Assert.Equal(["rack/r1", "rack/r2", "pdu/p1", "row/w1", "facility/f"], model.Domains.Select(d => d.Id));
        Assert.Equal([2, 2, 3, 4], model.Domains.Take(4).Select(d => Assert.Single(d.Parents)));
        Assert.Equal([0, 1, 2], Domain(model, "facility/f").Nodes.ToArray());
        Assert.Equal([52_000, 52_000, 180_000], model.Constraints.Select(c => c.LimitHalfWatts));
        Assert.All(model.Constraints, c => Assert.Equal(FeedState.Normal, c.State));
        Assert.Equal([new(1, 2), new(2, 2)], model.SharesOf(2).ToArray());
        Assert.Empty(model.Problems);
    }

    [Fact]
    public void Build_MissingRungs_AreSkipped()
    {
        var model = Build(new PowerLocation { Rack = "r1", Facility = "f", FacilityBudgetWatts = 10 }, new() { Facility = "f" }, PowerLocation.None);

        Assert.Equal([1], Domain(model, "rack/r1").Parents.ToArray());
        Assert.Equal([0, 1], Domain(model, "facility/f").Nodes.ToArray());
        Assert.True(model.SharesOf(2).IsEmpty);
    }

    [Fact]
    public void Build_DualCorded_HalfOnEachAndAllOnEitherWhenTheOtherIsLost()
    {
        var at = new PowerLocation { Rack = "r", Pdu = "a", PduB = "b", Row = "w", PduBudgetWatts = 50, RowBudgetWatts = 90, RackBudgetWatts = 40 };
        var model = Build(at, at);

        Assert.Equal([1, 1], Halves(model, "pdu/a", FeedState.Normal));
        Assert.Equal([0, 0], Halves(model, "pdu/a", FeedState.LostA));
        Assert.Equal([2, 2], Halves(model, "pdu/a", FeedState.LostB));
        Assert.Equal([2, 2], Halves(model, "pdu/b", FeedState.LostA));
        Assert.Equal([2, 2], Halves(model, "row/w", FeedState.Normal));
        Assert.Equal([FeedState.LostB], States(model, "pdu/a"));
        Assert.Equal([FeedState.LostA], States(model, "pdu/b"));
        Assert.Equal([FeedState.Normal], States(model, "row/w"));
        Assert.Equal(50, Domain(model, "pdu/b").BudgetWatts);
        Assert.Equal([1, 2], Domain(model, "rack/r").Parents.ToArray());
        Assert.Empty(model.Problems);
    }

    [Fact]
    public void Build_SingleCordedFeeds_VanishWithTheirFeed()
    {
        var at = new PowerLocation { Pdu = "p", PduBudgetWatts = 50 };
        var model = Build(at with { Feed = PowerFeed.A }, at with { Feed = PowerFeed.B }, at);

        Assert.Equal([0, 2, 2], Halves(model, "pdu/p", FeedState.LostA));
        Assert.Equal([2, 0, 2], Halves(model, "pdu/p", FeedState.LostB));
        Assert.Equal([FeedState.Normal], States(model, "pdu/p"));
    }

    [Fact]
    public void Build_DualAndSingleCordedOnOnePdu_KeepsTheStatesThatCanBind()
    {
        var at = new PowerLocation { Pdu = "a", PduB = "b", PduBudgetWatts = 50 };
        var model = Build(at, new PowerLocation { Pdu = "a", Feed = PowerFeed.B });

        // Normal counts n0 half and n1 whole; without B, n0 counts whole and n1 not at all.
        Assert.Equal([FeedState.Normal, FeedState.LostB], States(model, "pdu/a"));
        Assert.Equal([FeedState.LostA], States(model, "pdu/b"));
    }

    [Fact]
    public void Build_ConflictingBudgets_LowestWinsWithAWarning()
    {
        var model = Build(new PowerLocation { Rack = "r", RackBudgetWatts = 30_000 }, new PowerLocation { Rack = "r", RackBudgetWatts = 26_000 });

        Assert.Equal(26_000, Domain(model, "rack/r").BudgetWatts);
        var problem = Assert.Single(model.Problems);
        Assert.Equal(("rack/r", Severity.Warning), (problem.Object, problem.Severity));
        Assert.Contains("26,000 W (node/n1), 30,000 W (node/n0)", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OnlyUnreadableBudgets_ClosesTheDomain()
    {
        var unreadable = new PowerLocation { Rack = "r", RackBudgetWatts = PowerLocation.UnreadableBudget, Cooling = CoolingClass.Air };
        var model = Build(unreadable, unreadable);

        Assert.Equal(0, Domain(model, "rack/r").BudgetWatts);
        var problem = Assert.Single(model.Problems);
        Assert.Equal(("rack/r", Severity.Error), (problem.Object, problem.Severity));
    }

    [Fact]
    public void Build_OneReadableBudget_IsTheBudget()
    {
        var model = Build(
            new PowerLocation { Rack = "r", RackBudgetWatts = PowerLocation.UnreadableBudget }, new PowerLocation { Rack = "r", RackBudgetWatts = 26_000 });

        Assert.Equal(26_000, Domain(model, "rack/r").BudgetWatts);
        Assert.Empty(model.Problems);
    }

    [Fact]
    public void Build_BudgetOfBSide_OwnStatementBeatsTheInheritedOne()
    {
        var model = Build(
            new PowerLocation { Pdu = "a", PduB = "b", PduBudgetWatts = 50 }, new PowerLocation { Pdu = "b", PduBudgetWatts = 60 });

        Assert.Equal(60, Domain(model, "pdu/b").BudgetWatts);
        Assert.Empty(model.Problems);
    }

    [Fact]
    public void Build_RackUnderTwoPdus_IsAProblemAndCountsUnderBoth()
    {
        var model = Build(
            new PowerLocation { Rack = "r", Pdu = "p1", Row = "w1" }, new PowerLocation { Rack = "r", Pdu = "p2", Row = "w2" });

        Assert.Equal([0, 1], Domain(model, "pdu/p1").Nodes.ToArray());
        Assert.Equal([0, 1], Domain(model, "pdu/p2").Nodes.ToArray());
        Assert.Equal([0, 1], Domain(model, "row/w2").Nodes.ToArray());
        Assert.Equal([2, 2], Halves(model, "pdu/p2", FeedState.Normal));
        var problem = Assert.Single(model.Problems);
        Assert.Contains("below pdu/p1 and pdu/p2", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_RackOnOnePduPerFeed_IsNoProblem()
    {
        var model = Build(
            new PowerLocation { Rack = "r", Pdu = "p1", Feed = PowerFeed.A }, new PowerLocation { Rack = "r", Pdu = "p2", Feed = PowerFeed.B });

        Assert.Equal([0], Domain(model, "pdu/p1").Nodes.ToArray());
        Assert.Equal([1], Domain(model, "pdu/p2").Nodes.ToArray());
        Assert.Empty(model.Problems);
    }

    [Fact]
    public void Build_PduInTwoRows_CountsUnderBothOnce()
    {
        var model = Build(new PowerLocation { Pdu = "p", Row = "w1", Facility = "f" }, new PowerLocation { Pdu = "p", Row = "w2", Facility = "f" });

        Assert.Equal([0, 1], Domain(model, "row/w1").Nodes.ToArray());
        Assert.Equal([0, 1], Domain(model, "facility/f").Nodes.ToArray());
        Assert.Equal([2, 2], Halves(model, "facility/f", FeedState.Normal));
        Assert.Equal("pdu/p", Assert.Single(model.Problems).Object);
    }

    [Fact]
    public void Build_NodeThatNamesOnlyItsRack_FollowsTheRack()
    {
        var dual = new PowerLocation { Rack = "r", Pdu = "a", PduB = "b", Row = "w", PduBudgetWatts = 9 };
        var model = Build(dual, new PowerLocation { Rack = "r" });

        Assert.Equal([1, 1], Halves(model, "pdu/a", FeedState.Normal));
        Assert.Equal([2, 2], Halves(model, "pdu/b", FeedState.LostA));
        Assert.Equal([0, 1], Domain(model, "row/w").Nodes.ToArray());
    }

    [Theory]
    [InlineData(CoolingClass.Air, 20_000L)]
    [InlineData(CoolingClass.RearDoor, 35_000L)]
    [InlineData(CoolingClass.Liquid, 100_000L)]
    [InlineData(CoolingClass.Immersion1P, 200_000L)]
    [InlineData(CoolingClass.Immersion2P, null)]
    public void Build_RackWithoutBudget_TakesItsCoolingClass(CoolingClass cooling, long? budget) =>
        Assert.Equal(budget, Domain(Build(new PowerLocation { Rack = "r", Cooling = cooling }), "rack/r").BudgetWatts);

    [Fact]
    public void Build_BudgetAboveTheCoolingClass_IsKeptWithAWarning()
    {
        var model = Build(
            new PowerLocation { Rack = "r", Cooling = CoolingClass.Liquid, RackBudgetWatts = 30_000 }, new PowerLocation { Rack = "r", Cooling = CoolingClass.Air });

        Assert.Equal(30_000, Domain(model, "rack/r").BudgetWatts);
        Assert.Equal(CoolingClass.Air, Domain(model, "rack/r").Cooling);
        Assert.Equal(2, model.Problems.Length);
        Assert.Contains("\"air\", \"liquid\"", model.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("above the 20,000 W", model.Problems[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_StatementsWithoutAName_AreReportedAndIgnored()
    {
        var model = Build(
            new PowerLocation { RackBudgetWatts = 5, Cooling = CoolingClass.Air }, new PowerLocation { PduB = "b" },
            new PowerLocation { Pdu = "p", PduB = "p" }, new PowerLocation { Pdu = "a", PduB = "b", Feed = PowerFeed.A });

        Assert.Equal(["node/n0", "node/n0", "node/n1", "node/n2", "node/n3"], model.Problems.Select(p => p.Object));
        Assert.Equal([2], Halves(model, "pdu/p", FeedState.LostA));
        Assert.Equal([0], Halves(model, "pdu/a", FeedState.LostA));
    }

    [Fact]
    public void WithBudgets_UnbudgetedDomain_GainsItsConstraints()
    {
        var model = Build(new PowerLocation { Rack = "r", Pdu = "a", PduB = "b" });
        var changed = model.WithBudgets(new Dictionary<string, long?> { ["pdu/b"] = 7_000 });

        Assert.Empty(model.Constraints);
        Assert.Equal(new(0, Domain(model, "pdu/b").Index, FeedState.LostA, 14_000), Assert.Single(changed.Constraints));
        Assert.Equal([new(0, 2)], changed.SharesOf(0).ToArray());
    }

    [Fact]
    public void WithBudgets_NullForABudget_TakesItAway()
    {
        var model = Build(new PowerLocation { Rack = "r", RackBudgetWatts = 5_000, Row = "w", RowBudgetWatts = 9_000 });
        var changed = model.WithBudgets(new Dictionary<string, long?> { ["rack/r"] = null });

        Assert.Equal([null, 9_000], changed.Domains.Select(d => d.BudgetWatts));
        Assert.Equal(Domain(model, "row/w").Index, Assert.Single(changed.Constraints).Domain);
    }

    [Fact]
    public void WithBudgets_NothingNew_IsTheSameModel()
    {
        var model = Build(new PowerLocation { Rack = "r", RackBudgetWatts = 5_000, Row = "w" });
        Assert.Same(model, model.WithBudgets(new Dictionary<string, long?>()));
        Assert.Same(model, model.WithBudgets(new Dictionary<string, long?> { ["rack/r"] = 5_000, ["row/w"] = null }));
    }

    [Theory]
    [InlineData("rack/x", 5_000)]
    [InlineData("pdu/r", 5_000)]
    [InlineData("r", 5_000)]
    [InlineData("rack/r", -1)]
    public void WithBudgets_UnknownDomainOrNegativeWatts_IsRefused(string id, long watts)
    {
        var model = Build(new PowerLocation { Rack = "r" });
        Assert.Throws<ArgumentException>(() => model.WithBudgets(new Dictionary<string, long?> { [id] = watts }));
    }

    [Fact]
    public void BeforeWatts_DualCorded_IsTheWorstState()
    {
        var at = new PowerLocation { Rack = "r", Pdu = "a", PduB = "b" };
        var model = Build(at, at, new PowerLocation { Pdu = "a", Feed = PowerFeed.B });

        Assert.Equal(9_001, model.BeforeWatts(Domain(model, "rack/r").Index, [4_001, 5_000, 6_001]));
        Assert.Equal(10_502, model.BeforeWatts(Domain(model, "pdu/a").Index, [4_001, 5_000, 6_001]));
        Assert.Equal(9_001, model.BeforeWatts(Domain(model, "pdu/b").Index, [4_001, 5_000, 6_001]));
    }
}
