using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>What the controller knows of a gang, for an explanation.</summary>
/// <param name="Gang">The gang as it was last read; null as long as it was not.</param>
/// <param name="Facts">The facts.</param>
/// <param name="Cluster">The cluster they are about.</param>
public sealed record LiveGangFacts(Gang? Gang, WaitFacts Facts, ClusterSnapshot Cluster);

/// <summary>A question for the facts of a gang, answered by the loop that owns them.</summary>
/// <param name="Wanted">Which gang; null: none in particular, the queue as a whole.</param>
internal sealed record LiveQuestion(Func<GangKey, bool>? Wanted)
{
    /// <summary>The answer; null when there is no such gang.</summary>
    public TaskCompletionSource<LiveGangFacts?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
