using System.Text;
using System.Text.Json;

namespace TopoScheduler.Cli.Tests.Bad;

/// <summary>
/// A folder of <c>tests/cases/bad</c>: a <c>cluster</c> or <c>job</c> file (any ending) or folder, the other one being whole, or else
/// <c>args.txt</c> with one argument a line and <c>stdin.txt</c>.
/// </summary>
internal sealed record BadCase(string Name)
{
    /// <summary>The folder of all cases, from the root, where the tests run: what messages name.</summary>
    public const string Folder = "tests/cases/bad";

    /// <summary>What is expected.</summary>
    public string Expected => CliHarness.File("tests", "cases", "bad", Name, "expected.txt");

    /// <summary>True for characters that steer a terminal instead of being shown.</summary>
    public static bool IsHostile(char c) => char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    /// <summary>All of them.</summary>
    public static IEnumerable<string> Names =>
        Directory.GetDirectories(CliHarness.File("tests", "cases", "bad")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal);

    /// <summary>Runs it as a user would, with the report as JSON.</summary>
    public CliRun Run() => CliHarness.Run(Read("stdin.txt"), Arguments());

    /// <summary>What a user is told, in a fixed form: the exit code, standard error, and of each report the summary, reasons, errors and warnings.</summary>
    public static string Told(CliRun run)
    {
        var told = new StringBuilder($"exit code {run.Code}\n\n");
        Section(told, "standard error", run.Error.TrimEnd('\n').Split('\n').Where(l => l.Length > 0));
        if (run.Out.Length == 0) return told.ToString();
        var report = run.Json();
        foreach (var one in report.TryGetProperty("reports", out var list) ? list.EnumerateArray().ToList() : [report])
        {
            told.Append($"\n{Shown(one.GetProperty("summary"))}\n");
            if (one.GetProperty("reasons").GetArrayLength() > 0) Section(told, "reasons", one.GetProperty("reasons").EnumerateArray().Select(r => Shown(r.GetProperty("message"))));
            Section(told, "problems", one.GetProperty("problems").EnumerateArray()
                .Where(p => p.GetProperty("severity").GetString() != "info")
                .Select(p => $"{p.GetProperty("severity").GetString()}: {Shown(p.GetProperty("object"))}: {Shown(p.GetProperty("message"))}"));
        }

        return told.ToString();
    }

    private static void Section(StringBuilder told, string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        told.Append(all.Count == 0 ? $"{title}: nothing\n" : $"{title}:\n{string.Concat(all.Select(l => $"  {l}\n"))}");
    }

    // JSON carries the value as it is, escaped; an expected file must be safe to print.
    private static string Shown(JsonElement value) =>
        string.Concat(value.GetString()!.Select(c => IsHostile(c) ? $"\\u{(int)c:x4}" : c.ToString()));

    private string[] Arguments()
    {
        if (Read("args.txt") is { } text) return text[..^1].Split('\n');
        return ["report", "--cluster", Input("cluster") ?? $"{Folder}/good-cluster.yaml", "--job", Input("job") ?? $"{Folder}/good-job.yaml", "-o", "json"];
    }

    private string? Input(string stem) =>
        Directory.GetFileSystemEntries(CliHarness.File("tests", "cases", "bad", Name))
            .Select(p => Path.GetFileName(p))
            .Where(n => n == stem || n.StartsWith($"{stem}.", StringComparison.Ordinal))
            .Select(n => $"{Folder}/{Name}/{n}")
            .SingleOrDefault();

    private string? Read(string file) =>
        CliHarness.File("tests", "cases", "bad", Name, file) is var path && File.Exists(path) ? File.ReadAllText(path) : null;
}
