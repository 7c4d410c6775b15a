using System.Net;
using System.Threading.Channels;

namespace TopoScheduler.Kubernetes.Api.Events;

/// <summary>
/// Writes events (<c>events.k8s.io/v1</c>) behind the caller's back: the queue is bounded, a full one drops, nothing ever waits. What repeats
/// within six minutes becomes one event whose <c>series</c> counts; a count is written at most every <see cref="SeriesPause"/>.
/// </summary>
public sealed class EventRecorder
{
    private const int QueueLength = 1000;
    private const int MostSeries = 4096;

    private static readonly TimeSpan SeriesEnd = TimeSpan.FromMinutes(6);

    private readonly ApiClient _client;
    private readonly EventText _text;
    private readonly Channel<EventNote> _queue;
    private readonly Dictionary<EventNote, Series> _series = [];
    private long _dropped;
    private long _failed;

    /// <summary>A recorder; <see cref="RunAsync"/> writes.</summary>
    /// <param name="client">The server.</param>
    /// <param name="controller">Who reports: a qualified name, as <c>toposcheduler.io/extender</c>.</param>
    /// <param name="instance">Which of its processes: the pod's name.</param>
    public EventRecorder(ApiClient client, string controller, string instance)
    {
        ArgumentNullException.ThrowIfNull(client);
        (_client, _text) = (client, new(controller, instance, client.Time));
        _queue = Channel.CreateBounded<EventNote>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
    }

    /// <summary>Shortest time between two writes of one series.</summary>
    public TimeSpan SeriesPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Told of an event that was not taken. Null: nobody.</summary>
    public Action<string>? Refused { get; init; }

    /// <summary>Events that found the queue full.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Events the server did not take.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Hands an event over; never waits, never throws.</summary>
    public void Record(EventNote note) => _queue.Writer.TryWrite(note);

    /// <summary>Writes until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(SeriesPause, _client.Time);
        var tick = timer.WaitForNextTickAsync(cancellation).AsTask();
        var more = _queue.Reader.WaitToReadAsync(cancellation).AsTask();
        while (true)
        {
            await Task.WhenAny(tick, more).ConfigureAwait(false);
            if (more.IsCompleted)
            {
                await more.ConfigureAwait(false);
                while (_queue.Reader.TryRead(out var note))
                {
                    await TakeAsync(note, cancellation).ConfigureAwait(false);
                }

                more = _queue.Reader.WaitToReadAsync(cancellation).AsTask();
            }

            if (tick.IsCompleted)
            {
                await tick.ConfigureAwait(false);
                await SweepAsync(cancellation).ConfigureAwait(false);
                tick = timer.WaitForNextTickAsync(cancellation).AsTask();
            }
        }
    }

    private async Task TakeAsync(EventNote note, CancellationToken cancellation)
    {
        note = EventText.Fitting(note);
        if (_series.TryGetValue(note, out var series))
        {
            (series.Count, series.Last) = (series.Count + 1, _client.Time.GetTimestamp());
            series.LastTime = _client.Time.GetUtcNow();
            return;
        }

        if (_series.Count >= MostSeries)
        {
            _series.Clear();
        }

        var (name, json) = _text.New(note);
        if (await TryAsync(new(HttpMethod.Post, ApiResource.Events.Path(EventText.NamespaceOf(note))) { Body = json }, cancellation).ConfigureAwait(false) is 0)
        {
            _series[note] = new(name) { Last = _client.Time.GetTimestamp() };
        }
    }

    // Counts that grew are written; series that ended are forgotten.
    private async Task SweepAsync(CancellationToken cancellation)
    {
        foreach (var (note, series) in _series.ToArray())
        {
            if (series.Count > series.Written)
            {
                var path = ApiResource.Events.Path(EventText.NamespaceOf(note), series.Name);
                var body = EventText.SeriesPatch(series.Count, series.LastTime);
                var code = await TryAsync(new(HttpMethod.Patch, path) { Body = body, MediaType = "application/merge-patch+json" }, cancellation).ConfigureAwait(false);
                series.Written = series.Count;
                if (code == (int)HttpStatusCode.NotFound)
                {
                    // Events are kept for an hour or so: the next one begins a new series.
                    _series.Remove(note);
                }
            }

            if (_client.Time.GetElapsedTime(series.Last) >= SeriesEnd)
            {
                _series.Remove(note);
            }
        }
    }

    // 0: done; otherwise the HTTP status, or -1 without an answer. An event is not worth a second attempt beyond those of the client.
    private async Task<int> TryAsync(ApiRequest request, CancellationToken cancellation)
    {
        try
        {
            await _client.ObjectAsync(request with { Repeats = 2, Timeout = TimeSpan.FromSeconds(10) }, cancellation).ConfigureAwait(false);
            return 0;
        }
        catch (ApiException e)
        {
            Fail(e);
            return e.Status.Code;
        }
        catch (Exception e) when (e is ApiUnavailableException or Files.InputException)
        {
            Fail(e);
            return -1;
        }
    }

    private void Fail(Exception e)
    {
        Interlocked.Increment(ref _failed);
        Refused?.Invoke(e.Message);
    }

    private sealed class Series(string name)
    {
        public string Name { get; } = name;

        public int Count { get; set; } = 1;

        public int Written { get; set; } = 1;

        public long Last { get; set; }

        public DateTimeOffset LastTime { get; set; }
    }
}
