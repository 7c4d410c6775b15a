namespace TopoScheduler.Core.Placement.Search;

/// <summary>One cell of a table: a way to place a vector of members below a vertex, its cost, and how it came about.</summary>
internal struct Entry
{
    /// <summary><see cref="Right"/> of an entry made from one other entry, <see cref="Left"/>, of the same or another space.</summary>
    public const int FromOne = -2;

    /// <summary><see cref="Right"/> of an entry of a node: <see cref="Left"/> is the node, the vector says what it takes.</summary>
    public const int FromNode = -3;

    /// <summary><see cref="Right"/> of the entry for nothing at all.</summary>
    public const int Nothing = -4;

    /// <summary>The vector of counts.</summary>
    public int Vector;

    /// <summary>Entry of the earlier children.</summary>
    public int Left;

    /// <summary>Entry of the later child, or one of the markers.</summary>
    public int Right;

    /// <summary>The vector in bit fields.</summary>
    public ulong Packed;

    /// <summary>Part 5 (see <see cref="CostModel"/>).</summary>
    public UInt128 Spread;

    /// <summary>Part 6.</summary>
    public UInt128 Tight;

    /// <summary>Part 7, as a leaning: members times how empty their fullest power domain was, in thousandths.</summary>
    public int Slack;

    /// <summary>Draw added, in watts; 0 where nobody asks.</summary>
    public long Watts;

    /// <summary>Compares by the order, then watts; or by watts first.</summary>
    public static int Compare(in Entry a, in Entry b, bool wattsFirst)
    {
        if (wattsFirst && a.Watts != b.Watts) return a.Watts < b.Watts ? -1 : 1;
        if (a.Spread != b.Spread) return a.Spread < b.Spread ? -1 : 1;
        if (a.Tight != b.Tight) return a.Tight < b.Tight ? -1 : 1;
        if (a.Slack != b.Slack) return a.Slack < b.Slack ? -1 : 1;
        return a.Watts.CompareTo(b.Watts);
    }
}
