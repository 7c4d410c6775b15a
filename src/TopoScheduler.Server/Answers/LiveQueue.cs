using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Controllers.Gangs;

namespace TopoScheduler.Server.Answers;

/// <summary>The gangs this replica places, for questions about them.</summary>
/// <param name="Roster">Their pods.</param>
/// <param name="FactsOfAsync">What is known of the gang of a key, and of the queue; of the queue alone without a key. Null when there is no such gang.</param>
public sealed record LiveQueue(GangRoster Roster, Func<Func<GangKey, bool>?, CancellationToken, Task<LiveGangFacts?>> FactsOfAsync);
