using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Asks for planned pods by name. The list of placements is newer than what the watch of pods has shown: a pod that went in between may be bound at any moment.
/// </summary>
/// <param name="writer">The API server.</param>
/// <param name="state">Told of pods that are bound.</param>
/// <param name="book">What pods take.</param>
/// <param name="roster">Told of pods that we have placed.</param>
internal sealed class PlannedPods(GangWriter writer, ClusterState state, PodBook book, GangRoster roster)
{
    /// <summary>Asks for those of a placement that nobody has shown yet.</summary>
    /// <param name="stored">The placement.</param>
    /// <param name="waiting">Names of its pods that are known to wait.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ApiException">The server does not say.</exception>
    /// <exception cref="ApiUnavailableException">The server does not answer.</exception>
    public async Task FindAsync(GangPlacement stored, IEnumerable<string> waiting, CancellationToken cancellation)
    {
        var known = roster.PodsOf(stored.Gang).Select(p => p.Name).Concat(waiting).ToHashSet(StringComparer.Ordinal);
        foreach (var member in stored.Status.Plan)
        {
            if (member.Pod.Length == 0 || known.Contains(member.Pod)) continue;
            if (await writer.FindAsync(stored.Gang.Namespace, member.Pod, cancellation).ConfigureAwait(false) is not { } tree) continue;
            if (GangPod.Read(tree) is not { } pod || pod.Gang != stored.Gang) continue;
            if (pod.NodeName is { } node) state.Upsert(book.OccupantOf(tree, pod.Namespace, node));
            roster.Upsert(pod);
        }
    }
}
