using TopoScheduler.Core.Power;

namespace TopoScheduler.Server.Readings;

/// <summary>What one query brought.</summary>
/// <param name="Query">The query.</param>
/// <param name="Readings">Its readings.</param>
/// <param name="Refused">Rows that make none.</param>
/// <param name="Trouble">What is wrong with the answer, or with the first of those rows; null for nothing.</param>
/// <param name="Fault">Why there is no answer; null where there is one.</param>
internal sealed record QueryOutcome(PowerQuery Query, IReadOnlyList<PowerReading> Readings, int Refused, string? Trouble, PrometheusFault? Fault);
