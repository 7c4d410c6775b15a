namespace TopoScheduler.Core.Placement.Search;

/// <summary>A placement found, with its place in the total order.</summary>
/// <param name="Counts">By kind, by node index.</param>
/// <param name="NodeOf">Node index by member index.</param>
/// <param name="Score">Its parts of the order.</param>
internal sealed record Candidate(int[][] Counts, int[] NodeOf, ScoreCard Score);
