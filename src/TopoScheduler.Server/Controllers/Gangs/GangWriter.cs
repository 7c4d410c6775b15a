using System.Net;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Everything the controller of gangs writes. Each write names what it is about by uid or version, so that a leader that has been replaced without knowing
/// it, or an object that was made again under its old name, is a refusal and no harm.
/// </summary>
/// <param name="client">The API server.</param>
internal sealed class GangWriter(ApiClient client)
{
    /// <summary>
    /// Writes a placement: makes the resource where there is none, corrects its spec where the gang was not fully known when it was made, then writes its
    /// status, which holds the plan.
    /// </summary>
    /// <param name="placement">As it should be.</param>
    /// <param name="stored">As it is; null where there is none.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<SaveAnswer> SaveAsync(GangPlacement placement, GangPlacement? stored, CancellationToken cancellation)
    {
        try
        {
            if (placement.Uid.Length == 0)
            {
                var created = await CreateAsync(placement, cancellation).ConfigureAwait(false);
                if (!created.Saved || created.Placement is not { } made) return created;
                placement = placement with { Uid = made.Uid, ResourceVersion = made.ResourceVersion };
            }

            else if (stored is not null && (stored.Size, stored.Min, stored.Gpus) != (placement.Size, placement.Min, placement.Gpus))
            {
                var whole = ApiResource.GangPlacements.Path(placement.Gang.Namespace, placement.Name);
                var corrected = await client.ReplaceAsync(whole, GangPlacementJson.Write(placement), cancellation).ConfigureAwait(false);
                placement = placement with { ResourceVersion = corrected["metadata"]["resourceVersion"].Text };
            }

            var path = ApiResource.GangPlacements.Path(placement.Gang.Namespace, placement.Name, "status");
            var tree = await client.ReplaceAsync(path, GangPlacementJson.Write(placement), cancellation).ConfigureAwait(false);
            return new(placement with { ResourceVersion = tree["metadata"]["resourceVersion"].Text }, true);
        }
        catch (ApiException e) when (e.Status.Code is (int)HttpStatusCode.Conflict or (int)HttpStatusCode.NotFound)
        {
            return await TheirsAsync(placement, e, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e)
        {
            return new(null, false, e.Status.Message);
        }
        catch (ApiUnavailableException e)
        {
            return new(null, false, e.Message);
        }
    }

    /// <summary>Deletes a placement whose gang is over. True when it is gone.</summary>
    public async Task<bool> DeleteAsync(GangPlacement placement, CancellationToken cancellation)
    {
        try
        {
            await client.DeleteAsync(ApiResource.GangPlacements.Path(placement.Gang.Namespace, placement.Name), placement.Uid, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Takes the gate off a pod.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="node">The node it is pinned to; null to let it go wherever the scheduler puts it.</param>
    /// <param name="annotations">What is written on it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What became of it, the pod as it is now, and what the server said.</returns>
    public async Task<(ReleaseOutcome Outcome, GangPod? Pod, string Message)> ReleaseAsync(
        GangPod pod, string? node, IEnumerable<KeyValuePair<string, string>> annotations, CancellationToken cancellation)
    {
        try
        {
            var path = ApiResource.Pods.Path(pod.Namespace, pod.Name);
            var tree = await client.PatchAsync(path, PatchKind.StrategicMerge, GateRelease.Patch(pod, node, annotations), cancellation).ConfigureAwait(false);
            return (ReleaseOutcome.Released, GangPod.Read(tree), "");
        }
        catch (ApiException e) when (e.Status.Code == (int)HttpStatusCode.NotFound)
        {
            return (ReleaseOutcome.Gone, null, e.Status.Message);
        }
        catch (ApiException e) when (e.Status.Code < 500 && e.Status.Code != (int)HttpStatusCode.Conflict)
        {
            return (ReleaseOutcome.Refused, null, e.Status.Message);
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            // A conflict is another pod of this name, which the watch will tell, or somebody who writes it at the same time.
            return (ReleaseOutcome.Unknown, null, e.Message);
        }
    }

    /// <summary>The pod of a name as it is now; null when there is none.</summary>
    /// <exception cref="ApiException">The server does not say.</exception>
    /// <exception cref="ApiUnavailableException">The server does not answer.</exception>
    public Task<Tree?> FindAsync(string ns, string name, CancellationToken cancellation) => client.GetAsync(ApiResource.Pods.Path(ns, name), cancellation);

    /// <summary>Asks how a pod is now. Known is false without an answer; the pod is null when it is gone or none of ours.</summary>
    public async Task<(bool IsKnown, GangPod? Pod)> LookAtAsync(GangPod pod, CancellationToken cancellation)
    {
        try
        {
            var tree = await client.GetAsync(ApiResource.Pods.Path(pod.Namespace, pod.Name), cancellation).ConfigureAwait(false);
            return (true, tree is not null && tree["metadata"]["uid"].Text == pod.Uid ? GangPod.Read(tree) : null);
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            return (false, null);
        }
    }

    /// <summary>
    /// Evicts a pod so that its controller makes another. Evicted and not deleted: so the pod says that it was no fault of its own, which a Job's
    /// <c>podFailurePolicy</c> may ignore. True when it is gone or going.
    /// </summary>
    public async Task<bool> ReplaceAsync(GangPod pod, CancellationToken cancellation) =>
        (await client.EvictAsync(new(pod.Namespace, pod.Name, pod.Uid), cancellation).ConfigureAwait(false)).Outcome
            is EvictOutcome.Evicted or EvictOutcome.NotFound or EvictOutcome.UidMismatch;

    /// <summary>All placements there are. A copy somebody made under another name is none.</summary>
    public async Task<IReadOnlyList<GangPlacement>> ListAsync(CancellationToken cancellation)
    {
        var all = await client.ListAsync(new(ApiResource.GangPlacements.Path()), GangPlacementReader.Read, null, cancellation).ConfigureAwait(false);
        return [.. all.Items.Where(p => p.Name == GangPlacementName.Of(p.Gang))];
    }

    private async Task<SaveAnswer> CreateAsync(GangPlacement placement, CancellationToken cancellation)
    {
        try
        {
            var path = ApiResource.GangPlacements.Path(placement.Gang.Namespace);
            return new(GangPlacementReader.Read(await client.CreateAsync(path, GangPlacementJson.Write(placement), cancellation).ConfigureAwait(false)), true);
        }
        catch (ApiException e) when (e.Status.Code == (int)HttpStatusCode.NotFound)
        {
            return new(null, false, "there is no namespace of this name, or no resource gangplacements.toposcheduler.io: has manifests/crds been applied?");
        }
    }

    // Somebody was faster, or has deleted it: then it is made anew next time.
    private async Task<SaveAnswer> TheirsAsync(GangPlacement placement, ApiException refusal, CancellationToken cancellation)
    {
        try
        {
            var tree = await client.GetAsync(ApiResource.GangPlacements.Path(placement.Gang.Namespace, placement.Name), cancellation).ConfigureAwait(false);
            return tree is null
                ? new(placement with { Uid = "", ResourceVersion = "" }, false)
                : new(GangPlacementReader.Read(tree), false, tree["metadata"]["deletionTimestamp"].Kind == TreeKind.Null ? null : refusal.Status.Message);
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            return new(null, false, e.Message);
        }
    }
}
