using System.Diagnostics;
using System.Runtime;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// The sides of one case of a ladder, measured by turns: a short round of each, and again, so that whatever else the machine does meets all of them. A
/// side's time is the median of a round, of its best round; its bytes are those of a request in its most frugal round.
/// </summary>
/// <param name="prepare">Done before each request and not measured, neither its time nor the bytes it allocates.</param>
/// <param name="ofProcess">The bytes of all threads count, for a request that is answered on another one.</param>
/// <param name="sides">What is asked: one request, or one plan, each.</param>
public sealed class Turns(Action prepare, bool ofProcess, params Action[] sides)
{
    private const int Rounds = 16;
    private const int RoundMilliseconds = 30;
    private const int FewestRuns = 3;
    private const int MostWarmUpMilliseconds = 30_000;
    private readonly double[] _times = new double[2000];

    private Action[] Sides => sides;

    /// <summary>
    /// Runs cases until the runtime has compiled nothing more while every one ran twice: on a busy machine its compiler may wait for long.
    /// </summary>
    public static void WarmUp(Turns[] cases, int leastMilliseconds)
    {
        var (whole, compiled, quiet) = (Stopwatch.StartNew(), -1L, 0);
        while (whole.ElapsedMilliseconds < leastMilliseconds || (quiet < 2 && whole.ElapsedMilliseconds < MostWarmUpMilliseconds))
        {
            foreach (var turns in cases)
            {
                foreach (var side in turns.Sides) turns.Round(side);
            }

            var now = JitInfo.GetCompiledMethodCount();
            quiet = now == compiled ? quiet + 1 : 0;
            compiled = now;
        }
    }

    /// <summary>Measures, one result a side.</summary>
    public Measurement[] Measure()
    {
        var found = Array.ConvertAll(sides, Round);
        for (var round = 1; round < Rounds; round++)
        {
            for (var s = 0; s < sides.Length; s++)
            {
                var (before, now) = (found[s], Round(sides[s]));
                found[s] = new(
                    Math.Min(before.Milliseconds, now.Milliseconds), Math.Min(before.FastestMilliseconds, now.FastestMilliseconds),
                    Math.Min(before.AllocatedBytes, now.AllocatedBytes), before.Runs + now.Runs);
            }
        }

        return found;
    }

    private Measurement Round(Action side)
    {
        var (runs, prepared, bytes) = (0, 0L, Allocated());
        var whole = Stopwatch.StartNew();
        while (runs < FewestRuns || (runs < _times.Length && whole.ElapsedMilliseconds < RoundMilliseconds))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            prepare();
            prepared += GC.GetAllocatedBytesForCurrentThread() - before;
            // A span of time is made of 100 ns, a twentieth of the shortest request.
            var start = Stopwatch.GetTimestamp();
            side();
            _times[runs++] = (Stopwatch.GetTimestamp() - start) * 1000.0 / Stopwatch.Frequency;
        }

        bytes = Allocated() - bytes - prepared;
        Array.Sort(_times, 0, runs);
        return new(_times[runs / 2], _times[0], bytes / runs, runs);
    }

    private long Allocated() => ofProcess ? GC.GetTotalAllocatedBytes(precise: true) : GC.GetAllocatedBytesForCurrentThread();
}
