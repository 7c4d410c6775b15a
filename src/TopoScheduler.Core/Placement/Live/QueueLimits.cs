namespace TopoScheduler.Core.Placement.Live;

/// <summary>How much one look at the queue may cost.</summary>
public sealed record QueueLimits
{
    /// <summary>The defaults.</summary>
    public static QueueLimits Default { get; } = new();

    /// <summary>
    /// After this many plans no further gang is begun in one <see cref="GangQueue.Next"/>. The one in hand is finished: the search for the nodes of the head
    /// takes as many plans as there are bits in the number of running gangs, and a few more.
    /// </summary>
    /// <value>Default 64, at least 1.</value>
    public int MostPlansPerNext { get; init; } = 64;
}
