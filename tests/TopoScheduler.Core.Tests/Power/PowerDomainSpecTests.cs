using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>What resources say of power domains, beside labels and instead of them.</summary>
public sealed class PowerDomainSpecTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(40_000, 1.0, PowerRedundancy.None, 0, null, 40_000)]
    [InlineData(40_000, 0.8, PowerRedundancy.None, 0, null, 32_000)]
    [InlineData(40_000, 0.8, PowerRedundancy.Double, 0, null, 16_000)]
    [InlineData(40_000, 1.0, PowerRedundancy.OneSpare, 4, null, 30_000)]
    [InlineData(40_000, 1.0, PowerRedundancy.OneSpare, 0, null, 20_000)]
    [InlineData(40_001, 0.8, PowerRedundancy.None, 0, null, 32_000)]
    [InlineData(40_000, 0.8, PowerRedundancy.None, 0, 25_000, 25_000)]
    [InlineData(40_000, 0.8, PowerRedundancy.None, 0, 35_000, 32_000)]
    [InlineData(null, 0.8, PowerRedundancy.Double, 0, 35_000, 35_000)]
    public void Build_Rating_IsDeratedSparedAndCooled(int? rating, double derate, PowerRedundancy redundancy, int units, int? cooling, int expected)
    {
        var spec = Rack("r1") with { BudgetWatts = rating, Derate = (decimal)derate, Redundancy = redundancy, Units = units, CoolingWatts = cooling };
        Assert.Equal(expected, Build([In("r1")], spec).Domains[0].BudgetWatts);
    }

    [Fact]
    public void Build_LabelAndResource_TheLowerCountsAndBothAreNamed()
    {
        var model = Build([In("r1") with { RackBudgetWatts = 30_000 }], Rack("r1") with { BudgetWatts = 40_000, Derate = 0.7m });
        Assert.Equal(28_000, model.Domains[0].BudgetWatts);
        Assert.Contains(model.Problems, p => p.Message.Contains("28,000 W (powerdomain/r1), 30,000 W (node/n0)", StringComparison.Ordinal));
    }

    [Fact]
    public void Build_UnreadableRating_ClosesTheDomainWhateverLabelsSay() =>
        Assert.Equal(0, Build([In("r1") with { RackBudgetWatts = 30_000 }], Rack("r1") with { BudgetWatts = PowerLocation.UnreadableBudget }).Domains[0].BudgetWatts);

    [Fact]
    public void Build_CoolingClassAndCoolingWatts_WattsReplaceTheClassFigure() =>
        Assert.Equal(26_000, Build([In("r1") with { Cooling = CoolingClass.Air }], Rack("r1") with { CoolingWatts = 26_000 }).Domains[0].BudgetWatts);

    [Fact]
    public void Build_BaseLoad_CountsInTheDomainAndAllAboveOnce()
    {
        var model = Build(
            [In("r1") with { Pdu = "a", PduB = "b", Row = "w", PduBudgetWatts = 50_000 }],
            Rack("r1") with { BaseWatts = 1_000, BudgetWatts = 9_000 },
            Of(PowerDomainKind.Row, "w") with { BaseWatts = 300, BudgetWatts = 8_000 });
        long[] draws = [2_000];
        Assert.Equal([3_000, 3_000, 3_000, 3_300], model.Domains.Select(d => model.BeforeWatts(d.Index, draws)));
        // Half of the fans hang on each PDU, all of them when the other is lost: that state is the one that binds.
        var feed = Assert.Single(model.Constraints, c => model.Domains[c.Domain].Id == "pdu/a");
        Assert.Equal((FeedState.LostB, 2 * 50_000 - 2 * 1_000), (feed.State, feed.LimitHalfWatts));
    }

    [Fact]
    public void Build_ParentsByResources_MakeTheTree()
    {
        var model = Build(
            [In("r1"), In("r2")],
            Rack("r1") with { Parent = new(PowerDomainKind.Pdu, "p"), BaseWatts = 100 },
            Rack("r2") with { Parent = new(PowerDomainKind.Row, "w") },
            Of(PowerDomainKind.Pdu, "p") with { Parent = new(PowerDomainKind.Row, "w"), BudgetWatts = 10_000 },
            Of(PowerDomainKind.Row, "w") with { BudgetWatts = 20_000 });
        Assert.Equal(["rack/r1", "rack/r2", "pdu/p", "row/w"], model.Domains.Select(d => d.Id));
        Assert.Equal([[0], [1], [0], [0, 1]], model.Domains.Select(d => d.Nodes.ToArray()));
        Assert.Equal([100, 0, 100, 100], model.Domains.Select(d => d.BaseWatts));
        Assert.Empty(model.Problems);
    }

    [Fact]
    public void Build_ParentOfANarrowerRung_IsIgnoredWithAnError()
    {
        var model = Build([In("r1") with { Row = "w" }], Of(PowerDomainKind.Row, "w") with { Parent = new(PowerDomainKind.Rack, "r1") });
        Assert.Contains(model.Problems, p => p is { Severity: Severity.Error, Object: "powerdomain/w" });
        Assert.Equal(0, Assert.Single(model.Domains[1].Nodes));
    }

    [Fact]
    public void Build_RedundancyOfOneOfTwoFeeds_IsNotAppliedAgain()
    {
        var model = Build([In("r1") with { Pdu = "a", PduB = "b" }], Of(PowerDomainKind.Pdu, "a") with { BudgetWatts = 10_000, Redundancy = PowerRedundancy.Double });
        Assert.Equal(10_000, model.Domains.Single(d => d.Id == "pdu/a").BudgetWatts);
        Assert.Contains(model.Problems, p => p.Object == "powerdomain/a");
    }

    [Fact]
    public void Build_SpecsInAnyOrder_GiveTheSameModel()
    {
        PowerDomainSpec[] specs = [Rack("r1") with { BudgetWatts = 5_000 }, Rack("r1") with { Source = "powerdomain/other", BudgetWatts = 4_000 }, Rack("r2")];
        var (one, other) = (Build([In("r1")], specs), Build([In("r1")], [.. specs.Reverse()]));
        Assert.Equal(4_000, one.Domains[0].BudgetWatts);
        Assert.Equal(one.Problems.AsEnumerable(), other.Problems.AsEnumerable());
        Assert.Contains(one.Problems, p => p.Message.Contains("powerdomain/other, powerdomain/r1", StringComparison.Ordinal));
    }

    [Fact]
    public void Over_WindowToCome_CountsForWhatRunsIntoIt()
    {
        var model = WithWindow(30_000, 60, 120).At(Now, Day);
        Assert.Equal(40_000, model.Domains[0].BudgetWatts);
        Assert.Equal(40_000, model.Over(TimeSpan.FromMinutes(60)).Domains[0].BudgetWatts);
        var runsIn = model.Over(TimeSpan.FromMinutes(61)).Domains[0];
        Assert.Equal((30_000, "repair"), (runsIn.BudgetWatts, runsIn.Window!.Name));
        Assert.Equal(30_000, model.Over(null).Domains[0].BudgetWatts);
        Assert.Equal(40_000, WithWindow(30_000, 60, 120).At(Now, TimeSpan.FromMinutes(30)).Over(null).Domains[0].BudgetWatts);
    }

    [Fact]
    public void At_InAndAfterAWindow_ItCountsAndIsOver()
    {
        var model = WithWindow(30_000, 60, 120);
        Assert.Equal(30_000, model.At(Now.AddMinutes(60), Day).Domains[0].BudgetWatts);
        Assert.Equal(40_000, model.At(Now.AddMinutes(120), Day).Over(null).Domains[0].BudgetWatts);
        Assert.True(model.HasRisen(Now.AddMinutes(119), Now.AddMinutes(120)));
        Assert.False(model.HasRisen(Now.AddMinutes(50), Now.AddMinutes(70)));
        Assert.False(model.HasRisen(Now.AddMinutes(120), Now.AddMinutes(200)));
    }

    [Theory]
    [InlineData(-30, 0, 60)]
    [InlineData(0, 90, 60)]
    [InlineData(60, 0, 120)]
    [InlineData(60, 90, 120)]
    [InlineData(120, 0, null)]
    public void NextChange_OfAWindow_IsWhenItOpensOrEnds(int now, int length, int? expected) =>
        Assert.Equal(expected is { } minutes ? Now.AddMinutes(minutes) : null, WithWindow(30_000, 60, 120).NextChange(Now.AddMinutes(now), TimeSpan.FromMinutes(length)));

    [Fact]
    public void NextChange_OfWhatIsSoonToRunIntoAWindow_IsWhenTheBudgetOverItFalls()
    {
        var (model, length) = (WithWindow(30_000, 60, 120), TimeSpan.FromMinutes(20));

        var next = model.NextChange(Now, length)!.Value;

        Assert.Equal(40_000, model.At(next.AddTicks(-1), Day).Over(length).Domains[0].BudgetWatts);
        Assert.Equal(30_000, model.At(next, Day).Over(length).Domains[0].BudgetWatts);
        Assert.Equal(Now.AddMinutes(60), model.NextChange(next, length));
        Assert.Equal(Now.AddMinutes(60), model.NextChange(Now, TimeSpan.MaxValue));
    }

    [Fact]
    public void Domains_BeforeATimeIsSaid_HaveTheirLowestBudget() => Assert.Equal(30_000, WithWindow(30_000, 60, 120).Domains[0].BudgetWatts);

    [Fact]
    public void At_WindowAboveTheBudget_RaisesNothing() => Assert.Equal(40_000, WithWindow(90_000, 0, 120).At(Now, Day).Domains[0].BudgetWatts);

    [Fact]
    public void At_DomainWithWindowsAlone_IsUnboundedOutsideOfThem()
    {
        var spec = Rack("r1") with { Schedule = [Window(10_000, 60, 120)] };
        var model = Build([In("r1")], spec).At(Now, Day);
        Assert.Null(model.Domains[0].BudgetWatts);
        Assert.Equal(PowerConstraint.Unbounded, Assert.Single(model.Constraints).LimitHalfWatts);
        Assert.Equal(20_000, Assert.Single(model.Over(null).Constraints).LimitHalfWatts);
    }

    [Fact]
    public void WithBudgets_DomainWithWindows_HasThatBudgetAtAllTimes()
    {
        var asked = WithWindow(30_000, 60, 120).At(Now, Day).WithBudgets(new Dictionary<string, long?> { ["rack/r1"] = 50_000 });
        Assert.Equal([50_000, 50_000], [asked.Domains[0].BudgetWatts, asked.Over(null).Domains[0].BudgetWatts]);
    }

    private static PowerModel WithWindow(long watts, int from, int until) =>
        Build([In("r1")], Rack("r1") with { BudgetWatts = 40_000, Schedule = [Window(watts, from, until)] });

    private static BudgetWindow Window(long watts, int from, int until) =>
        new() { Name = "repair", BudgetWatts = watts, Start = Now.AddMinutes(from), End = Now.AddMinutes(until) };

    private static PowerLocation In(string rack) => new() { Rack = rack };

    private static PowerDomainSpec Rack(string name) => Of(PowerDomainKind.Rack, name);

    private static PowerDomainSpec Of(PowerDomainKind kind, string name) => new() { Source = $"powerdomain/{name}", Id = new(kind, name) };

    private static PowerModel Build(PowerLocation[] locations, params PowerDomainSpec[] specs) =>
        PowerModelBuilder.Build([.. locations.Select((_, i) => $"n{i}")], locations, specs);
}
