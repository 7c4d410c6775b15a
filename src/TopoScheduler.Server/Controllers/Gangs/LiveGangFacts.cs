using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>What the controller knows of a gang, for an explanation.</summary>
/// <param name="Gang">The gang as it was last read; null as long as it was not.</param>
/// <param name="Facts">The facts.</param>
/// <param name="Cluster">The cluster they are about.</param>
public sealed record LiveGangFacts(Gang? Gang, WaitFacts Facts, ClusterSnapshot Cluster);
