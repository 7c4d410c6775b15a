using System.Net;

namespace TopoScheduler.Kubernetes.Api.Leases;

/// <summary>
/// Leadership by a Lease. A lease is taken over only when its record has not changed for its duration by our own monotonic clock; clocks of
/// others and the times in the record are never compared. The leader stops when it could not renew for the renew deadline. This does not
/// fence: guard what you write with UIDs and resource versions.
/// </summary>
public sealed class LeaseElector
{
    private readonly LeaseStore _store;
    private readonly LeaseOptions _options;
    private readonly TimeProvider _time;
    private LeaseObject? _seen;
    private long _seenAt;
    private string? _holder;
    private long _leadsUntil;

    /// <summary>An elector; <see cref="RunAsync"/> starts it.</summary>
    /// <exception cref="ArgumentException">The options do not go together.</exception>
    public LeaseElector(ApiClient client, LeaseOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_store, _options, _time) = (new(client, options), options, client.Time);
    }

    /// <summary>True while we lead, by our own clock.</summary>
    public bool IsLeader => Volatile.Read(ref _leadsUntil) is var until and > 0 && _time.GetTimestamp() < until;

    /// <summary>Who leads as far as we know; empty: nobody.</summary>
    public string Holder => _holder ?? "";

    /// <summary>
    /// Waits for leadership, runs the work while it lasts, and begins again when it was lost. The token of the work is cancelled at the renew
    /// deadline at the latest. When the caller cancels, or the work ends of itself, the work is waited for, the lease is released, and this returns.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(work);
        while (!cancellation.IsCancellationRequested)
        {
            if (!await TryAsync(_options.RenewDeadline, cancellation).ConfigureAwait(false))
            {
                var pause = _options.RetryPeriod * (1 + (_options.Random.NextDouble() * _options.JitterFactor));
                await PauseAsync(pause, cancellation).ConfigureAwait(false);
            }
            else if (await LeadAsync(work, cancellation).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    // True when the work is done or the caller wishes to stop; false when leadership was lost.
    private async Task<bool> LeadAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        using var lost = new CancellationTokenSource(Remaining(), _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lost.Token, cancellation);
        var working = Task.Run(() => work(stop.Token), CancellationToken.None);
        await RenewAsync(working, lost, stop.Token).ConfigureAwait(false);
        var isDone = working.IsCompleted && !stop.IsCancellationRequested;
        await stop.CancelAsync().ConfigureAwait(false);
        var wasLost = lost.IsCancellationRequested;
        try
        {
            await working.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As it was told.
        }
        finally
        {
            if (!wasLost)
            {
                await ReleaseAsync().ConfigureAwait(false);
            }

            Volatile.Write(ref _leadsUntil, 0);
        }

        return isDone || cancellation.IsCancellationRequested;
    }

    private async Task RenewAsync(Task working, CancellationTokenSource lost, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.WhenAny(working, PauseAsync(_options.RetryPeriod, stop)).ConfigureAwait(false);
            if (working.IsCompleted || stop.IsCancellationRequested)
            {
                return;
            }

            if (await TryAsync(Remaining(), stop).ConfigureAwait(false))
            {
                lost.CancelAfter(Remaining());
            }
            else if (_holder != _options.Identity)
            {
                await lost.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    // One attempt to take or renew the lease.
    private async Task<bool> TryAsync(TimeSpan limit, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        try
        {
            if (!await TryAsync(new TimeLimit(limit, _time, cancellation)).ConfigureAwait(false))
            {
                return false;
            }

            // Counted from before the request: others count from when they see it.
            Volatile.Write(ref _leadsUntil, began + (long)(_options.RenewDeadline.TotalSeconds * _time.TimestampFrequency));
            return true;
        }
        catch (ApiException e) when (e.Status.Code == (int)HttpStatusCode.Conflict)
        {
            // Somebody was faster; who, the next look tells.
            return false;
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException or Files.InputException)
        {
            _options.Failed?.Invoke(e.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> TryAsync(TimeLimit limit)
    {
        using (limit)
        {
            limit.Begin();
            var lease = await _store.ReadAsync(limit.Token).ConfigureAwait(false);
            Look(lease);
            var spec = lease?.Spec;
            var isOurs = spec?.HolderIdentity == _options.Identity;
            if (spec is { HolderIdentity.Length: > 0 } && !isOurs && !HasLapsed(spec))
            {
                return false;
            }

            Look(await _store.WriteAsync(lease, isOurs, limit.Token).ConfigureAwait(false));
            return true;
        }
    }

    private bool HasLapsed(LeaseSpec spec) =>
        _time.GetElapsedTime(_seenAt) >= (spec.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : _options.Duration);

    // Our clock starts anew whenever the record changed.
    private void Look(LeaseObject? lease)
    {
        if (lease?.Spec is null || !lease.Spec.IsSame(_seen?.Spec))
        {
            _seenAt = _time.GetTimestamp();
        }

        _seen = lease;
        var holder = lease?.Spec?.HolderIdentity ?? "";
        if (holder != _holder)
        {
            _holder = holder;
            _options.HolderChanged?.Invoke(holder);
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            using var limit = new TimeLimit(_options.RetryPeriod, _time, CancellationToken.None);
            limit.Begin();
            Volatile.Write(ref _leadsUntil, 0);
            if (_seen is not null)
            {
                Look(await _store.ReleaseAsync(_seen, limit.Token).ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException or OperationCanceledException or Files.InputException)
        {
            // Others then wait for the lease to lapse.
            _options.Failed?.Invoke(e.Message);
        }
    }

    private TimeSpan Remaining()
    {
        var ticks = Volatile.Read(ref _leadsUntil) - _time.GetTimestamp();
        var rest = TimeSpan.FromSeconds(Math.Max(0, ticks / (double)_time.TimestampFrequency));
        return rest < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : rest;
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(pause, _time, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The caller looks.
        }
    }
}
