using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Keeps an autoscaler from taking away the nodes that something is held on: they look empty until the pods are bound. It follows the holds, not the plans,
/// and never stands in the way of either: what could not be written is tried again. Marks that a leader before us has left are found by one list of nodes.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="state">What is held.</param>
/// <param name="logger">Where it is told.</param>
internal sealed partial class NodeKeepers(ApiClient client, ClusterState state, ILogger<NodeKeepers> logger)
{
    private const int MostAtOnce = 32;

    // A mark that was written and not confirmed: no gang has this name.
    private const string Unsure = "";

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly Dictionary<GangKey, HashSet<string>> _nodesOf = [];
    private readonly Dictionary<string, List<GangKey>> _gangsOn = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _marks = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _due = new(StringComparer.Ordinal);
    private bool _isListed;
    private DateTimeOffset? _retryAt;

    /// <summary>The holds of a gang may have changed.</summary>
    public void Follow(GangKey gang)
    {
        var now = (state.ReservationOf(gang)?.Holds ?? []).Select(h => h.Pod.NodeName).ToHashSet(StringComparer.Ordinal);
        var before = _nodesOf.GetValueOrDefault(gang) ?? [];
        if (now.SetEquals(before)) return;
        foreach (var node in before.Except(now))
        {
            _due.Add(node);
            if (_gangsOn[node].Remove(gang) && _gangsOn[node].Count == 0) _gangsOn.Remove(node);
        }

        foreach (var node in now.Except(before))
        {
            _due.Add(node);
            if (!_gangsOn.TryGetValue(node, out var gangs)) _gangsOn.Add(node, gangs = []);
            gangs.Add(gang);
        }

        if (now.Count == 0) _nodesOf.Remove(gang);
        else _nodesOf[gang] = now;
    }

    /// <summary>Marks the nodes that are held, and takes marks off those that are not.</summary>
    /// <returns>When to go on; null when something is held or given up.</returns>
    public async Task<DateTimeOffset?> StepAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        if (now < _retryAt) return _retryAt;
        var failed = !_isListed && !await TryListAsync(cancellation).ConfigureAwait(false);
        foreach (var node in _due.Take(MostAtOnce).ToList())
        {
            if (await TrySettleAsync(node, cancellation).ConfigureAwait(false)) _due.Remove(node);
            else failed = true;
        }

        _retryAt = failed ? now + RetryPause : null;
        return _retryAt ?? (_due.Count > 0 ? now : null);
    }

    private async Task<bool> TryListAsync(CancellationToken cancellation)
    {
        try
        {
            var left = await client.ListAsync(
                new(ApiResource.Nodes.Path()), node => ScaleDownHold.Read(node).HeldBy is { } gang ? new Mark(node["metadata"]["name"].Text, gang) : null, null, cancellation).ConfigureAwait(false);
            foreach (var mark in left.Items)
            {
                _marks.TryAdd(mark.Node, mark.Placement);
                _due.Add(mark.Node);
            }

            return _isListed = true;
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            LogNotListed(e.Message);
            return false;
        }
    }

    private async Task<bool> TrySettleAsync(string node, CancellationToken cancellation)
    {
        var wanted = (_gangsOn.GetValueOrDefault(node) ?? []).ConvertAll(GangPlacementName.Of);
        if (_marks.TryGetValue(node, out var known) ? wanted.Contains(known) : wanted.Count == 0) return true;
        try
        {
            await SettleAsync(node, wanted, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            LogFailed(node, e.Message);
            return false;
        }
    }

    private async Task SettleAsync(string node, List<string> wanted, CancellationToken cancellation)
    {
        var path = ApiResource.Nodes.Path(name: node);
        var tree = await client.GetAsync(path, cancellation).ConfigureAwait(false);
        var (isMarked, heldBy) = tree is null ? default : ScaleDownHold.Read(tree);
        // It is gone, nothing of ours is on it, or somebody else has marked it, and takes his mark off himself.
        if (tree is null || (heldBy is null && (isMarked || wanted.Count == 0)))
        {
            _marks.Remove(node);
            return;
        }

        if (isMarked && wanted.Contains(heldBy!))
        {
            _marks[node] = heldBy!;
            return;
        }

        _marks[node] = Unsure;
        await client.PatchAsync(path, PatchKind.Merge, ScaleDownHold.Patch(tree["metadata"]["resourceVersion"].Text, wanted.FirstOrDefault()), cancellation).ConfigureAwait(false);
        if (wanted.Count == 0) _marks.Remove(node);
        else _marks[node] = wanted[0];
    }

    private sealed record Mark(string Node, string Placement);

    [LoggerMessage(1, LogLevel.Warning, "what keeps nodes from being scaled down could not be written on node {Node}: {Reason}; it is tried again")]
    private partial void LogFailed(string node, string reason);

    [LoggerMessage(2, LogLevel.Warning, "nodes that were kept from being scaled down before cannot be found: {Reason}; it is tried again")]
    private partial void LogNotListed(string reason);
}
