namespace TopoScheduler.Kubernetes.Api.Watching;

/// <summary>Pauses after failures: 0.8 s, doubled up to 30 s, each lengthened by chance up to twofold; from the start again after two minutes without one.</summary>
internal sealed class Backoff(TimeProvider time, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.8);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Health = TimeSpan.FromMinutes(2);

    private TimeSpan _next = First;
    private long? _since;

    /// <summary>The pause after one more failure.</summary>
    public TimeSpan Next()
    {
        if (_since is { } since && time.GetElapsedTime(since) >= Health)
        {
            _next = First;
        }

        var pause = _next;
        _next = _next * 2 > Last ? Last : _next * 2;
        pause *= 1 + random.NextDouble();
        pause = pause > Last ? Last : pause;

        // Health is time without failures, the pause itself not counted.
        _since = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
        return pause;
    }
}
