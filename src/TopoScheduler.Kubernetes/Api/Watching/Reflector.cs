using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api.Watching;

/// <summary>
/// Keeps a sink equal to the server's objects of one kind. Phases: read all (a streamed list where the server has it, else page by page), then
/// watch from that moment; when the stream ends, breaks or falls silent go on from the last event or bookmark; when that moment is gone (410)
/// read all again, which also tells of deletions that were missed. Failures pause it, nothing ends it but the caller.
/// </summary>
public sealed class Reflector<T>
    where T : class
{
    private const int FirstMinorWithWatchList = 27;

    private static readonly TimeSpan ShortestHealthyWatch = TimeSpan.FromSeconds(1);

    private readonly ApiClient _client;
    private readonly ApiSelection _selection;
    private readonly Func<Tree, T?> _read;
    private readonly IWatchSink<T> _sink;
    private readonly ReflectorOptions _options;
    private readonly Silence _silence;
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _watchList;
    private bool _askedVersion;
    private string? _place;
    private int _missing;
    private long _lastContact;
    private long _relists;
    private long _rewatches;
    private long _errors;
    private long _events;

    /// <summary>A reflector; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="client">The server.</param>
    /// <param name="selection">Which objects.</param>
    /// <param name="read">What is kept of one; null: it is of no interest.</param>
    /// <param name="sink">Where it goes.</param>
    /// <param name="options">How; null: as usual.</param>
    public Reflector(ApiClient client, ApiSelection selection, Func<Tree, T?> read, IWatchSink<T> sink, ReflectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(sink);
        (_client, _selection, _sink, _options) = (client, selection, sink, options ?? new());
        _read = tree => Read(read, tree);
        _silence = new(_options);
        _watchList = _options.WatchList;
    }

    /// <summary>The sink was told all objects at least once.</summary>
    public bool HasSynced => _synced.Task.IsCompleted;

    /// <summary>Done once the sink was told all objects.</summary>
    public Task Synced => _synced.Task;

    /// <summary>When the server was last heard: an answer, an event, a bookmark; null: never.</summary>
    public DateTimeOffset? LastContact => Volatile.Read(ref _lastContact) is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Times all objects were read.</summary>
    public long Relists => Volatile.Read(ref _relists);

    /// <summary>Times a stream was begun anew from where it was.</summary>
    public long Rewatches => Volatile.Read(ref _rewatches);

    /// <summary>Failures.</summary>
    public long Errors => Volatile.Read(ref _errors);

    /// <summary>Objects told by streams.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var backoff = new Backoff(_client.Time, _options.Random);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            TimeSpan? pause = null;
            try
            {
                pause = await StepAsync(backoff, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ApiException or ApiUnavailableException or Files.InputException)
            {
                pause = Missing(e, backoff) ?? Failed(e, backoff);
            }

            if (pause is { } wait)
            {
                await Task.Delay(wait, _client.Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    // One list or one watch; what it returns is the pause before the next.
    private async Task<TimeSpan?> StepAsync(Backoff backoff, CancellationToken cancellation)
    {
        if (_place is null && !await CanStreamListAsync(cancellation).ConfigureAwait(false))
        {
            await ListAsync(cancellation).ConfigureAwait(false);
            return null;
        }

        var began = _client.Time.GetTimestamp();
        var run = new WatchRun<T>(_client, _selection, _read, _sink, _options, _silence)
        {
            Contact = Contact,
            Told = () => Interlocked.Increment(ref _events),
            Listed = Listed,
            Place = _place,
        };
        WatchEnd end;
        try
        {
            end = await run.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (_place is null && e.Status.Code is 400 or 415 or 422)
        {
            end = WatchEnd.NoWatchList;
        }
        finally
        {
            // Also after a failure: what was told so far was told.
            _place = run.Place;
        }

        switch (end)
        {
            case WatchEnd.NoWatchList:
                _watchList = false;
                _place = null;
                Tell(WatchNoticeKind.NoWatchList, "");
                return null;
            case WatchEnd.Expired:
                _place = null;
                Tell(WatchNoticeKind.Expired, run.Reason);
                return _client.Time.GetElapsedTime(began) < ShortestHealthyWatch && run.Events == 0 ? backoff.Next() : null;
            default:
                Interlocked.Increment(ref _rewatches);
                Tell(end == WatchEnd.Silent ? WatchNoticeKind.Silent : WatchNoticeKind.Rewatch, run.Reason);

                // A stream that ends as soon as it began would be begun without end.
                return run.Events == 0 && _client.Time.GetElapsedTime(began) < ShortestHealthyWatch ? backoff.Next() : null;
        }
    }

    // Servers before 1.27 take no notice of the wish and would never say that the list is complete.
    private async Task<bool> CanStreamListAsync(CancellationToken cancellation)
    {
        if (_watchList && !_askedVersion)
        {
            _watchList = (await _client.GetVersionAsync(cancellation).ConfigureAwait(false)).IsAtLeast(1, FirstMinorWithWatchList);
            _askedVersion = true;
            if (!_watchList)
            {
                Tell(WatchNoticeKind.NoWatchList, "");
            }
        }

        return _watchList;
    }

    private async Task ListAsync(CancellationToken cancellation)
    {
        var list = await _client.ListAsync(_selection, _read, text => Tell(WatchNoticeKind.Unreadable, text), cancellation, _options.PageSize).ConfigureAwait(false);
        Contact();
        _place = list.ResourceVersion;
        Listed(list.Items);
    }

    private void Listed(IReadOnlyList<T> items)
    {
        _missing = 0;
        _sink.Replace(items);
        Interlocked.Increment(ref _relists);
        _synced.TrySetResult();
        Tell(WatchNoticeKind.Listed, $"{items.Count} objects");
    }

    // A server that is starting may not have all kinds yet: what it does not have is believed when it says so again.
    private TimeSpan? Missing(Exception e, Backoff backoff)
    {
        if (_options.MissingPause is not { } again || e is not ApiException { Status.Code: 404 })
        {
            _missing = 0;
            return null;
        }

        _place = null;
        Contact();
        Tell(WatchNoticeKind.Missing, e.Message);
        if (++_missing == 1) return backoff.Next();
        if (_missing == 2)
        {
            _sink.Replace([]);
            _synced.TrySetResult();
        }

        return again;
    }

    private TimeSpan Failed(Exception e, Backoff backoff)
    {
        Interlocked.Increment(ref _errors);
        Tell(WatchNoticeKind.Failed, e.Message);
        if (e is ApiException { Status: var status } && (status.IsExpired || status.IsTooNew || status.Code is 400 or 404 or 422))
        {
            // The place may be what the server dislikes: a restored server has never heard of it.
            _place = null;
        }

        var pause = backoff.Next();
        return e is ApiException { Status.RetryAfter: { } named } && named > pause ? named : pause;
    }

    // One object that our own reading stumbles over must not hold up all others.
    private T? Read(Func<Tree, T?> read, Tree tree)
    {
        try
        {
            return read(tree);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            var key = ObjectKey.Of(tree);
            Tell(WatchNoticeKind.Unreadable, $"{key.Namespace}/{key.Name} is left out: {e.Message}");
            return null;
        }
    }

    private void Contact() => Volatile.Write(ref _lastContact, _client.Time.GetUtcNow().UtcTicks);

    private void Tell(WatchNoticeKind kind, string message) => _options.Notice?.Invoke(new(kind, _selection.Path, message));
}
