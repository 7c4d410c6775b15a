using TopoScheduler.Core.Cluster;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Extender;

/// <summary>One state of the cluster as a request looks at it. Immutable.</summary>
/// <param name="Snapshot">The cluster.</param>
/// <param name="Names">Its node names by node index; shared by all snapshots of one topology.</param>
public sealed record ExtenderView(ClusterSnapshot Snapshot, NodeNameTable Names);
