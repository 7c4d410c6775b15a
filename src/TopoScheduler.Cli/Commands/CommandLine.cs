using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Cli.Commands;

/// <summary>
/// The whole command line: the list of commands, help, version and what an exception becomes. A further command is one file with a
/// <see cref="DocumentedCommand"/> and one line in <see cref="Build"/>.
/// </summary>
internal static class CommandLine
{
    /// <summary>Runs one command and returns the exit code. Never throws.</summary>
    public static int Run(IReadOnlyList<string> args, CliConsole console) => Caught(console, () =>
    {
        var code = Invoke(args, console);
        console.Out.Flush();
        return code;
    });

    /// <summary>Runs some work; an exception becomes one line of error and an exit code.</summary>
    internal static int Caught(CliConsole console, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (InputException e)
        {
            return Fail(console, e.Message, ExitCodes.InvalidInput);
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException or ServerDoorException)
        {
            return Fail(console, e.Message, ExitCodes.Failed);
        }
        catch (IOException e)
        {
            return Fail(console, $"the report cannot be written: {e.Message}", ExitCodes.Failed);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A defect of ours: say so, with the place, rather than dump a stack over a terminal.
            return Fail(console, $"internal error: {e.GetType().Name}: {e.Message} {Place(e)}", ExitCodes.Failed);
        }
    }

    /// <summary>The tree of commands.</summary>
    internal static RootCommand Build(CliConsole console)
    {
        var root = new RootCommand("Topology- and power-aware placement of AI jobs: where would this job land, what would it cost, what would make it fit?")
        {
            new ReportCommand(console),
            new ExplainCommand(console),
            new TopologyCommand(console),
            new DoctorCommand(console),
            new CapacityCommand(console),
            new PowerCommand(console),
            new PlacementsCommand(console),
            new SaveCommand(console),
            new ServeCommand(console),
            new GatesCommand(console),
            new ReadyCommand(console),
            new CompletionCommand(console),
        };
        root.HelpName = console.Name;
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help }) option.Action = new HelpWithExamples(help, console.Name);
            if (option is VersionOption) option.Action = new VersionLine();
        }

        return root;
    }

    /// <summary>One line for what is wrong, safe to show on a terminal: messages quote strangers' files and arguments.</summary>
    internal static void Tell(CliConsole console, string message) => console.Error.WriteLine($"error: {OneLine(message, console)}");

    private static int Invoke(IReadOnlyList<string> args, CliConsole console)
    {
        // A bare call is a question for help; a path may begin with "@", so no response files.
        var parsed = Build(console).Parse(args.Count == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not { ClearsParseErrors: true })
        {
            foreach (var error in parsed.Errors) Tell(console, error.Message);
            console.Error.WriteLine($"See \"{HelpCall(parsed, console)}\".");
            return ExitCodes.InvalidInput;
        }

        // Nothing is written but the report, so an interrupt may end the process at once: no grace period, no cancellation.
        return parsed.Invoke(new() { Output = console.Out, Error = console.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static string HelpCall(ParseResult parsed, CliConsole console) =>
        string.Join(' ', [console.Name, .. Names(parsed.CommandResult).Reverse(), "--help"]);

    // The names that lead to a command, the last one first; the root has that of the program.
    private static IEnumerable<string> Names(SymbolResult? result)
    {
        for (; result is CommandResult { Command: not RootCommand } command; result = result.Parent) yield return command.Command.Name;
    }

    private static int Fail(CliConsole console, string message, int code)
    {
        Tell(console, message);
        return code;
    }

    private static string OneLine(string message, CliConsole console) => SafeText.Show(
        string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)), console.Unicode);

    private static string Place(Exception e) => e.StackTrace?.Split('\n')[0].Trim() ?? "";
}
