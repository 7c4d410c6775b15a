using System.Collections.Concurrent;
using System.Net;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Kubernetes.Placements;

/// <summary>
/// Takes our gate off every waiting pod, without a place for it: what is left to do where nobody places gangs any more, because they would wait for ever.
/// Goes over the pods until a look finds none: more are made meanwhile. Repeating it does no harm.
/// </summary>
/// <param name="client">The API server.</param>
public sealed class GateRemoval(ApiClient client)
{
    private const int AtOnce = 8;
    private const int MostPasses = 10;

    private static readonly KeyValuePair<string, string>[] LetGo = [KeyValuePair.Create(AnnotationKeys.ScaleUp, GateRelease.Ungated)];

    private readonly ConcurrentDictionary<string, int> _removed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);

    /// <summary>Only the pods of this namespace; null: all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Told how many gates came off, of how many found up to now.</summary>
    public Action<int, int>? Progress { get; init; }

    /// <summary>
    /// Time from the end of the webhook that puts gates on to the first look: the API server goes on calling it for a moment.
    /// </summary>
    /// <value>Default 2 s.</value>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Pods that wait behind our gate, by namespace.</summary>
    /// <exception cref="ApiException">The server refuses to list pods.</exception>
    /// <exception cref="ApiUnavailableException">The server does not answer.</exception>
    public async Task<IReadOnlyDictionary<string, int>> CountAsync(CancellationToken cancellation) =>
        (await ListAsync(cancellation).ConfigureAwait(false)).CountBy(p => p.Namespace).ToDictionary(StringComparer.Ordinal);

    /// <summary>Deletes the webhook that puts gates on. False when there is none.</summary>
    /// <param name="name">Name of its configuration.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ApiException">The server refuses.</exception>
    /// <exception cref="ApiUnavailableException">The server does not answer.</exception>
    public async Task<bool> DeleteWebhookAsync(string name, CancellationToken cancellation)
    {
        if (!await client.DeleteAsync(ApiResource.MutatingWebhooks.Path(name: name), null, cancellation).ConfigureAwait(false)) return false;
        await Task.Delay(Settle, client.Time, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes the gates off.</summary>
    /// <returns>What became of them.</returns>
    /// <exception cref="ApiException">The server refuses to list pods.</exception>
    /// <exception cref="ApiUnavailableException">The server does not answer.</exception>
    public async Task<GateRemovalResult> RunAsync(CancellationToken cancellation)
    {
        var found = 0;
        var (last, lastRemoved) = (new HashSet<string>(StringComparer.Ordinal), -1);
        for (var pass = 1; ; pass++)
        {
            var waiting = await ListAsync(cancellation).ConfigureAwait(false);
            var before = Removed;
            // The same pods, and none of them was let go: the server would refuse again.
            var isStuck = before == lastRemoved && last.SetEquals(waiting.Select(p => p.Uid));
            if (waiting.Count == 0 || isStuck || pass > MostPasses) return Result(waiting);
            (last, lastRemoved, found) = ([.. waiting.Select(p => p.Uid)], before, Math.Max(found, before + waiting.Count));
            _refused.Clear();
            var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
            await Parallel.ForEachAsync(waiting, options, async (pod, stop) =>
            {
                await RemoveAsync(pod, stop).ConfigureAwait(false);
                Progress?.Invoke(Removed, found);
            }).ConfigureAwait(false);
        }
    }

    private int Removed => _removed.Values.Sum();

    private GateRemovalResult Result(IReadOnlyList<GangPod> left) => new(
        _removed.OrderBy(n => n.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
        [.. left.OrderBy(IdOf, StringComparer.Ordinal).Select(p => new GateRemovalFailure(p.Namespace, p.Name, _refused.GetValueOrDefault(IdOf(p), "it was made while gates were taken off")))]);

    private static string IdOf(GangPod pod) => $"{pod.Namespace}/{pod.Name}";

    // A pod that waits has no node and so is Pending.
    private async Task<IReadOnlyList<GangPod>> ListAsync(CancellationToken cancellation)
    {
        var pending = new ApiSelection(ApiResource.Pods.Path(Namespace), "status.phase=Pending");
        return (await client.ListAsync(pending, tree => GangPod.Read(tree) is { Gated: true } pod ? pod : null, null, cancellation).ConfigureAwait(false)).Items;
    }

    private async Task RemoveAsync(GangPod pod, CancellationToken cancellation)
    {
        try
        {
            await client.PatchAsync(ApiResource.Pods.Path(pod.Namespace, pod.Name), PatchKind.StrategicMerge, GateRelease.Patch(pod, null, LetGo), cancellation).ConfigureAwait(false);
            _removed.AddOrUpdate(pod.Namespace, 1, (_, count) => count + 1);
        }
        catch (ApiException e) when (e.Status.Code is (int)HttpStatusCode.NotFound or (int)HttpStatusCode.Conflict)
        {
            // It is gone, or somebody else writes it: the next look tells.
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            _refused[IdOf(pod)] = e is ApiException refused ? refused.Status.Message : e.Message;
        }
    }
}
