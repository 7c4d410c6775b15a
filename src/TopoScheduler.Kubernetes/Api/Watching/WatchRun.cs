using System.Globalization;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api.Watching;

/// <summary>One stream of events, from its request to its end. Without a place to begin from it is a streamed list first: objects are gathered until the server says that these were all.</summary>
internal sealed class WatchRun<T>(ApiClient client, ApiSelection selection, Func<Tree, T?> read, IWatchSink<T> sink, ReflectorOptions options, Silence silence)
    where T : class
{
    private const string InitialEnd = "k8s.io/initial-events-end";

    private readonly TreeBuilder _builder = new(client.Pool, InputLimits.Default);
    private Dictionary<(string Namespace, string Name), T>? _initial;
    private bool _heard;

    /// <summary>Called whenever the server is heard.</summary>
    public required Action Contact { get; init; }

    /// <summary>Called for each object told.</summary>
    public required Action Told { get; init; }

    /// <summary>Called with the objects of a streamed list.</summary>
    public required Action<IReadOnlyList<T>> Listed { get; init; }

    /// <summary>Version of the last event or bookmark; null: everything has to be read.</summary>
    public required string? Place { get; set; }

    /// <summary>Objects told.</summary>
    public long Events { get; private set; }

    /// <summary>Why it ended.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="ApiException">The server refused.</exception>
    /// <exception cref="ApiUnavailableException">The server was not reached.</exception>
    public async Task<WatchEnd> RunAsync(CancellationToken cancellation)
    {
        var span = options.LongestWatch - options.ShortestWatch;
        var watch = TimeSpan.FromSeconds(Math.Floor((options.ShortestWatch + (span * options.Random.NextDouble())).TotalSeconds));
        _initial = Place is null ? [] : null;
        var request = new ApiRequest(HttpMethod.Get, Query(watch));
        using var limit = new TimeLimit(request.Timeout, client.Time, cancellation);
        using var answer = await OpenAsync(request, limit, cancellation).ConfigureAwait(false);
        if (answer is null)
        {
            return WatchEnd.Expired;
        }

        Contact();
        try
        {
            using var reading = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, answer.Superseded);
            var stream = await answer.OpenAsync(reading.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var feed = new JsonFeed(stream, InputLimits.Default) { Waiting = () => limit.Begin(_initial is null ? silence.For(watch) : options.LongestInitialSilence) };
                return await FramesAsync(feed, reading.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Silent(answer.Superseded.IsCancellationRequested);
        }
        catch (Exception e) when (answer.Superseded.IsCancellationRequested && e is (IOException or HttpRequestException or ObjectDisposedException))
        {
            // Whichever comes first: our own wish to end the stream, or the end of its connection.
            return Silent(superseded: true);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or System.Text.Json.JsonException)
        {
            Reason = e.Message;
            return WatchEnd.Ended;
        }
    }

    private string Query(TimeSpan watch) => selection.With(
        ("watch", "true"),
        ("allowWatchBookmarks", "true"),
        ("timeoutSeconds", watch.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)),
        ("resourceVersion", Place),
        ("sendInitialEvents", _initial is null ? null : "true"),
        ("resourceVersionMatch", _initial is null ? null : "NotOlderThan"));

    // Null: the place is gone.
    private async Task<ApiAnswer?> OpenAsync(ApiRequest request, TimeLimit limit, CancellationToken cancellation)
    {
        try
        {
            return await client.SendAsync(request, limit, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status.IsExpired || e.Status.IsTooNew)
        {
            Reason = e.Status.Message;
            return null;
        }
    }

    private async Task<WatchEnd> FramesAsync(JsonFeed feed, CancellationToken cancellation)
    {
        while (await feed.RunAsync(_builder, cancellation).ConfigureAwait(false))
        {
            Contact();
            _heard = true;
            if (_builder.Refusal is { } refusal)
            {
                // Its version is unknown: the next event or bookmark moves on.
                options.Notice?.Invoke(new(WatchNoticeKind.Unreadable, selection.Path, $"an object {refusal} and is left out"));
            }
            else if (Take(_builder.Result) is { } end)
            {
                return end;
            }
        }

        return WatchEnd.Ended;
    }

    // Null: the stream goes on.
    private WatchEnd? Take(Tree frame)
    {
        var obj = frame["object"];
        switch (frame["type"].Text)
        {
            case "ADDED" or "MODIFIED":
                Changed(obj);
                return null;
            case "DELETED":
                Deleted(obj);
                return null;
            case "BOOKMARK":
                Bookmark(obj);
                return null;
            case "ERROR":
                return Error(ApiStatus.Of(obj, 0));
            default:
                return null;
        }
    }

    private void Changed(Tree obj)
    {
        Count();
        var key = ObjectKey.Of(obj);
        var item = read(obj);
        if (_initial is null)
        {
            if (item is null)
            {
                sink.Remove(key);
            }
            else
            {
                sink.Upsert(item);
            }

            Move(obj);
        }
        else if (item is null)
        {
            _initial.Remove((key.Namespace, key.Name));
        }
        else
        {
            _initial[(key.Namespace, key.Name)] = item;
        }
    }

    private void Deleted(Tree obj)
    {
        Count();
        var key = ObjectKey.Of(obj);
        if (_initial is null)
        {
            sink.Remove(key);
            Move(obj);
        }
        else
        {
            _initial.Remove((key.Namespace, key.Name));
        }
    }

    private void Count()
    {
        Events++;
        Told();
    }

    private void Bookmark(Tree obj)
    {
        if (_initial is null)
        {
            silence.Bookmark();
            Move(obj);
        }
        else if (obj["metadata"]["annotations"][InitialEnd].Text == "true")
        {
            var items = _initial.Values.ToArray();
            _initial = null;
            Listed(items);
            Move(obj);
        }
    }

    // A version is opaque; an object without one leaves us where we are.
    private void Move(Tree obj)
    {
        var version = obj["metadata"]["resourceVersion"].Text;
        Place = version.Length > 0 ? version : Place;
    }

    private WatchEnd Error(ApiStatus status)
    {
        Reason = status.Message;
        return status.IsExpired || status.IsTooNew ? WatchEnd.Expired : throw new ApiException($"WATCH {selection.Path}", status);
    }

    private WatchEnd Silent(bool superseded)
    {
        if (superseded)
        {
            Reason = "the client certificate changed";
            return WatchEnd.Ended;
        }

        if (_initial is not null)
        {
            return WatchEnd.NoWatchList;
        }

        silence.Passed(_heard);
        Reason = "nothing was heard for too long";
        return WatchEnd.Silent;
    }
}
