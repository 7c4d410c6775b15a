using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Holds room for the rest of gangs that were half bound when their scheduler ended and whose plan was not written in time. Before anybody else is answered:
/// the members that are bound cannot move, so room beside them that others take would never be theirs.
/// </summary>
/// <param name="state">The live state.</param>
/// <param name="book">Whom pods belong to.</param>
/// <param name="roster">Members that are bound.</param>
/// <param name="policy">How the rest is planned.</param>
internal sealed class UnfinishedGangs(ClusterState state, PodBook book, GangRoster roster, PlacementPolicy policy)
{
    private readonly GangPlanner _planner = new(state, policy);

    /// <summary>Gangs of which a member is bound.</summary>
    public IEnumerable<GangKey> Begun => roster.Gangs.Where(gang => roster.PodsOf(gang).Any(p => p.GangSize > 1 && p.NodeName is not null));

    /// <summary>Holds room for the waiting members of those gangs, in order of their names. What has no room waits as it would have.</summary>
    /// <param name="waiting">The pods without a node.</param>
    /// <param name="holdUntil">When that lapses unless members ask.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The gangs of which members are held now that were not.</returns>
    public async Task<IReadOnlyList<GangKey>> HoldAsync(WaitingPods waiting, DateTimeOffset holdUntil, CancellationToken cancellation)
    {
        var held = new List<GangKey>();
        foreach (var key in Begun.OrderBy(g => g.Id, StringComparer.Ordinal))
        {
            if (waiting.Of(key).Values.FirstOrDefault() is not { } pod) continue;
            var subject = await book.SubjectOfAsync(pod, cancellation).ConfigureAwait(false);
            if (subject.Incomplete is not null || subject.Gang.Roles.IsEmpty || subject.Gang.Key != key) continue;
            var before = state.ReservationOf(key);
            if (GangSeats.Choose(subject.Gang, pod["metadata"]["uid"].Text, subject.Member, subject.Role, before, state.BoundMembers(key)) is not { } member) continue;
            if (before?.HoldOf(member) is null && _planner.Reserve(subject.Gang, member, holdUntil).Reservation is not null) held.Add(key);
        }

        return held;
    }
}
