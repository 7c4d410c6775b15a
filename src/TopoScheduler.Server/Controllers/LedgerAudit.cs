using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Server.Controllers;

/// <summary>Compares what is promised with what the watch has shown of the gangs we take care of.</summary>
/// <param name="state">The live state.</param>
/// <param name="book">Pods without a node.</param>
/// <param name="roster">Pods of gangs.</param>
internal sealed class LedgerAudit(ClusterState state, PodBook book, GangRoster roster)
{
    /// <summary>One comparison.</summary>
    public LedgerDrift Compare()
    {
        var (podsWithoutHold, otherNode) = (0, 0);
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var gang in roster.Gangs)
        {
            var reservation = state.ReservationOf(gang);
            foreach (var pod in roster.PodsOf(gang))
            {
                there.Add(pod.Uid);
                if (pod.NodeName is { } node)
                {
                    if (state.BoundPod(pod.Uid)?.NodeName != node) otherNode++;
                }
                else if (pod is { IsReleased: true, Member: not null, PinnedNode: { } pin, Terminating: false } && reservation?.HoldOf(pod.Uid)?.Pod.NodeName != pin)
                {
                    podsWithoutHold++;
                }
            }
        }

        return new(podsWithoutHold, state.Claims.Count(uid => !there.Contains(uid) && !book.Knows(uid)), otherNode);
    }
}
