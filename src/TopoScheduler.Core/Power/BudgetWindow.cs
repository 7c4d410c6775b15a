using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>
/// A time in which a power domain has less: demand response, maintenance. Either once, from <see cref="Start"/> to <see cref="End"/>, or every week on
/// some days from one time of day to another. A window only lowers: outside of it, and where it states more, the domain's own budget counts.
/// </summary>
public sealed record BudgetWindow
{
    // Clocks are set back and forth by an hour at most, so a window that begins on one of these days may reach into the time asked about.
    private const int DaysBefore = 2;

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Usable watts of the domain while it lasts; 0 closes the domain.</summary>
    public required long BudgetWatts { get; init; }

    /// <summary>When a window that comes once begins; null: it has begun.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>When a window that comes once is over (this moment is outside); null: never.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Days on which a weekly window begins; empty for one that comes once.</summary>
    public ImmutableArray<DayOfWeek> Days { get; init; } = [];

    /// <summary>Time of day at which a weekly window begins.</summary>
    public TimeOnly From { get; init; }

    /// <summary>Time of day at which a weekly window ends; not after <see cref="From"/>: on the next day.</summary>
    public TimeOnly To { get; init; }

    /// <summary>Whose time of day, for a weekly window.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Whether the window has a moment in common with the time from one moment (inside) until another (outside); at least the first counts.</summary>
    public bool Overlaps(DateTimeOffset from, DateTimeOffset until)
    {
        if (until <= from) until = from.AddTicks(1);
        if (Days.IsDefaultOrEmpty) return (Start ?? DateTimeOffset.MinValue) < until && (End ?? DateTimeOffset.MaxValue) > from;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, Zone).DateTime).AddDays(-DaysBefore);
        // A week and some days hold every day there is.
        for (var i = 0; i <= 7 + DaysBefore; i++, day = day.AddDays(1))
        {
            if (!Days.Contains(day.DayOfWeek)) continue;
            var (begins, ends) = On(day);
            if (begins < until && ends > from) return true;
        }

        return false;
    }

    /// <summary>The window as it is open at a moment, or next is; null when it is over for good. One without an end ends at the end of time.</summary>
    internal (DateTimeOffset Begins, DateTimeOffset Ends)? NextAfter(DateTimeOffset now)
    {
        if (Days.IsDefaultOrEmpty) return End <= now ? null : (Start ?? DateTimeOffset.MinValue, End ?? DateTimeOffset.MaxValue);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime).AddDays(-DaysBefore);
        for (var i = 0; i <= 7 + DaysBefore; i++, day = day.AddDays(1))
        {
            if (Days.Contains(day.DayOfWeek) && On(day) is var found && found.Ends > now) return found;
        }

        return null;
    }

    /// <summary>Moments after one, up to another, at which the window ends.</summary>
    internal IEnumerable<DateTimeOffset> Ends(DateTimeOffset from, DateTimeOffset until)
    {
        if (Days.IsDefaultOrEmpty)
        {
            if (End is { } end && end > from && end <= until) yield return end;
            yield break;
        }

        for (var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, Zone).DateTime).AddDays(-DaysBefore); ; day = day.AddDays(1))
        {
            var (begins, ends) = On(day);
            if (begins > until) yield break;
            if (Days.Contains(day.DayOfWeek) && ends > from && ends <= until) yield return ends;
        }
    }

    /// <inheritdoc/>
    public bool Equals(BudgetWindow? other) =>
        other is not null && Name == other.Name && BudgetWatts == other.BudgetWatts && Start == other.Start && End == other.End
        && Days.SequenceEqual(other.Days) && From == other.From && To == other.To && Zone.Equals(other.Zone);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, BudgetWatts, Start, End, From, To);

    // Where clocks are set back a time of day comes twice: the window begins at the first and ends at the second. One that is left out is taken as the
    // moment of the change.
    private (DateTimeOffset Begins, DateTimeOffset Ends) On(DateOnly day) => (Moment(day, From, last: false), Moment(To > From ? day : day.AddDays(1), To, last: true));

    private DateTimeOffset Moment(DateOnly day, TimeOnly time, bool last)
    {
        var local = day.ToDateTime(time);
        if (Zone.IsAmbiguousTime(local))
        {
            var offsets = Zone.GetAmbiguousTimeOffsets(local);
            return new(local, last ? offsets.Min() : offsets.Max());
        }

        return new(local, Zone.GetUtcOffset(local));
    }
}
