using System.Runtime.CompilerServices;

namespace TopoScheduler.Server.Grpc;

/// <summary>
/// A state that many watch. While anybody does it is worked out once for all of them, again an interval after the last time was done, and each is told when it differs.
/// Who reads slowly misses states between, and has the newest next. When it cannot be worked out all who watch are told why, and the next one starts anew.
/// </summary>
/// <typeparam name="T">The state, compared by value.</typeparam>
/// <param name="read">Works it out.</param>
/// <param name="interval">Least time between two times.</param>
/// <param name="time">The clock.</param>
internal sealed class Feed<T>(Func<CancellationToken, Task<T>> read, TimeSpan interval, TimeProvider time)
    where T : class
{
    private readonly Lock _lock = new();
    private Run? _run;

    /// <summary>True when nobody watches.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock) return _run is null;
        }
    }

    /// <summary>The state now, and again whenever it has changed.</summary>
    public async IAsyncEnumerable<T> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var run = Enter();
        try
        {
            T? last = null;
            while (true)
            {
                var (value, next) = run.Now;
                if (value is not null && !ReferenceEquals(value, last))
                {
                    last = value;
                    yield return value;
                }
                else
                {
                    await next.Task.WaitAsync(cancellation).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            Leave(run);
        }
    }

    private Run Enter()
    {
        lock (_lock)
        {
            if (_run is null)
            {
                _run = new();
                _ = RunAsync(_run);
            }

            _run.Readers++;
            return _run;
        }
    }

    private void Leave(Run run)
    {
        lock (_lock)
        {
            if (--run.Readers > 0) return;
            _ = run.Stop.CancelAsync();
            if (_run == run) _run = null;
        }
    }

    private async Task RunAsync(Run run)
    {
        // Whoever enters does not wait for it.
        await Task.Yield();
        var stop = run.Stop.Token;
        try
        {
            while (true)
            {
                run.Tell(await read(stop).ConfigureAwait(false));
                await Task.Delay(interval, time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody watches any more.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            lock (_lock)
            {
                if (_run == run) _run = null;
            }

            run.Fail(e);
        }
    }

    private sealed class Run
    {
        private volatile State _now = new(null, new(TaskCreationOptions.RunContinuationsAsynchronously));

        public CancellationTokenSource Stop { get; } = new();

        public int Readers { get; set; }

        public State Now => _now;

        public void Tell(T value)
        {
            var before = _now;
            if (value.Equals(before.Value)) return;
            _now = new(value, new(TaskCreationOptions.RunContinuationsAsynchronously));
            before.Next.SetResult();
        }

        public void Fail(Exception problem)
        {
            var task = _now.Next.Task;
            _now.Next.SetException(problem);
            // Somebody may be there to see it, or nobody.
            _ = task.Exception;
        }
    }

    private sealed record State(T? Value, TaskCompletionSource Next);
}
