using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>The streams of a fake API server.</summary>
public sealed class FakeWatches(FakeObjects objects, FakeApiOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private CancellationTokenSource _cut = new();
    private TaskCompletionSource _bookmark = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _abort;
    private int _bookmarks;
    private int _open;

    /// <summary>Streams that stand: their headers are sent, and what is to come reaches them.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>No stream says anything any more, and none ends.</summary>
    public bool IsMute { get; set; }

    /// <summary>Ends all streams.</summary>
    /// <param name="abort">In the middle of a frame, with a reset of the connection.</param>
    public void Cut(bool abort = false)
    {
        lock (_lock)
        {
            _abort = abort;
            _cut.Cancel();
            _cut = new();
        }
    }

    /// <summary>Sends a bookmark on all streams.</summary>
    public void Bookmark()
    {
        lock (_lock)
        {
            var bookmark = _bookmark;
            _bookmark = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _bookmarks++;
            bookmark.SetResult();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cut.Dispose();

    internal async Task AnswerAsync(HttpContext context, FakePath path)
    {
        if (objects.IsWithheld(path.Collection))
        {
            await FakeApiServer.StatusAsync(context, 404, "NotFound", "the server could not find the requested resource");
            return;
        }

        var query = context.Request.Query;
        var streamsList = query["sendInitialEvents"] == "true";
        if (streamsList && options.WatchList == FakeWatchList.Refused)
        {
            await FakeApiServer.StatusAsync(context, 422, "Invalid", "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled");
            return;
        }

        var from = long.TryParse(query["resourceVersion"], CultureInfo.InvariantCulture, out var version) ? version : 0;
        if (from > 0 && objects.Since(from, path.Collection, path.Namespace) is null && !options.ExpiresInStream)
        {
            await FakeApiServer.StatusAsync(context, 410, "Expired", "too old resource version");
            return;
        }

        var stands = new StrongBox<bool>();
        try
        {
            await StreamAsync(context, path, from, streamsList, stands);
        }
        finally
        {
            if (stands.Value) Interlocked.Decrement(ref _open);
        }
    }

    private async Task StreamAsync(HttpContext context, FakePath path, long from, bool streamsList, StrongBox<bool> stands)
    {
        CancellationToken cut;
        lock (_lock)
        {
            cut = _cut.Token;
        }

        var selector = SelectorOf(context);
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
        if (from == 0)
        {
            from = await InitialAsync(context, path, streamsList);
        }

        var sent = Bookmarked.Count;
        while (!cut.IsCancellationRequested)
        {
            var (changed, (bookmark, wanted), version) = (objects.Changed, Bookmarked, objects.Version);
            if (!stands.Value)
            {
                // Only now: from here on no bookmark passes this stream by.
                stands.Value = true;
                Interlocked.Increment(ref _open);
            }

            if (IsMute)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).WaitAsync(cut).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            }

            if (objects.Since(from, path.Collection, path.Namespace) is not { } events)
            {
                await FrameAsync(context, "ERROR", FakeRefusal.Status(410, "Expired", "too old resource version"));
                return;
            }

            foreach (var change in events)
            {
                from = change.Version;
                if (selector.See(change) is { } e)
                {
                    await FrameAsync(context, e.Type, e.Object);
                    await (options.SendsTwice ? FrameAsync(context, e.Type, e.Object) : Task.CompletedTask);
                }
            }

            // Everything up to the version that was read before the events has been sent: a bookmark may name it.
            from = Math.Max(from, version);
            if (wanted > sent)
            {
                sent = wanted;
                await FrameAsync(context, "BOOKMARK", BookmarkAt(from));
            }

            await Task.WhenAny(changed, bookmark, Task.Delay(Timeout.Infinite, cut), Task.Delay(Timeout.Infinite, context.RequestAborted));
        }

        if (_abort)
        {
            await context.Response.WriteAsync("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"na");
            await context.Response.Body.FlushAsync();
            context.Abort();
        }
    }

    // How many bookmarks were asked for, and what ends when the next is: one look, so that none falls between the two.
    private (Task Next, int Count) Bookmarked
    {
        get
        {
            lock (_lock)
            {
                return (_bookmark.Task, _bookmarks);
            }
        }
    }

    // What there is, as if it were new; only servers that stream lists say where it ends.
    private async Task<long> InitialAsync(HttpContext context, FakePath path, bool streamsList)
    {
        var (all, version) = objects.All(path.Collection, path.Namespace);
        foreach (var obj in all.Where(SelectorOf(context).Matches))
        {
            await FrameAsync(context, "ADDED", obj);
        }

        if (streamsList && options.WatchList == FakeWatchList.On)
        {
            var bookmark = BookmarkAt(version);
            bookmark["metadata"]!["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
            await FrameAsync(context, "BOOKMARK", bookmark);
        }

        return version;
    }

    private static FakeSelector SelectorOf(HttpContext context) =>
        FakeSelector.Of(context.Request.Query["labelSelector"].ToString(), context.Request.Query["fieldSelector"].ToString());

    private static JsonObject BookmarkAt(long version) =>
        new() { ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null } };

    private static async Task FrameAsync(HttpContext context, string type, JsonObject obj)
    {
        var frame = new JsonObject { ["type"] = type, ["object"] = obj.DeepClone() };
        await context.Response.WriteAsync(frame.ToJsonString() + "\n");
        await context.Response.Body.FlushAsync();
    }
}
