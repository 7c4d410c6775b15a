using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>What one domain may draw: at all times, and less in some.</summary>
/// <param name="Always">Watts outside of all windows; null when nothing bounds it then.</param>
/// <param name="Windows">Times in which it has less.</param>
/// <param name="By">The window <paramref name="Always"/> comes from, where it stands for the least of a while; else null.</param>
internal sealed record DomainBudget(long? Always, ImmutableArray<BudgetWindow> Windows, BudgetWindow? By = null)
{
    /// <summary>True where something bounds it at some time.</summary>
    public bool IsBounded => Always is not null || !Windows.IsEmpty;

    /// <summary>The least it has between two moments, and the window that says so; with no moment known the least it ever has.</summary>
    public (long? Watts, BudgetWindow? Window) Lowest(DateTimeOffset? from, TimeSpan length)
    {
        var (lowest, by) = (Always, By);
        foreach (var window in Windows)
        {
            if (lowest <= window.BudgetWatts) continue;
            if (from is { } begins && !window.Overlaps(begins, begins + length)) continue;
            (lowest, by) = (window.BudgetWatts, window);
        }

        return (lowest, by);
    }

    /// <summary>The least of a while, for all times.</summary>
    public DomainBudget Over(DateTimeOffset? from, TimeSpan length)
    {
        if (Windows.IsEmpty) return this;
        var (watts, window) = Lowest(from, length);
        return new(watts, [], window);
    }
}
