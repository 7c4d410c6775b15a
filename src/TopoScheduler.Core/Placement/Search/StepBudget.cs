namespace TopoScheduler.Core.Placement.Search;

/// <summary>Counts the steps of one plan. Only the bounded searches are limited; the tables are polynomial and merely counted.</summary>
internal sealed class StepBudget(long most)
{
    private long _bounded;

    /// <summary>Steps so far, of any kind.</summary>
    public long Steps { get; private set; }

    /// <summary>True when the bounded searches have used up their steps.</summary>
    public bool Exhausted => _bounded >= most;

    /// <summary>Counts table steps.</summary>
    public void Count(long steps) => Steps += steps;

    /// <summary>Takes steps from the bounded searches; false when there are none left.</summary>
    public bool Take(long steps)
    {
        if (_bounded >= most) return false;
        _bounded += steps;
        Steps += steps;
        return true;
    }
}
