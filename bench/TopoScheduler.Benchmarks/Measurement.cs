using System.Diagnostics;

namespace TopoScheduler.Benchmarks;

/// <summary>A dependable short measurement: medians of several runs on this thread after a quarter of a second of warming up.</summary>
/// <param name="Milliseconds">Median time of a run.</param>
/// <param name="FastestMilliseconds">Fastest run.</param>
/// <param name="AllocatedBytes">Median of the bytes a run allocated, on this thread unless something else is said.</param>
/// <param name="Runs">How many runs were measured.</param>
public readonly record struct Measurement(double Milliseconds, double FastestMilliseconds, long AllocatedBytes, int Runs)
{
    private const int Fewest = 3;
    private const int WarmUpMilliseconds = 250;

    /// <summary>Allocated megabytes.</summary>
    public double Megabytes => AllocatedBytes / 1048576.0;

    /// <summary>Warms up, then runs the action until <paramref name="most"/> runs or the time is over, at least <paramref name="fewest"/> times.</summary>
    public static Measurement Of(Action action, int most = 15, int budgetMilliseconds = 1500, int fewest = Fewest) =>
        Of(() => 0, _ => action(), most, budgetMilliseconds, fewest: fewest);

    /// <summary>The same for an action that needs something new each time; making it is not measured.</summary>
    public static Measurement Of<T>(Func<T> prepare, Action<T> action, int most = 15, int budgetMilliseconds = 1500, bool ofProcess = false, int fewest = Fewest)
    {
        WarmUp(prepare, action);
        var times = new List<double>();
        var bytes = new List<long>();
        var whole = Stopwatch.StartNew();
        while (times.Count < fewest || (times.Count < most && whole.ElapsedMilliseconds < budgetMilliseconds))
        {
            var prepared = prepare();
            var before = Allocated(ofProcess);
            var start = Stopwatch.GetTimestamp();
            action(prepared);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            bytes.Add(Allocated(ofProcess) - before);
        }

        times.Sort();
        bytes.Sort();
        return new(times[times.Count / 2], times[0], bytes[bytes.Count / 2], times.Count);
    }

    private static long Allocated(bool ofProcess) => ofProcess ? GC.GetTotalAllocatedBytes(precise: true) : GC.GetAllocatedBytesForCurrentThread();

    // The runtime compiles hot methods again after some calls: a single call would leave that to the measured runs.
    private static void WarmUp<T>(Func<T> prepare, Action<T> action)
    {
        var whole = Stopwatch.StartNew();
        do
        {
            action(prepare());
        }
        while (whole.ElapsedMilliseconds < WarmUpMilliseconds);
    }
}
