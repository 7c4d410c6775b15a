using System.Collections.Concurrent;
using System.Net;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>The job that stands behind a pod.</summary>
/// <param name="IsKnown">False as long as the API server has not answered.</param>
/// <param name="Object">The job; null when there is none among the pod's controllers.</param>
internal readonly record struct OwningJob(bool IsKnown, Tree? Object);

/// <summary>
/// Finds the outermost controller of a pod that is a job of a kind we read: Pod → Job → JobSet. Controllers are fetched once; what is fetched is
/// remembered by uid, because another object of the same name is another job.
/// </summary>
public sealed class OwnerSource
{
    private const int MostRemembered = 4096;
    private const int MostSteps = 5;

    // The scheduler asks about one pod at a time: whoever waits here holds up all others.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    private readonly Func<string, CancellationToken, Task<Tree?>>? _get;
    private readonly ConcurrentDictionary<string, Task<Tree?>> _jobs = new(StringComparer.Ordinal);

    /// <summary>Asks by path.</summary>
    /// <param name="get">GET of an API path: the object, or null when there is none.</param>
    public OwnerSource(Func<string, CancellationToken, Task<Tree?>>? get) => _get = get;

    /// <summary>There is nobody to ask: no pod has a controller.</summary>
    public static OwnerSource None { get; } = new(null);

    /// <summary>False where there is nobody to ask.</summary>
    internal bool Asks => _get is not null;

    /// <summary>Starts to fetch a controller that will be asked for soon.</summary>
    internal void Prefetch(OwnerReference? controller)
    {
        if (controller is not null && _get is not null) _ = FetchAsync(controller);
    }

    /// <summary>The job behind a controller, waiting for the API server a moment.</summary>
    internal async ValueTask<OwningJob> JobOfAsync(OwnerReference controller, CancellationToken cancellation)
    {
        if (_get is null) return new(true, null);
        try
        {
            return new(true, await FetchAsync(controller).WaitAsync(LongestWait, cancellation).ConfigureAwait(false));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever went wrong, the next call asks again.
            if (e is not (TimeoutException or OperationCanceledException)) _jobs.TryRemove(controller.Uid, out _);
            return new(false, null);
        }
    }

    /// <summary>An object as it is now; null when there is none, another of its name, or no answer.</summary>
    internal async ValueTask<Tree?> AskAsync(OwnerReference owner, CancellationToken cancellation)
    {
        if (_get is null) return null;
        try
        {
            return await _get(owner.Path, cancellation).ConfigureAwait(false) is { } tree && tree["metadata"]["uid"].Text == owner.Uid ? tree : null;
        }
        catch (Exception e) when (e is Api.ApiException or Api.ApiUnavailableException)
        {
            return null;
        }
    }

    private Task<Tree?> FetchAsync(OwnerReference controller)
    {
        if (_jobs.Count >= MostRemembered) _jobs.Clear();
        return _jobs.GetOrAdd(controller.Uid, static (_, x) => x.Source.ClimbAsync(x.Controller), (Source: this, Controller: controller));
    }

    private async Task<Tree?> ClimbAsync(OwnerReference controller)
    {
        Tree? job = null;
        var next = controller;
        for (var step = 0; next is not null && step < MostSteps; step++)
        {
            // A DaemonSet, a ReplicaSet or a StatefulSet of services is no gang.
            if (next.Kind is "DaemonSet" or "ReplicaSet" or "Node") return null;
            if (await ReadAsync(next).ConfigureAwait(false) is not { } tree || tree["metadata"]["uid"].Text != next.Uid) break;
            if (JobKind.ReaderOf(ObjectName.Of(tree)) is not null) job = tree;
            next = OwnerReference.ControllerOf(tree);
        }

        return job;
    }

    // Permissions name the kinds we read: another kind above them (a workflow's, say) is none of ours, and its pods must not wait for it. One of our kinds that
    // may not be read is a fault to be told, not a pod alone.
    private async Task<Tree?> ReadAsync(OwnerReference owner)
    {
        try
        {
            return await _get!(owner.Path, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Api.ApiException e) when (e.Status.Code == (int)HttpStatusCode.Forbidden && JobKind.ReaderOf(new(owner.ApiVersion, owner.Kind, owner.Namespace, owner.Name, owner.Uid)) is null)
        {
            return null;
        }
    }
}
