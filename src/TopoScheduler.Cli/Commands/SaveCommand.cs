using System.CommandLine;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Saving;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched save</c>: a cluster file of what the planner reads and nothing else, to keep, to send, to ask again.</summary>
internal sealed class SaveCommand : ReadingCommand
{
    private static readonly JsonWriterOptions NamesLayout = new() { Indented = true, NewLine = "\n" };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "The file to write: .yaml or .json, with .gz packed. Without it YAML on standard output.",
        HelpName = "file",
    };

    private readonly Option<bool> _hash = new("--hash-names")
    {
        Description = "Put numbers for the names of nodes, pods, namespaces, domains, jobs, claims, volumes and label values: node-0001. Answers stay the same up to names.",
    };

    private readonly Option<string?> _names = new("--names")
    {
        Description = "With --hash-names: write what stands for what to this file, JSON. Keep it to yourself.",
        HelpName = "file",
    };

    /// <summary>The command on a console.</summary>
    public SaveCommand(CliConsole console)
        : base(console, "save", "Write a cluster file of what placement reads and nothing else: no environment, image, command, secret or annotation that decides nothing.", canWatch: false)
    {
        Add(_output);
        Add(_hash);
        Add(_names);
        Validators.Add(result =>
        {
            if (result.GetResult(_names) is { Implicit: false } && result.GetResult(_hash) is not { Implicit: false }) result.AddError("option --names: there are none without --hash-names, expected both.");
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("Keep what the live cluster looks like now", "save -o cluster.yaml.gz"),
        ("A file that may leave the house", "save --hash-names --names names.json -o cluster.json.gz"),
        ("Cut down what kubectl has written", "save --cluster everything.yaml -o cluster.yaml"),
    ];

    /// <inheritdoc/>
    protected override int Answer(ParseResult parsed, ClusterSource source, CliConsole console)
    {
        var file = parsed.GetValue(_output);
        if (file is not null && FormOf(file) is null)
        {
            CommandLine.Tell(console, $"option --output=\"{file}\": expected a name that ends in .yaml, .yml or .json, or one of them with .gz.");
            return ExitCodes.InvalidInput;
        }

        var saved = source.Saved(parsed.GetValue(_hash));
        if (!saved.Counts.Any(c => c.Kind == "Node"))
        {
            CommandLine.Tell(console, "the cluster has no node; expected at least one, nothing is written.");
            return ExitCodes.InvalidInput;
        }

        if (file is null) ToConsole(saved, console);
        else ToFile(file, stream => Write(saved, stream, file));
        if (parsed.GetValue(_names) is { } names) ToFile(names, stream => WriteNames(saved, stream));
        return ExitCodes.Placed;
    }

    private static SavedForm? FormOf(string file)
    {
        var name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".yaml" or ".yml" => SavedForm.Yaml,
            ".json" => SavedForm.Json,
            _ => null,
        };
    }

    // A plain gzip header carries no time and no name, so equal clusters are equal bytes.
    private static void Write(SavedCluster saved, Stream stream, string file)
    {
        if (!file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            saved.Write(stream, FormOf(file)!.Value);
            return;
        }

        using var packed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        saved.Write(packed, FormOf(file)!.Value);
    }

    private static void ToConsole(SavedCluster saved, CliConsole console)
    {
        using var bytes = new MemoryStream();
        saved.Write(bytes, SavedForm.Yaml);
        console.Out.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    private static void WriteNames(SavedCluster saved, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, NamesLayout);
        json.WriteStartObject();
        foreach (var (number, name) in saved.Names) json.WriteString(number, name);
        json.WriteEndObject();
    }

    // Beside the file first: whoever has an older one keeps it when this fails half-way.
    private static void ToFile(string file, Action<Stream> write)
    {
        var beside = $"{file}.part";
        try
        {
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write))
            {
                write(stream);
            }

            File.Move(beside, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InputException($"{file}: cannot be written: {e.Message}", e);
        }
    }
}
