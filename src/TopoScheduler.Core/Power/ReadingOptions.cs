namespace TopoScheduler.Core.Power;

/// <summary>What measured watts may do.</summary>
/// <param name="Recover">True: where less is measured than is reserved, what is measured counts, and a guard. False: readings only ever raise what counts.</param>
/// <param name="GuardPercent">The guard, in percent of the domain's budget.</param>
public sealed record ReadingOptions(bool Recover = false, int GuardPercent = 10)
{
    /// <summary>
    /// How long a pod has been bound before its meter speaks for it. Until then it counts with all that is reserved for it, as does a pod that is only
    /// promised: it pulls its image or loads its data, and draws more later.
    /// </summary>
    /// <value>Default 10 minutes.</value>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMinutes(10);
}
