using System.Diagnostics;

namespace TopoScheduler.Benchmarks;

/// <summary>A dependable short measurement: medians of several runs on this thread after a warm-up.</summary>
/// <param name="Milliseconds">Median time of a run.</param>
/// <param name="FastestMilliseconds">Fastest run.</param>
/// <param name="AllocatedBytes">Median of the bytes a run allocated on this thread.</param>
/// <param name="Runs">How many runs were measured.</param>
public readonly record struct Measurement(double Milliseconds, double FastestMilliseconds, long AllocatedBytes, int Runs)
{
    private const int Fewest = 3;

    /// <summary>Runs the action once to warm up, then until <paramref name="most"/> runs or the time is over, at least three times.</summary>
    public static Measurement Of(Action action, int most = 15, int budgetMilliseconds = 1500)
    {
        action();
        var times = new List<double>();
        var bytes = new List<long>();
        var whole = Stopwatch.StartNew();
        while (times.Count < Fewest || (times.Count < most && whole.ElapsedMilliseconds < budgetMilliseconds))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            bytes.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        times.Sort();
        bytes.Sort();
        return new(times[times.Count / 2], times[0], bytes[bytes.Count / 2], times.Count);
    }
}
