namespace TopoScheduler.Core.Distance;

/// <summary>What the ranks of a communicator do together.</summary>
internal enum CollectiveKind
{
    /// <summary>AllReduce over each group.</summary>
    AllReduce,

    /// <summary>AllToAll over each group.</summary>
    AllToAll,

    /// <summary>One message between the two ranks of each pair.</summary>
    PointToPoint,
}

/// <summary>One kind of traffic of a gang: groups of ranks that do the same collective at the same time. Its time is that of the slowest group.</summary>
internal sealed record Communicator
{
    /// <summary>The collective.</summary>
    public required CollectiveKind Kind { get; init; }

    /// <summary>Bytes per rank and step.</summary>
    public required double Bytes { get; init; }

    /// <summary>Ranks per group.</summary>
    public required int GroupSize { get; init; }

    /// <summary>Ranks by group: group 0 first, ascending inside a group. Empty for the whole gang, and for a group that is inside one pod.</summary>
    public int[] Ranks { get; init; } = [];

    /// <summary>True for a group that is one pod's own GPUs: always inside one NVLink domain.</summary>
    public bool InsidePod { get; init; }

    /// <summary>
    /// Groups whose first ranks fall into the same block of this many consecutive ranks run over the same nodes wherever each block is inside one node:
    /// then one of them speaks for all.
    /// </summary>
    public int BlockSize { get; init; } = 1;

    /// <summary>True for the ranks 0 … n−1 as one group.</summary>
    public bool IsWholeGang => Ranks.Length == 0 && !InsidePod;

    /// <summary>True when a group is a run of consecutive ranks.</summary>
    public bool IsContiguous => Ranks.Length > 0 && Ranks[GroupSize - 1] - Ranks[0] == GroupSize - 1;
}
