using Grpc.Core;

namespace TopoScheduler.Server.Grpc;

/// <summary>The long calls that are open: bounded in number, ended when the server stops. Those that watch the same share what they watch.</summary>
/// <param name="most">Most of them.</param>
/// <param name="interval">Least time between two messages of one.</param>
/// <param name="time">The clock.</param>
/// <param name="stopping">The server stops.</param>
internal sealed class Watches(int most, TimeSpan interval, TimeProvider time, CancellationToken stopping)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, object> _feeds = new(StringComparer.Ordinal);
    private int _open;

    /// <summary>How many are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Sends a state now and whenever it has changed, until the caller or the server goes.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <param name="what">What is watched; equal for those that watch the same.</param>
    /// <param name="read">Works out the state.</param>
    /// <param name="to">The caller.</param>
    /// <param name="context">The call.</param>
    /// <exception cref="RpcException">There are too many, or the server stops.</exception>
    public Task SendAsync<T>(string what, Func<CancellationToken, Task<T>> read, IServerStreamWriter<T> to, ServerCallContext context)
        where T : class => HoldAsync(context, async stop =>
    {
        var feed = FeedOf(what, read);
        try
        {
            await foreach (var state in feed.ReadAsync(stop).ConfigureAwait(false)) await to.WriteAsync(state, stop).ConfigureAwait(false);
        }
        finally
        {
            Forget(what, feed);
        }

        return 0;
    });

    /// <summary>Has a long call counted as long as it is open.</summary>
    /// <typeparam name="T">What it ends with.</typeparam>
    /// <param name="context">The call.</param>
    /// <param name="call">The call; cancelled when the caller or the server goes.</param>
    /// <exception cref="RpcException">There are too many, or the server stops.</exception>
    public async Task<T> HoldAsync<T>(ServerCallContext context, Func<CancellationToken, Task<T>> call)
    {
        if (Interlocked.Increment(ref _open) > most)
        {
            Interlocked.Decrement(ref _open);
            throw new RpcException(new(StatusCode.ResourceExhausted, $"{most} watches and pushes are open, which is grpc.watches; close one first."));
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        try
        {
            return await call(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new(StatusCode.Unavailable, "The server is stopping."));
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private Feed<T> FeedOf<T>(string what, Func<CancellationToken, Task<T>> read)
        where T : class
    {
        lock (_lock)
        {
            if (_feeds.TryGetValue(what, out var known)) return (Feed<T>)known;
            var feed = new Feed<T>(read, interval, time);
            _feeds.Add(what, feed);
            return feed;
        }
    }

    private void Forget<T>(string what, Feed<T> feed)
        where T : class
    {
        lock (_lock)
        {
            if (feed.IsIdle && _feeds.TryGetValue(what, out var known) && ReferenceEquals(known, feed)) _feeds.Remove(what);
        }
    }
}
