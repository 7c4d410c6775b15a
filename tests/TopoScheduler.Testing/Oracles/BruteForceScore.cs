namespace TopoScheduler.Testing.Oracles;

/// <summary>Parts 1, 2, 4 and 5 of the order for one placement; lower is better, left to right.</summary>
/// <param name="LeftOut">Members left out.</param>
/// <param name="PreferredMissed">The preferred tier is missed.</param>
/// <param name="OwnTimeMs">Own time.</param>
/// <param name="Spread">Part 5, packed so that smaller is better: four bits a figure, widest tier first.</param>
public readonly record struct BruteForceScore(int LeftOut, bool PreferredMissed, double OwnTimeMs, long Spread) : IComparable<BruteForceScore>
{
    /// <inheritdoc/>
    public int CompareTo(BruteForceScore other)
    {
        var order = LeftOut.CompareTo(other.LeftOut);
        if (order == 0) order = PreferredMissed.CompareTo(other.PreferredMissed);
        if (order == 0) order = OwnTimeMs.CompareTo(other.OwnTimeMs);
        return order == 0 ? Spread.CompareTo(other.Spread) : order;
    }
}
