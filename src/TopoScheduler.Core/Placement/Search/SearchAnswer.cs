namespace TopoScheduler.Core.Placement.Search;

/// <summary>What one search for one size, cap and scope ended in.</summary>
/// <param name="Best">The best placement found; null for none.</param>
/// <param name="Proved">True when a missing placement is proved not to exist.</param>
internal sealed record SearchAnswer(Candidate? Best, bool Proved);
