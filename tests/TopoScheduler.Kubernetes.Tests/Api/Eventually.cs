using System.Diagnostics;
using TopoScheduler.Testing.Clocks;

namespace TopoScheduler.Kubernetes.Tests.Api;

/// <summary>Waits for what another task brings about: as short as it can, and not for ever.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static async Task IsTrue(Func<bool> condition, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Longest, $"not within {Longest.TotalSeconds} s: {what}");
            await Task.Delay(2);
        }
    }

    /// <summary>The clock moves on in steps until it is so.</summary>
    public static Task IsTrueWith(ManualTime time, TimeSpan step, Func<bool> condition, string what) => IsTrue(
        () =>
        {
            if (condition())
            {
                return true;
            }

            time.Advance(step);
            return false;
        },
        what);
}
