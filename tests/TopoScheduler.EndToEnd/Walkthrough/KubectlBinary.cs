namespace TopoScheduler.EndToEnd.Walkthrough;

/// <summary>Where kubectl is: the rule of <c>tests/kubectl.sh</c>, which fetches it.</summary>
internal static class KubectlBinary
{
    /// <summary>The program.</summary>
    public static string File { get; } = Variable("TOPOSCHEDULER_KUBECTL") ?? Path.Combine(
        Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "toposcheduler", "kubectl", "kubectl");

    /// <summary>What is not there, and the command that would run the test; null when it is there.</summary>
    public static string? Missing => System.IO.File.Exists(File) ? null : $"no {File}: ./test.sh --control-plane fetches it on Debian, once, and runs this test.";

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
