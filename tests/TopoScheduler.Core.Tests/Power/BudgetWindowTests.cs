using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>When a window has a moment in common with a time asked about.</summary>
public sealed class BudgetWindowTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly DayOfWeek[] Weekdays = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    [Theory]
    [InlineData(0, 60, true)]
    [InlineData(0, 30, false)]
    [InlineData(0, 31, true)]
    [InlineData(45, 0, true)]
    [InlineData(89, 600, true)]
    [InlineData(90, 600, false)]
    public void Overlaps_Once_BeginsInsideAndEndsOutside(int fromMinutes, int length, bool expected)
    {
        var window = new BudgetWindow { Name = "repair", BudgetWatts = 1, Start = Noon.AddMinutes(30), End = Noon.AddMinutes(90) };
        var from = Noon.AddMinutes(fromMinutes);
        Assert.Equal(expected, window.Overlaps(from, from.AddMinutes(length)));
    }

    [Fact]
    public void Overlaps_WithoutStartAndEnd_Always()
    {
        var window = new BudgetWindow { Name = "always", BudgetWatts = 1 };
        Assert.True(window.Overlaps(DateTimeOffset.MinValue, DateTimeOffset.MinValue));
        Assert.True(window.Overlaps(Noon, Noon.AddYears(100)));
    }

    // 2026-03-04 is a Wednesday.
    [Theory]
    [InlineData("2026-03-04T16:59Z", 0, false)]
    [InlineData("2026-03-04T17:00Z", 0, true)]
    [InlineData("2026-03-04T19:59Z", 0, true)]
    [InlineData("2026-03-04T20:00Z", 0, false)]
    [InlineData("2026-03-06T20:00Z", 48 * 60, false)]
    [InlineData("2026-03-06T20:00Z", 69 * 60 + 1, true)]
    [InlineData("2026-03-07T10:00Z", 365 * 24 * 60, true)]
    public void Overlaps_Weekdays_OnTheseDaysOnly(string from, int minutes, bool expected)
    {
        var window = new BudgetWindow { Name = "evening", BudgetWatts = 1, Days = [.. Weekdays], From = new(17, 0), To = new(20, 0) };
        var begins = DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expected, window.Overlaps(begins, begins.AddMinutes(minutes)));
    }

    [Theory]
    [InlineData("2026-03-07T21:59Z", false)]
    [InlineData("2026-03-07T22:00Z", true)]
    [InlineData("2026-03-08T05:59Z", true)]
    [InlineData("2026-03-08T06:00Z", false)]
    [InlineData("2026-03-07T03:00Z", false)]
    public void Overlaps_OverMidnight_BelongsToTheDayItBegins(string at, bool expected)
    {
        var window = new BudgetWindow { Name = "night", BudgetWatts = 1, Days = [DayOfWeek.Saturday], From = new(22, 0), To = new(6, 0) };
        var moment = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expected, window.Overlaps(moment, moment));
    }

    // Clocks in Berlin go from 02:00 to 03:00 on 2026-03-29 and from 03:00 to 02:00 on 2026-10-25.
    [Theory]
    [InlineData("2026-03-28T15:59Z", false)]
    [InlineData("2026-03-28T16:00Z", true)]
    [InlineData("2026-03-29T14:59Z", false)]
    [InlineData("2026-03-29T15:00Z", true)]
    [InlineData("2026-03-29T18:00Z", false)]
    public void Overlaps_InATimeZone_FollowsItsClocks(string at, bool expected)
    {
        var window = Evening(17, 20);
        var moment = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expected, window.Overlaps(moment, moment));
    }

    [Theory]
    [InlineData("2026-10-24T23:59Z", false)]
    [InlineData("2026-10-25T00:00Z", true)]
    [InlineData("2026-10-25T01:29Z", true)]
    [InlineData("2026-10-25T01:30Z", false)]
    public void Overlaps_HourThatComesTwice_LastsThroughBoth(string at, bool expected)
    {
        var window = Evening(2, 2) with { To = new(2, 30) };
        var moment = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expected, window.Overlaps(moment, moment));
    }

    private static BudgetWindow Evening(int from, int to) =>
        new() { Name = "evening", BudgetWatts = 1, Days = [DayOfWeek.Saturday, DayOfWeek.Sunday], From = new(from, 0), To = new(to, 0), Zone = Berlin };
}
