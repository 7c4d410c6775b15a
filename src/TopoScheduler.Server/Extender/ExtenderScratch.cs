using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Extender;

/// <summary>What one request needs while it is answered. Reused, so that requests allocate nothing that grows with the cluster.</summary>
internal sealed class ExtenderScratch : IDisposable
{
    private CancellationTokenSource _timer = new();

    /// <summary>The body as received.</summary>
    public PooledBuffer Body { get; } = new();

    /// <summary>The answer as sent.</summary>
    public PooledBuffer Output { get; } = new();

    /// <summary>The request of filter and prioritize.</summary>
    public ExtenderArgs Args { get; } = new();

    /// <summary>The answer of filter.</summary>
    public FilterAnswer Filter { get; } = new();

    /// <summary>The answer of prioritize.</summary>
    public PriorityAnswer Priority { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>A token that is cancelled after a time.</summary>
    public CancellationToken StartTimer(TimeSpan time)
    {
        _timer.CancelAfter(time);
        return _timer.Token;
    }

    /// <summary>The time is not up, or it is and the token is used up.</summary>
    public void StopTimer()
    {
        if (_timer.TryReset()) return;
        _timer.Dispose();
        _timer = new();
    }

    /// <summary>Ready for the next request.</summary>
    public void Clear()
    {
        Args.Clear();
        Body.Clear();
        Output.Clear();
    }
}
