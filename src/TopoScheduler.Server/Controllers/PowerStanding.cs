namespace TopoScheduler.Server.Controllers;

/// <summary>How a power domain stands at a moment. Watts are those of the worst feed state.</summary>
/// <param name="BudgetWatts">What it may draw; null when nothing bounds it.</param>
/// <param name="Window">The open window that sets the budget; null when none does.</param>
/// <param name="CommittedWatts">What it is taken to carry: base load, nodes and pods, or what readings say.</param>
/// <param name="MeasuredWatts">What was measured; null where not all of it is.</param>
/// <param name="UsableWatts">What new pods below it could draw at most.</param>
internal sealed record PowerStanding(long? BudgetWatts, string? Window, long CommittedWatts, long? MeasuredWatts, long UsableWatts)
{
    /// <summary>Budget less committed watts; null when nothing bounds it.</summary>
    public long? HeadroomWatts => BudgetWatts - CommittedWatts;

    /// <summary>Headroom that no new pod can use; null when nothing bounds it.</summary>
    public long? StrandedWatts => HeadroomWatts is { } headroom ? Math.Max(0, headroom - UsableWatts) : null;

    /// <summary>It is taken to carry more than it may draw.</summary>
    public bool IsOver => HeadroomWatts < 0;
}
