using System.Diagnostics;
using System.Text;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Testing.Fuzz;

namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>Feeds one target on a thread of its own, watched from outside, so that a hang names its input instead of stopping the tests.</summary>
internal sealed class FuzzRun(string target, int rounds)
{
    /// <summary>No input may take longer.</summary>
    public static readonly TimeSpan LongestInput = TimeSpan.FromSeconds(2);

    /// <summary>No input may allocate more, counting also what is freed at once. Inputs are below 64 KiB (with pieces spliced in, somewhat above).</summary>
    public const long MostBytes = 64L << 20;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private byte[] _input = [];
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>Inputs answered with an <see cref="InputException"/>.</summary>
    public int Refused { get; private set; }

    /// <summary>The slowest input.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>Bytes allocated by the input that allocated most.</summary>
    public long MostAllocated { get; private set; }

    /// <summary>Largest managed heap seen.</summary>
    public long PeakHeap { get; private set; }

    /// <summary>Time in all.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Runs all rounds.</summary>
    public async Task Execute()
    {
        var start = Stopwatch.GetTimestamp();
        var work = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (await Task.WhenAny(work, Task.Delay(500)) != work)
        {
            Assert.True(Stopwatch.GetElapsedTime(Volatile.Read(ref _since)) < Hang, $"{target} hangs on {Shown(Volatile.Read(ref _input))}");
        }

        await work;
        Elapsed = Stopwatch.GetElapsedTime(start);
    }

    private void Work()
    {
        var (texts, _, read) = FuzzTargets.All[target];
        var whole = texts.Select(Encoding.UTF8.GetBytes).ToArray();
        foreach (var valid in target == "gzip" ? [] : whole)
        {
            Assert.Null(Record.Exception(() => read(valid)));
        }

        // Seeds differ by target only, so a failure is found again by running the same number of rounds.
        var random = new Random(20_000 + target.Sum(c => c));
        var mutations = new FuzzMutations(random);
        for (var round = 0; round < rounds; round++)
        {
            var bytes = mutations.Damage(whole[random.Next(whole.Length)], whole[random.Next(whole.Length)]);
            var (time, allocated) = One(round, bytes, read);
            if (time > LongestInput)
            {
                // A busy machine may have held the thread; the input itself is slow only if it is slow again.
                time = One(round, bytes, read).Time;
            }

            Assert.True(time <= LongestInput, $"{target}, round {round} takes {time.TotalMilliseconds} ms: {Shown(bytes)}");
            Assert.True(allocated <= MostBytes, $"{target}, round {round} allocates {allocated} bytes: {Shown(bytes)}");
            Slowest = time > Slowest ? time : Slowest;
            MostAllocated = Math.Max(MostAllocated, allocated);
            PeakHeap = Math.Max(PeakHeap, GC.GetTotalMemory(forceFullCollection: false));
        }
    }

    private (TimeSpan Time, long Allocated) One(int round, byte[] bytes, Action<byte[]> read)
    {
        Volatile.Write(ref _input, bytes);
        var start = Stopwatch.GetTimestamp();
        Volatile.Write(ref _since, start);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(bytes);
        }
        catch (InputException e)
        {
            Assert.DoesNotContain("   at ", e.Message, StringComparison.Ordinal);
            Refused++;
        }
        catch (Exception e)
        {
            Assert.Fail($"{target}, round {round}: {e.GetType().Name}: {e}\n{Shown(bytes)}");
        }

        return (Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Shown(byte[] bytes) => $"{bytes.Length} bytes, base64 {Convert.ToBase64String(bytes)}\n{Encoding.UTF8.GetString(bytes)}";
}
