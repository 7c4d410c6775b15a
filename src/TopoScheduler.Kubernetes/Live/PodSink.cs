using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Watching;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>
/// Where the watch of pods puts what it sees: bound pods into the state, those without a node into the book, the others out of both; and members of gangs
/// we take care of into the roster, last, so that whoever is told finds the rest up to date.
/// </summary>
/// <param name="state">The live state.</param>
/// <param name="book">Whom pods belong to.</param>
/// <param name="roster">The gangs we take care of.</param>
internal sealed class PodSink(ClusterState state, PodBook book, GangRoster roster) : IWatchSink<PodSighting>
{
    /// <summary>Told the uid of each pod that is shown bound, or let go by its gate. Null: nobody.</summary>
    public Action<string>? Seen { get; init; }

    /// <inheritdoc/>
    public void Replace(IReadOnlyList<PodSighting> items)
    {
        state.ReplacePods(items.Select(p => p.Bound).OfType<PodInfo>());
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pod in items)
        {
            if (pod.Bound is not null) book.Bound(pod.Uid);
            else if (pod.Pending is not null) book.Upsert(pod.Pending);
            else continue;
            there.Add(pod.Uid);
        }

        foreach (var gone in book.Known.Where(uid => !there.Contains(uid)).ToList())
        {
            Forget(gone);
        }

        // A pod that had claimed a hold and was never seen: its hold must not wait for it.
        state.GiveUpClaims(there);

        roster.Replace(items.Select(p => p.Member).OfType<GangPod>());
    }

    /// <inheritdoc/>
    public void Upsert(PodSighting item)
    {
        if (item.Bound is { } bound)
        {
            book.Bound(item.Uid);
            state.Upsert(bound);
        }
        else if (item.Pending is { } pending)
        {
            book.Upsert(pending);
        }
        else
        {
            Forget(item.Uid);
            return;
        }

        if (item.Bound is not null || item.Member is { Gated: false }) Seen?.Invoke(item.Uid);
        if (item.Member is { } member) roster.Upsert(member);
        else roster.Remove(item.Uid);
    }

    /// <inheritdoc/>
    public void Remove(ObjectKey key) => Forget(key.Uid);

    private void Forget(string uid)
    {
        book.Remove(uid);
        state.RemovePod(uid);
        roster.Remove(uid);
    }
}
