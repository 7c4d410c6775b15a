namespace TopoScheduler.Kubernetes.Api;

/// <summary>A limit on each attempt of a request, joined with the caller's wish to stop.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _joined;

    public TimeLimit(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        _limit = limit;
        _timer = new(Timeout.InfiniteTimeSpan, time);
        _joined = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellation);
    }

    /// <summary>Cancelled when the time is up or the caller wishes.</summary>
    public CancellationToken Token => _joined.Token;

    /// <summary>The time starts anew.</summary>
    public void Begin() => _timer.CancelAfter(_limit);

    /// <summary>The time starts anew, with another limit.</summary>
    public void Begin(TimeSpan limit) => _timer.CancelAfter(limit);

    /// <summary>The time stands still until the next attempt.</summary>
    public void Pause() => _timer.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose()
    {
        _joined.Dispose();
        _timer.Dispose();
    }
}
