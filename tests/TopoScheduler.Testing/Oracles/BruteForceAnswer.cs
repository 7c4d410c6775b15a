namespace TopoScheduler.Testing.Oracles;

/// <summary>What enumeration found.</summary>
/// <param name="Fits">Some placement exists.</param>
/// <param name="Best">The best score, when one exists and scores were asked for.</param>
/// <param name="BestCounts">Members by node and role of the best placement.</param>
/// <param name="Placements">Placements looked at.</param>
public sealed record BruteForceAnswer(bool Fits, BruteForceScore Best, int[][]? BestCounts, long Placements);
