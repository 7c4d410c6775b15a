namespace TopoScheduler.Server.Controllers;

/// <summary>A clock that never jumps: it starts at the time of day and goes on by elapsed time, so that setting the machine's clock ends no hold early.</summary>
/// <param name="time">Where time comes from.</param>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _timestamp = time.GetTimestamp();

    /// <summary>Now.</summary>
    public DateTimeOffset Now => _start + time.GetElapsedTime(_timestamp);
}
