using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Server.Answers;

/// <summary>The snapshot a question is answered from.</summary>
/// <param name="Snapshot">Nodes, pods and power domains; what is promised to pods that are not there yet counts like pods.</param>
/// <param name="Version">Which of the snapshots that questions have been answered from since the start, from 1.</param>
/// <param name="Since">When it was first looked at.</param>
public sealed record LiveView(ClusterSnapshot Snapshot, long Version, DateTimeOffset Since);
