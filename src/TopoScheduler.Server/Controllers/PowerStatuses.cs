using System.Net;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.PowerDomains;

namespace TopoScheduler.Server.Controllers;

/// <summary>
/// Writes the status of every PowerDomain while this replica leads: only what has changed, and of one domain not more often than people read. Placing waits for
/// none of it, and what goes wrong here is told and tried again.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="state">The live state.</param>
/// <param name="book">The objects there are.</param>
/// <param name="time">What time it is.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed partial class PowerStatuses(ApiClient client, ClusterState state, PowerDomainBook book, TimeProvider time, ILogger<PowerStatuses> logger)
{
    // A walk through the tree of ten thousand nodes takes a while, and nobody reads faster.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, long> _triedAt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PowerStanding> _standings = new(StringComparer.Ordinal);
    private ClusterSnapshot? _cluster;
    private string _told = "";

    /// <summary>Writes until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await StepAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Tell(e.Message);
            }

            await Task.Delay(Interval, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what has changed and was not written a moment ago.</summary>
    internal async Task StepAsync(CancellationToken cancellation)
    {
        var due = book.All.Where(s => s.Reading.Spec is not null && !IsTooSoon(s.Uid)).ToList();
        if (due.Count == 0) return;
        Describe(state.Current);
        var (written, failed) = (0, 0);
        foreach (var sighting in due)
        {
            if (sighting.Reading.Spec is not { } spec || !_standings.TryGetValue(spec.Id.ToString(), out var standing)) continue;
            var wanted = PowerStatusText.Of(spec, sighting.Status, standing, time.GetUtcNow());
            if (sighting.Status?.SaysTheSame(wanted) == true) continue;
            _triedAt[sighting.Uid] = time.GetTimestamp();
            if (await IsWrittenAsync(sighting, wanted, cancellation).ConfigureAwait(false)) written++;
            else failed++;
        }

        if (written > 0 && failed == 0) _told = "";
    }

    private bool IsTooSoon(string uid) => _triedAt.TryGetValue(uid, out var at) && time.GetElapsedTime(at) < Pause;

    // The walk through the tree costs what the cluster has; what is written is the same as long as the snapshot is.
    private void Describe(ClusterSnapshot cluster)
    {
        if (ReferenceEquals(cluster, _cluster)) return;
        _cluster = cluster;
        _standings.Clear();
        var windows = cluster.Power.Domains.ToDictionary(d => d.Id, d => d.Window?.Name, StringComparer.Ordinal);
        foreach (var domain in PowerTreeReporter.Report(cluster).Domains) _standings[domain.Id] = new(domain, windows[domain.Id]);
        var known = book.All.Select(s => s.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _triedAt.Keys.Where(uid => !known.Contains(uid)).ToList()) _triedAt.Remove(gone);
    }

    // False when the server refuses or does not answer.
    private async Task<bool> IsWrittenAsync(PowerDomainSighting sighting, PowerDomainStatus status, CancellationToken cancellation)
    {
        try
        {
            var path = ApiResource.PowerDomains.Path(name: sighting.Name, part: "status");
            await client.PatchAsync(path, PatchKind.Merge, PowerDomainJson.Patch(sighting.ResourceVersion, status), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ApiException e) when (e.Status.Code is (int)HttpStatusCode.NotFound or (int)HttpStatusCode.Conflict)
        {
            // It is gone, was changed, or another one has its name: the watch will say so.
            return true;
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            Tell(e.Message);
            return false;
        }
    }

    // An API server that refuses one refuses all of them, every time.
    private void Tell(string reason)
    {
        if (reason == _told) return;
        _told = reason;
        LogNotWritten(reason);
    }

    [LoggerMessage(1, LogLevel.Warning, "the status of power domains is not written: {Reason}; it is tried again")]
    private partial void LogNotWritten(string reason);
}
