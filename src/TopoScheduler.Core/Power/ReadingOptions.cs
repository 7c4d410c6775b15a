namespace TopoScheduler.Core.Power;

/// <summary>What measured watts may do.</summary>
/// <param name="Recover">True: where less is measured than is reserved, what is measured counts, and a guard. False: readings only ever raise what counts.</param>
/// <param name="GuardPercent">The guard, in percent of the domain's budget.</param>
public sealed record ReadingOptions(bool Recover = false, int GuardPercent = 10);
