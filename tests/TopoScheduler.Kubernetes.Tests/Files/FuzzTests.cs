using System.Diagnostics;
using System.Globalization;
using TopoScheduler.Kubernetes.Files;
using Xunit.Abstractions;

namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>
/// Damaged input gives an <see cref="InputException"/> or an answer with problems; nothing else, not late, and in bounded memory. A few thousand
/// inputs by default; <c>TOPOSCHEDULER_FUZZ=200000</c> runs that many. Seeds are fixed.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const string Variable = "TOPOSCHEDULER_FUZZ";
    private const int FewInputs = 5_000;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    private static int Inputs => int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var many) ? many : FewInputs;

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Read_DamagedInput_IsRefusedOrAnsweredInBoundedTimeAndMemory(string target)
    {
        var rounds = Math.Max(1, (int)((long)Inputs * FuzzTargets.All[target].Share / FuzzTargets.All.Values.Sum(t => t.Share)));
        var run = new FuzzRun(target, rounds);
        await run.Execute();

        using var process = Process.GetCurrentProcess();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{target}: {rounds} inputs in {run.Elapsed.TotalSeconds:F1} s, {run.Refused} refused; slowest {run.Slowest.TotalMilliseconds:F0} ms, most allocated by one "
            + $"{run.MostAllocated / 1048576.0:F1} MiB, peak heap {run.PeakHeap / 1048576.0:F0} MiB, peak of the process {process.PeakWorkingSet64 / 1048576.0:F0} MiB"));

        // Files must be both refused and read often, or the damage is too heavy or too light to mean anything. Values are never refused.
        if (target is "cluster" or "jobs") Assert.InRange(run.Refused, rounds / 10, rounds * 9 / 10);
        if (target is "quantity" or "duration" or "labels" or "annotations") Assert.Equal(0, run.Refused);
    }
}
