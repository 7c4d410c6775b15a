using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>
/// The steps of the build stage of the <c>Dockerfile</c>, carried out in a folder in place of a container: ARG and ENV, COPY from what <c>.dockerignore</c> lets
/// through, RUN by a shell.
/// </summary>
/// <param name="folder">The folder that stands for WORKDIR.</param>
/// <param name="output">The folder that stands for the argument OUTPUT.</param>
internal sealed partial class ImageSteps(string folder, string output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    /// <summary>The instructions of the Dockerfile, continuation lines joined, stage by stage; those before the first stage are its own.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Stages()
    {
        var text = Continuation().Replace(File.ReadAllText(Path.Combine(Toposched.Root, "Dockerfile")), " ");
        var stages = new List<List<string>> { new() };
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith('#')))
        {
            if (line.StartsWith("FROM ", StringComparison.Ordinal)) stages.Add([]);
            stages[^1].Add(line);
        }

        return stages;
    }

    /// <summary>Carries out the build stage.</summary>
    public async Task RunAsync()
    {
        foreach (var line in Stages()[1].Skip(1))
        {
            var (word, rest) = (line[..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            switch (word)
            {
                case "ARG" or "ENV":
                    foreach (var pair in rest.Split(' ')) _variables[pair.Split('=')[0]] = pair.Split('=')[1];
                    break;
                case "COPY":
                    Copy(rest.Split(' '));
                    break;
                case "RUN":
                    await ShellAsync(rest);
                    break;
                case "WORKDIR":
                    break;
                default:
                    throw new InvalidDataException($"Dockerfile: {word} is not known here");
            }
        }
    }

    private static IEnumerable<string> Context()
    {
        string[] rules = [.. File.ReadAllLines(Path.Combine(Toposched.Root, ".dockerignore")).Where(l => l.Length > 0 && !l.StartsWith('#'))];
        Assert.Equal("*", rules[0]);
        foreach (var name in rules.Where(r => r.StartsWith('!')).Select(r => r[1..]))
        {
            var path = Path.Combine(Toposched.Root, name);
            if (File.Exists(path)) yield return name;
            if (!Directory.Exists(path)) continue;
            foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Toposched.Root, f)))
            {
                if (!file.Split('/').Intersect(["bin", "obj"]).Any()) yield return file;
            }
        }
    }

    private void Copy(string[] words)
    {
        var (sources, target) = (words[..^1], words[^1]);
        foreach (var file in Context())
        {
            var source = sources.FirstOrDefault(s => s == "." || file == s || file.StartsWith(s + "/", StringComparison.Ordinal));
            if (source is null) continue;
            var copy = Path.GetFullPath(Path.Combine(folder, target, source == "." ? file : Path.GetFileName(file)));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(Toposched.Root, file), copy, overwrite: true);
        }
    }

    private async Task ShellAsync(string command)
    {
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-c", $"{{ {command}; }} && echo so far so good"]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in _variables) start.Environment[name] = value;
        start.Environment["OUTPUT"] = output;
        var (said, error) = await Runner.RunAsync(start, Limit);
        Assert.True(said.TrimEnd().EndsWith("so far so good", StringComparison.Ordinal), $"{command}\n{said}{error}");
    }

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continuation();
}
