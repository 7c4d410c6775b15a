using System.CommandLine;

namespace TopoScheduler.Cli.Commands;

/// <summary>A command that reads a cluster, wherever it is, and writes what it makes of it; once, or again and again.</summary>
internal abstract class ReadingCommand : DocumentedCommand
{
    private readonly SourceOptions _source = new();
    private readonly CliConsole _console;

    /// <summary>A command on a console, with the options that say which cluster.</summary>
    /// <param name="console">Where it writes.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="description">What it does.</param>
    /// <param name="canWatch">It can go on: <c>--watch</c>.</param>
    protected ReadingCommand(CliConsole console, string name, string description, bool canWatch)
        : base(name, description)
    {
        _console = console;
        _source.AddTo(this);
        var watch = canWatch ? new WatchOptions() : null;
        watch?.AddTo(this);
        SetAction(parsed => watch?.Pause(parsed) is { } pause ? Watch(parsed, pause) : Answer(parsed, _source.Of(parsed, console), console));
    }

    /// <summary>Reads the cluster and writes the answer; the exit code.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="source">The cluster.</param>
    /// <param name="console">Where to write.</param>
    protected abstract int Answer(ParseResult parsed, ClusterSource source, CliConsole console);

    private int Watch(ParseResult parsed, TimeSpan pause)
    {
        var source = _source.Of(parsed, _console);
        if (source.Path == "-")
        {
            CommandLine.Tell(_console, "option --watch: standard input can be read once; expected a file, a folder or a live cluster.");
            return ExitCodes.InvalidInput;
        }

        // A page is a whole document: a second one below it, or above a line with the time, makes it none.
        if (parsed.GetResult("--output") is { Tokens: [.., { Value: "html" }] })
        {
            CommandLine.Tell(_console, "option --output=\"html\": one page cannot follow another with --watch; expected text, wide, markdown, json or yaml, or no --watch.");
            return ExitCodes.InvalidInput;
        }

        return new WatchLoop(_console, pause).Run(source.Stamp, console => CommandLine.Caught(console, () => Answer(parsed, source, console)));
    }
}
