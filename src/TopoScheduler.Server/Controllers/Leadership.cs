using Microsoft.Extensions.Logging;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Leases;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Controllers;

/// <summary>Whether this replica schedules, and the work it does only while it does.</summary>
/// <param name="client">The API server; null where there is none, and so nobody else.</param>
/// <param name="options">How the leader is found.</param>
/// <param name="mode"><c>none</c>, <c>lease</c> or <c>scheduler</c>.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is told.</param>
internal sealed partial class Leadership(ApiClient? client, ElectionOptions options, string mode, TimeProvider time, ILogger<Leadership> logger)
{
    private readonly LeaseElector? _elector = mode == "lease" && client is not null ? new(client, LeaseOptions(options, logger)) : null;
    private readonly string _lease = NameOf(options, mode);
    private volatile bool _isNext;

    /// <summary>True while this replica schedules.</summary>
    public bool Leads => mode == "none" || (_elector?.IsLeader ?? _isNext);

    /// <summary>Does the work whenever this replica leads, until it is cancelled. The token of the work is cancelled when it leads no more.</summary>
    public Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellation) =>
        mode == "none" || client is null ? work(cancellation) : _elector?.RunAsync(work, cancellation) ?? FollowAsync(client, work, cancellation);

    private static string NameOf(ElectionOptions options, string mode) => options.Name ?? (mode == "scheduler" ? "kube-scheduler" : "toposcheduler");

    private static LeaseOptions LeaseOptions(ElectionOptions options, ILogger<Leadership> logger)
    {
        var lease = TimeSpan.FromSeconds(options.LeaseSeconds);
        var name = NameOf(options, "lease");
        return new()
        {
            Namespace = options.Namespace,
            Name = name,
            Identity = $"{options.Identity ?? Environment.MachineName}_{Guid.NewGuid():N}",
            Duration = lease,
            RenewDeadline = lease * 2 / 3,
            RetryPeriod = lease * 2 / 15,
            HolderChanged = holder => LogHolder(logger, name, holder),
            Failed = message => LogFailed(logger, name, message),
        };
    }

    // The lease belongs to the kube-scheduler beside us. It is its clock that counts, not ours: a record that has not changed for its duration is nobody's.
    private async Task FollowAsync(ApiClient api, Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        var follower = new LeaseFollower(api, options.Namespace, _lease, options.Identity ?? Environment.MachineName);
        var pause = TimeSpan.FromSeconds(options.LeaseSeconds) * 2 / 15;
        while (true)
        {
            if (!await follower.IsHeldAsync(cancellation).ConfigureAwait(false))
            {
                await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
                continue;
            }

            LogHolder(logger, _lease, follower.Holder);
            _isNext = true;
            using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var working = work(lost.Token);
            await WaitUntilLostAsync(follower, pause, working, cancellation).ConfigureAwait(false);
            _isNext = false;
            await lost.CancelAsync().ConfigureAwait(false);
            try
            {
                await working.ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                LogHolder(logger, _lease, follower.Holder);
            }
        }
    }

    // Ends as well when the work does, or everything: the work is to be waited for then, too.
    private async Task WaitUntilLostAsync(LeaseFollower follower, TimeSpan pause, Task working, CancellationToken cancellation)
    {
        try
        {
            while (!working.IsCompleted && await follower.IsHeldAsync(cancellation).ConfigureAwait(false))
            {
                await Task.WhenAny(working, Task.Delay(pause, time, cancellation)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The caller waits for the work.
        }
    }

    [LoggerMessage(1, LogLevel.Information, "lease {Lease} is held by \"{Holder}\"")]
    private static partial void LogHolder(ILogger logger, string lease, string holder);

    [LoggerMessage(2, LogLevel.Warning, "lease {Lease}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string lease, string reason);
}
