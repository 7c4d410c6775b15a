using System.Diagnostics;

namespace TopoScheduler.EndToEnd.Grpc;

/// <summary>Node.js and what the client in <c>Grpc/client</c> needs of the npm registry, as its lock file pins it.</summary>
internal static class NodeProgram
{
    /// <summary>Why tests with it were skipped.</summary>
    public const string Missing = "Node.js 18 or newer and npm are not on the PATH.";

    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);

    /// <summary>Both are there.</summary>
    public static bool IsThere { get; } = Find("node") && Find("npm");

    /// <summary>The client.</summary>
    public static string Folder { get; } = Path.Combine(Toposched.Root, "tests", "TopoScheduler.EndToEnd", "Grpc", "client");

    /// <summary>Fetches the packages, unless those of the lock file are there. Nothing of them is run.</summary>
    public static async Task InstallAsync()
    {
        Assert.True(IsThere, Missing);
        var done = Path.Combine(Folder, "node_modules", ".package-lock.json");
        if (File.Exists(done) && File.GetLastWriteTimeUtc(done) >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json"))) return;
        var start = new ProcessStartInfo("npm") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder, ArgumentList = { "ci", "--ignore-scripts", "--no-audit", "--no-fund" } };
        var (output, error) = await Runner.RunAsync(start, InstallLimit);
        Assert.True(File.Exists(done), $"npm ci failed: {output} {error}");
    }

    private static bool Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, program)));
}
