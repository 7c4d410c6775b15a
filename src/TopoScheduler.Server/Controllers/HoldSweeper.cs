using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Server.Controllers;

/// <summary>
/// Ends holds to which nothing happens any more. Those of planned members lapse by time. Whether an assumed pod was bound is asked of the API server, and
/// as long as it does not answer the pod keeps its hold.
/// </summary>
/// <param name="state">The live state.</param>
/// <param name="cluster">Where pods are looked up; null where there is no cluster and so no assumed pod.</param>
/// <param name="clock">What time it is.</param>
/// <param name="logger">Where lapsed holds are told.</param>
internal sealed partial class HoldSweeper(ClusterState state, LiveCluster? cluster, SteadyClock clock, ILogger<HoldSweeper> logger)
{
    /// <summary>One round.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        foreach (var lapsed in state.Expire(clock.Now))
        {
            LogLapsed(lapsed.Gang.Key.Id, lapsed.Holds.Length);
        }

        if (cluster is null) return;
        foreach (var hold in state.Doubtful(clock.Now))
        {
            switch (await cluster.LookAtAsync(hold.Pod.Template.Namespace, hold.Pod.Name, hold.Pod.Uid, cancellation).ConfigureAwait(false))
            {
                case PodWhereabouts.Gone:
                    state.RemovePod(hold.Pod.Uid);
                    break;
                case PodWhereabouts.Unbound:
                    state.Forget(hold.Pod.Uid);
                    break;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Gang}: nothing has happened for too long; {Holds} holds lapse")]
    private partial void LogLapsed(string gang, int holds);
}
