using TopoScheduler.Core;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.PowerDomains;
using TopoScheduler.Kubernetes.Tests.Mapping;

namespace TopoScheduler.Kubernetes.Tests.PowerDomains;

public sealed class PowerDomainReaderTests
{
    [Fact]
    public void Read_EveryField_IsRead()
    {
        var reading = Read("""
            kind: rack
            name: R7
            parent: pdu/pdu-1
            budgetWatts: 50000
            baseWatts: 1200
            redundancy: N+1
            units: 5
            derate: 0.8
            coolingWatts: 45000
            schedule:
            - {name: once, budgetWatts: 20000, start: "2027-01-31T16:00:00Z", end: "2027-01-31T18:00:00+01:00"}
            - {name: weekly, budgetWatts: 0, days: [Mon, Sun], from: "22:00", to: "06:30", timeZone: Europe/Berlin}
            """);

        Assert.Empty(reading.Problems);
        var spec = reading.Spec!;
        Assert.Equal(("powerdomain/r7", new PowerDomainId(PowerDomainKind.Rack, "R7"), new PowerDomainId(PowerDomainKind.Pdu, "pdu-1")), (spec.Source, spec.Id, spec.Parent!.Value));
        Assert.Equal((50_000L, 1_200L, PowerRedundancy.OneSpare, 5, 0.8m, 45_000L), (spec.BudgetWatts!.Value, spec.BaseWatts, spec.Redundancy, spec.Units, spec.Derate, spec.CoolingWatts!.Value));
        Assert.Equal(
            (BudgetWindow[])
            [
                new() { Name = "once", BudgetWatts = 20_000, Start = new(2027, 1, 31, 16, 0, 0, TimeSpan.Zero), End = new(2027, 1, 31, 17, 0, 0, TimeSpan.Zero) },
                new() { Name = "weekly", BudgetWatts = 0, Days = [DayOfWeek.Monday, DayOfWeek.Sunday], From = new(22, 0), To = new(6, 30), Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") },
            ],
            spec.Schedule);
    }

    [Fact]
    public void Read_KindAlone_IsTheDomainOfItsOwnNameWithoutABudget()
    {
        var reading = Read("kind: facility");

        Assert.Empty(reading.Problems);
        Assert.Equal(new PowerDomainSpec { Source = "powerdomain/r7", Id = new(PowerDomainKind.Facility, "r7") }, reading.Spec);
    }

    [Fact]
    public void Read_EmptyNameAndParent_AreNone()
    {
        var reading = Read("{kind: row, name: '', parent: ''}");

        Assert.Empty(reading.Problems);
        Assert.Equal((new PowerDomainId(PowerDomainKind.Row, "r7"), null), (reading.Spec!.Id, reading.Spec.Parent));
    }

    [Theory]
    [InlineData("\"90kW\"")]
    [InlineData("\"\"")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1000000001")]
    [InlineData("99999999999999999999")]
    [InlineData("4e4")]
    [InlineData("40000.0")]
    [InlineData("true")]
    [InlineData("[40000]")]
    [InlineData("{a: 1}")]
    public void Read_BudgetThatIsNone_IsUnreadable(string budget)
    {
        var reading = Read($"{{kind: rack, budgetWatts: {budget}}}");

        Assert.Equal(PowerLocation.UnreadableBudget, reading.Spec!.BudgetWatts);
        Said(reading, "spec.budgetWatts: ", "expected whole watts between 1 and 1000000000");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0.5")]
    [InlineData("1.01")]
    [InlineData("80%")]
    [InlineData("NaN")]
    [InlineData("1e-60")]
    [InlineData("{}")]
    public void Read_DerateThatIsNone_MakesTheBudgetUnreadable(string derate)
    {
        var reading = Read($"{{kind: rack, budgetWatts: 40000, derate: {derate}}}");

        Assert.Equal(PowerLocation.UnreadableBudget, reading.Spec!.BudgetWatts);
        Said(reading, "spec.derate: ", "expected a number above 0 and at most 1");
    }

    [Fact]
    public void Read_DerateThatIsNone_WithoutABudget_LeavesTheLabels()
    {
        var reading = Read("{kind: rack, derate: 2}");

        Assert.Null(reading.Spec!.BudgetWatts);
        Said(reading, "spec.derate: ", "expected a number");
    }

    [Theory]
    [InlineData("3N")]
    [InlineData("n")]
    [InlineData("false")]
    [InlineData("[]")]
    [InlineData("''")]
    public void Read_UnknownRedundancy_Is2N(string redundancy)
    {
        var reading = Read($"{{kind: pdu, budgetWatts: 40000, redundancy: {redundancy}}}");

        Assert.Equal((PowerRedundancy.Double, 40_000L), (reading.Spec!.Redundancy, reading.Spec.BudgetWatts!.Value));
        Said(reading, "spec.redundancy: ", "it is read as 2N");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1001")]
    [InlineData("five")]
    public void Read_UnitsThatAreNone_LeaveHalf(string units)
    {
        var reading = Read($"{{kind: pdu, budgetWatts: 40000, redundancy: N+1, units: {units}}}");

        Assert.Equal((PowerRedundancy.OneSpare, 0), (reading.Spec!.Redundancy, reading.Spec.Units));
        Said(reading, "spec.units: ", "half of the budget");
    }

    [Theory]
    [InlineData("baseWatts", "-1")]
    [InlineData("baseWatts", "some")]
    [InlineData("coolingWatts", "0")]
    [InlineData("coolingWatts", "2000000000")]
    [InlineData("parent", "pdu-1")]
    [InlineData("parent", "pdu/")]
    [InlineData("parent", "feed/a")]
    [InlineData("parent", "[pdu/pdu-1]")]
    [InlineData("schedule", "none")]
    [InlineData("schedule", "{}")]
    public void Read_WhatDecidesWattsAndIsNone_ClosesTheDomain(string key, string value)
    {
        var reading = Read($"{{kind: rack, budgetWatts: 40000, {key}: {value}}}");

        var window = Assert.Single(reading.Spec!.Schedule);
        Assert.Equal(($"unreadable {key}", 0L), (window.Name, window.BudgetWatts));
        Assert.True(window.Overlaps(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch));
        Said(reading, $"spec.{key}: ", "nothing more is admitted to the domain until it can be read");
    }

    [Fact]
    public void Read_TooManyWindows_ClosesTheDomain()
    {
        var windows = string.Join(", ", Enumerable.Range(0, 101).Select(i => $"{{name: w{i}, budgetWatts: 1, end: \"2000-01-01T00:00:00Z\"}}"));

        var reading = Read($"{{kind: rack, schedule: [{windows}]}}");

        Assert.Equal("unreadable schedule", Assert.Single(reading.Spec!.Schedule).Name);
        Said(reading, "spec.schedule: ", "at most 100 windows");
    }

    [Theory]
    [InlineData("{budgetWatts: 1}", "spec.kind: nothing, expected one of rack, pdu, row, facility")]
    [InlineData("{kind: Rack}", "spec.kind: \"Rack\", expected one of")]
    [InlineData("{kind: [rack]}", "spec.kind: a list of \"rack\", expected one of")]
    [InlineData("{kind: rack, name: {a: b}}", "spec.name: an object, expected the name of the domain")]
    [InlineData("[]", "spec: a list, expected an object")]
    public void Read_NobodyKnowsWhichDomain_IsLeftOutWithAnError(string spec, string said)
    {
        var reading = Read(spec);

        Assert.Null(reading.Spec);
        Said(reading, said, "");
    }

    [Fact]
    public void Read_NoSpecAtAll_IsLeftOutWithAnError()
    {
        var reading = PowerDomainReader.Read(Yaml.Tree("{apiVersion: toposcheduler.io/v1alpha1, kind: PowerDomain, metadata: {name: r7}}"));

        Assert.Null(reading.Spec);
        Said(reading, "spec.kind: nothing", "");
    }

    [Fact]
    public void Read_UnknownKey_IsToldAndTheRestCounts()
    {
        var reading = Read("{kind: rack, budgetWats: 40000, schedule: [{name: w, budgetWatts: 1, begin: now, end: '2000-01-01T00:00:00Z'}]}");

        Assert.Null(reading.Spec!.BudgetWatts);
        Assert.Equal([Severity.Warning, Severity.Warning], reading.Problems.Select(p => p.Severity));
        Assert.Contains("spec: unknown key \"budgetWats\"", reading.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("spec.schedule[0]: unknown key \"begin\"", reading.Problems[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NameNoNodeCanCarry_IsUsedWithAWarning()
    {
        var reading = Read("{kind: rack, name: 'rack 7'}");

        Assert.Equal("rack 7", reading.Spec!.Id.Name);
        Assert.Equal(Severity.Warning, Assert.Single(reading.Problems).Severity);
    }

    [Fact]
    public void Read_WithoutAName_UsesThatOfTheDomain()
    {
        var reading = PowerDomainReader.Read(Yaml.Tree("{kind: PowerDomain, spec: {kind: rack, name: r7, budgetWatts: 5}}"));

        Assert.Equal(("powerdomain/?", "rack/r7"), (reading.Spec!.Source, reading.Spec.Id.ToString()));
        Said(reading, "metadata.name: ", "expected a name");
    }

    [Fact]
    public void Read_StatusAlone_ChangesNothingInWhatIsSaid()
    {
        var (before, after) = (Read("{kind: rack, budgetWatts: x}"), PowerDomainReader.Read(Yaml.Tree(
            "{metadata: {name: r7, resourceVersion: '8'}, spec: {kind: rack, budgetWatts: x}, status: {committedWatts: 7, message: a}}")));

        // Problems name lines, which objects of the API server do not have.
        Assert.Equal(before.Spec! with { Problems = [] }, after.Spec! with { Problems = [] });
    }

    private static PowerDomainReading Read(string spec)
    {
        var indented = spec.StartsWith('{') || spec.StartsWith('[') ? " " + spec : "\n  " + spec.ReplaceLineEndings("\n  ");
        return PowerDomainReader.Read(Yaml.Tree($"apiVersion: toposcheduler.io/v1alpha1\nkind: PowerDomain\nmetadata: {{name: r7}}\nspec:{indented}\n"));
    }

    // Every error names the object, the field, the value and what was expected.
    private static void Said(PowerDomainReading reading, string start, string part)
    {
        Assert.Contains(reading.Problems, p => p.Severity == Severity.Error && p.Object == (reading.Spec?.Source ?? "powerdomain/r7")
            && p.Message.StartsWith(start, StringComparison.Ordinal) && p.Message.Contains(part, StringComparison.Ordinal) && p.Message.Contains(", expected ", StringComparison.Ordinal));
        if (reading.Spec is { } spec) Assert.Equal(reading.Problems, spec.Problems);
    }
}
