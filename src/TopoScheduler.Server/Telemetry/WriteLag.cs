using System.Collections.Concurrent;

namespace TopoScheduler.Server.Telemetry;

/// <summary>How long the watch takes to show what we write to pods. For any thread.</summary>
/// <param name="metrics">Where it is told.</param>
/// <param name="time">The clock.</param>
internal sealed class WriteLag(SchedulerMetrics metrics, TimeProvider time)
{
    // What is never shown, because the write was refused or the pod is gone, is forgotten with the rest when there is too much of it.
    private const int Most = 4_096;

    private readonly ConcurrentDictionary<string, long> _written = new(StringComparer.Ordinal);

    /// <summary>Writes that were not seen yet.</summary>
    internal int Count => _written.Count;

    /// <summary>A pod is about to be written to: the watch may be faster than the answer.</summary>
    public void Writing(string uid)
    {
        if (_written.Count >= Most) _written.Clear();
        _written[uid] = time.GetTimestamp();
    }

    /// <summary>It was not written, or nobody knows.</summary>
    public void Failed(string uid) => _written.TryRemove(uid, out _);

    /// <summary>The watch shows the pod bound, or without its gate.</summary>
    public void Seen(string uid)
    {
        if (!_written.IsEmpty && _written.TryRemove(uid, out var at)) metrics.Lag(time.GetElapsedTime(at));
    }
}
