namespace TopoScheduler.EndToEnd.Metered;

/// <summary>Where the Prometheus server is: the rule of <c>tests/prometheus.sh</c>, which fetches it.</summary>
internal static class PrometheusBinary
{
    /// <summary>The program; null when there is none.</summary>
    public static string? File { get; } = Find();

    /// <summary>promtool, which comes with it: beside the server, or on the path; null when there is none.</summary>
    public static string? Promtool { get; } = FindPromtool();

    /// <summary>What is not there, and the command that would run the test; null when it is there.</summary>
    public static string? Missing =>
        File is null ? "no prometheus: ./test.sh --control-plane fetches it on Debian, once, and runs this test."
        : Promtool is null ? "no promtool beside prometheus: ./test.sh --control-plane fetches it on Debian, once, and runs this test." : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string? Find()
    {
        if (Variable("TOPOSCHEDULER_PROMETHEUS") is { } named) return System.IO.File.Exists(named) ? named : null;
        var cache = Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Folders().Append(Path.Combine(cache, "toposcheduler", "prometheus")).Select(folder => Path.Combine(folder, "prometheus")).FirstOrDefault(System.IO.File.Exists);
    }

    private static string? FindPromtool() => File is null
        ? null
        : Folders().Prepend(Path.GetDirectoryName(Path.GetFullPath(File))!).Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(System.IO.File.Exists);

    private static string[] Folders() => (Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
