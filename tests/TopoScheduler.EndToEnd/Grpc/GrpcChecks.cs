using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TopoScheduler.EndToEnd.Grpc;

/// <summary>One run of all checks of the client, and what each of them said.</summary>
public sealed partial class GrpcChecks : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    private GrpcScene? _scene;

    /// <summary>What each said: <c>ok</c>, or why not. In the order they were run.</summary>
    internal List<(string Name, string Said)> Results { get; } = [];

    /// <summary>What the client said beside that.</summary>
    internal string Beside { get; private set; } = "";

    /// <summary>What the servers logged.</summary>
    internal IReadOnlyList<string> Log { get; private set; } = [];

    /// <summary>Both servers were there at the end.</summary>
    internal bool ServersRan { get; private set; }

    /// <summary>Names of the checks, as they stand in the source of the client.</summary>
    public static IEnumerable<string> Names => Directory.GetFiles(Path.Combine(NodeProgram.Folder, "checks"), "*.mjs").Order(StringComparer.Ordinal).SelectMany(NamesIn);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (!NodeProgram.IsThere) return;
        await NodeProgram.InstallAsync();
        _scene = await GrpcScene.StartAsync();
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = NodeProgram.Folder, ArgumentList = { "run.mjs", _scene.Config.ToJsonString() } };
        var (output, error) = await Runner.RunAsync(start, Limit);
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var match = Line().Match(line);
            if (match.Success) Results.Add((match.Groups["name"].Value, match.Groups["not"].Success ? match.Groups["why"].Value : "ok"));
        }

        (Beside, Log, ServersRan) = (error, [.. _scene.Log], _scene.Runs);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_scene is not null) await _scene.DisposeAsync();
    }

    // A name with a variable in it is written out.
    private static IEnumerable<string> NamesIn(string file)
    {
        foreach (Match match in Check().Matches(File.ReadAllText(file)))
        {
            var name = (match.Groups["kind"].Value == "check" ? "" : "HTTP/2: ") + match.Groups["name"].Value;
            if (name.Contains("${name}", StringComparison.Ordinal)) continue;
            if (name.Contains("${version}", StringComparison.Ordinal)) foreach (var version in (string[])["v1", "v1alpha"]) yield return name.Replace("${version}", version, StringComparison.Ordinal);
            else if (name.Contains("${service", StringComparison.Ordinal)) foreach (var service in (string[])["the server", "toposcheduler.v1.ClusterService", "toposcheduler.v1.PlacementService", "toposcheduler.v1.PowerReadingsService"]) yield return Variable().Replace(name, service);
            else yield return name;
        }
    }

    [GeneratedRegex(@"^(?<not>not )?ok (?<name>.*?)(?(not) - (?<why>.*))$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^\s*(?<kind>check|wrong|bytes)\([`'](?<name>[^`]+?)[`'], ", RegexOptions.Multiline)]
    private static partial Regex Check();

    [GeneratedRegex(@"\$\{service[^}]*\}")]
    private static partial Regex Variable();
}
