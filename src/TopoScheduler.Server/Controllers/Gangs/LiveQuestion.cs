using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>A question for the facts of a gang, answered by the loop that owns them.</summary>
/// <param name="Wanted">Which gang; null: none in particular, the queue as a whole.</param>
internal sealed record LiveQuestion(Func<GangKey, bool>? Wanted)
{
    /// <summary>The answer; null when there is no such gang.</summary>
    public TaskCompletionSource<LiveGangFacts?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
