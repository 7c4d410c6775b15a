using TopoScheduler.Core;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.PowerDomains;
using TopoScheduler.Kubernetes.Tests.Mapping;

namespace TopoScheduler.Kubernetes.Tests.PowerDomains;

public sealed class BudgetWindowReaderTests
{
    private static readonly DateTimeOffset Long = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("start: '2027-02-30T00:00:00Z'", "start")]
    [InlineData("start: '2027-01-31 16:00:00'", "start")]
    [InlineData("start: '2027-01-31T16:00:00'", "start")]
    [InlineData("start: tomorrow", "start")]
    [InlineData("end: 1800000000", "end")]
    [InlineData("start: ['2027-01-31T16:00:00Z']", "start")]
    [InlineData("start: '2027-01-31T16:00:00Z', end: '2027-01-31T16:00:00Z'", "end")]
    [InlineData("start: '2027-01-31T16:00:00Z', end: '2027-01-31T16:30:00+01:00'", "end")]
    [InlineData("days: [Monday], from: '08:00', to: '10:00'", "days")]
    [InlineData("days: [], from: '08:00', to: '10:00'", "days")]
    [InlineData("days: Mon, from: '08:00', to: '10:00'", "days")]
    [InlineData("days: [Mon, [Tue]], from: '08:00', to: '10:00'", "days")]
    [InlineData("from: '08:00', to: '10:00'", "days")]
    [InlineData("days: [Mon], from: '8:00', to: '10:00'", "from")]
    [InlineData("days: [Mon], from: '08:00', to: '24:00'", "to")]
    [InlineData("days: [Mon], from: '08:00'", "to")]
    [InlineData("days: [Mon], from: '08:00', to: '10:00', timeZone: Mars/Olympus", "timeZone")]
    [InlineData("days: [Mon], from: '08:00', to: '10:00', timeZone: ../../etc/passwd", "timeZone")]
    [InlineData("days: [Mon], from: '08:00', to: '10:00', timeZone: ''", "timeZone")]
    public void Read_TimeThatIsNone_CountsAtAllTimes(string time, string key)
    {
        var window = Read($"{{name: w, budgetWatts: 700, {time}}}", out var problems);

        Assert.Equal(700, window.BudgetWatts);
        Assert.True(window.Overlaps(Long, Long) && window.Overlaps(Long.AddYears(200), Long.AddYears(200)));
        Assert.Contains(problems, p => p.Severity == Severity.Error && p.Message.StartsWith($"spec.schedule[0].{key}: ", StringComparison.Ordinal)
            && p.Message.Contains("the window counts at all times", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{name: w, budgetWatts: 700}")]
    [InlineData("{name: w, budgetWatts: 700, start: '2027-01-31T16:00:00Z', days: [Mon], from: '08:00', to: '10:00'}")]
    public void Read_NoTimeOrTwo_CountsAtAllTimes(string text)
    {
        var window = Read(text, out var problems);

        Assert.Equal(700, window.BudgetWatts);
        Assert.True(window.Overlaps(Long, Long));
        Assert.StartsWith("spec.schedule[0]: ", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("budgetWatts: -1, ")]
    [InlineData("budgetWatts: 90kW, ")]
    [InlineData("budgetWatts: 1000000001, ")]
    [InlineData("")]
    public void Read_WattsThatAreNone_CloseTheDomainWhileItIsOpen(string watts)
    {
        var window = Read($"{{name: w, {watts}start: '2027-01-31T16:00:00Z'}}", out var problems);

        Assert.Equal((0L, new DateTimeOffset(2027, 1, 31, 16, 0, 0, TimeSpan.Zero)), (window.BudgetWatts, window.Start!.Value));
        Assert.Contains("while the window is open", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NothingAtAll_IsClosedAtAllTimesAndCalledByItsPlace()
    {
        var window = Read("~", out var problems);

        Assert.Equal(("spec.schedule[0]", 0L), (window.Name, window.BudgetWatts));
        Assert.True(window.Overlaps(Long, Long));
        Assert.Equal(3, problems.Count);
    }

    [Fact]
    public void Read_OnlyABeginOrAnEnd_IsReadAsItStands()
    {
        Assert.Equal((null, new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)), Ends("end: '2027-01-01T00:00:00Z'"));
        Assert.Equal((new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(250), null), Ends("start: '2027-01-01t02:00:00.25+02:00'"));

        static (DateTimeOffset?, DateTimeOffset?) Ends(string time)
        {
            var window = Read($"{{name: w, budgetWatts: 1, {time}}}", out var problems);
            Assert.Empty(problems);
            return (window.Start, window.End);
        }
    }

    [Fact]
    public void Read_WeeklyWithoutAZone_IsUtc()
    {
        var window = Read("{name: w, budgetWatts: 1, days: [Tue, Tue], from: '08:00', to: '08:00'}", out var problems);

        Assert.Empty(problems);
        Assert.Equal((DayOfWeek.Tuesday, TimeZoneInfo.Utc), (Assert.Single(window.Days), window.Zone));
        // From a time of day to the same one: a whole day.
        Assert.True(window.Overlaps(new(2027, 2, 3, 7, 59, 59, TimeSpan.Zero), default));
        Assert.False(window.Overlaps(new(2027, 2, 3, 8, 0, 0, TimeSpan.Zero), default));
    }

    private static BudgetWindow Read(string window, out IReadOnlyList<Problem> problems)
    {
        var reading = PowerDomainReader.Read(Yaml.Tree($"{{metadata: {{name: r7}}, spec: {{kind: rack, schedule: [{window}]}}}}"));
        problems = reading.Problems;
        return Assert.Single(reading.Spec!.Schedule);
    }
}
