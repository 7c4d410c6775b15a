namespace TopoScheduler.Testing.Clocks;

/// <summary>A clock that stands still until it is moved. Timers fire in their order while it moves. The wall clock can be moved alone, as when somebody sets it.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private TimeSpan _elapsed;
    private TimeSpan _shift;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count(t => t.Due is not null);
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) + _elapsed + _shift;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _elapsed.Ticks + 1;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Somebody sets the wall clock.</summary>
    public void SetWallClock(TimeSpan shift)
    {
        lock (_lock)
        {
            _shift = shift;
        }
    }

    /// <summary>Time passes.</summary>
    public void Advance(TimeSpan span)
    {
        TimeSpan end;
        lock (_lock)
        {
            end = _elapsed + span;
        }

        while (NextDue(end) is { } timer)
        {
            timer.Callback();
        }
    }

    // The next timer up to the end, with the clock moved to its time; null, and the clock at the end, when there is none.
    private Timer? NextDue(TimeSpan end)
    {
        lock (_lock)
        {
            var next = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
            _elapsed = next is null ? end : next.Due!.Value > _elapsed ? next.Due.Value : _elapsed;
            if (next is not null)
            {
                next.Due = next.Period is { } period ? _elapsed + period : null;
            }

            return next;
        }
    }

    private sealed class Timer(ManualTime time, Action callback) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public TimeSpan? Period { get; private set; }

        public Action Callback { get; } = callback;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                Due = dueTime < TimeSpan.Zero ? null : time._elapsed + dueTime;
                Period = period <= TimeSpan.Zero ? null : period;
                if (!time._timers.Contains(this))
                {
                    time._timers.Add(this);
                }

                return true;
            }
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
