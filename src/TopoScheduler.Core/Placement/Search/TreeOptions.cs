namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// A lower and an upper bound on members in every domain of a partition, weighted by kind.
/// </summary>
/// <param name="Partition">Index of the partition.</param>
/// <param name="Weights">By kind.</param>
/// <param name="Low">By domain; null for none.</param>
/// <param name="High">By domain.</param>
internal sealed record CountBound(int Partition, long[] Weights, long[]? Low, long[] High);

/// <summary>What one run of <see cref="TreeSearch"/> looks for, beyond fitting.</summary>
internal sealed record TreeOptions
{
    /// <summary>Prefer fewer NVLink domains to everything else.</summary>
    public bool NvLinkFirst { get; init; }

    /// <summary>A used NVLink domain holds at least this many GPUs of the gang: balance. 0 for any.</summary>
    public int MinGpusPerNvLink { get; init; }

    /// <summary>A used domain of this partition holds at least <see cref="MinPerDomain"/> members; -1 for none.</summary>
    public int MinPartition { get; init; } = -1;

    /// <summary>See <see cref="MinPartition"/>.</summary>
    public int MinPerDomain { get; init; }

    /// <summary>Bounds from spread and anti-affinity of the gang to itself.</summary>
    public IReadOnlyList<CountBound> Bounds { get; init; } = [];

    /// <summary>By node: most watts it may add, below 0 for a closed node; null for no limit. How side constraints are met.</summary>
    public long[]? NodeWatts { get; init; }

    /// <summary>Compare watts before the order: for a yes or no.</summary>
    public bool WattsFirst { get; init; }

    /// <summary>Only how many members fit is asked: of those ways to place as many below a vertex the one that draws least is kept.</summary>
    public bool CountOnly { get; init; }
}
