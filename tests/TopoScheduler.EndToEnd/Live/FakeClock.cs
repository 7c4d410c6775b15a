using System.Globalization;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>
/// A clock that a test can set for one process: libfaketime stands between the process and the system's time of day, and reads the offset from a file.
/// Elapsed time goes on as it is, as when somebody sets the clock of a machine.
/// </summary>
internal sealed class FakeClock
{
    private readonly string _file = Path.GetTempFileName();

    public FakeClock() => Set(TimeSpan.Zero);

    /// <summary>What is not there, and the command that would run the test; null when it is there.</summary>
    public static string? Missing => Library is null ? "no libfaketime in /usr/lib/*/faketime: ./test.sh --control-plane installs it on Debian and runs this test." : null;

    /// <summary>What the process needs in its environment.</summary>
    public string[] Environment =>
        [$"LD_PRELOAD={Library}", $"FAKETIME_TIMESTAMP_FILE={_file}", "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1"];

    private static string? Library { get; } = Directory.Exists("/usr/lib")
        ? Directory.GetDirectories("/usr/lib").Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        : null;

    /// <summary>Sets the clock so far from the system's.</summary>
    public void Set(TimeSpan offset) => File.WriteAllText(_file, string.Create(CultureInfo.InvariantCulture, $"{offset.TotalSeconds:+0;-0}\n"));
}
