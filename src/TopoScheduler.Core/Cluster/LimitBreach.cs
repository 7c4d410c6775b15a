using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Cluster;

/// <summary>A limit that would be broken, with its figures.</summary>
/// <param name="Refusal">What kind of limit.</param>
/// <param name="Where">What has the limit: <c>node/n7</c>, <c>rack/r2</c>.</param>
/// <param name="Resource">The resource that is short, or <see cref="Watts"/>; empty where no amount is in the way.</param>
/// <param name="Taken">What would be taken of it; CPU in thousandths of a core.</param>
/// <param name="Limit">What there is of it.</param>
/// <param name="Feed">Of watts: the feed state in which the budget is broken.</param>
public sealed record LimitBreach(
    CommitRefusal Refusal, string Where, string Resource = "", long Taken = 0, long Limit = 0, FeedState Feed = FeedState.Normal)
{
    /// <summary>What <see cref="Resource"/> says of a power budget.</summary>
    public const string Watts = "W";
}
