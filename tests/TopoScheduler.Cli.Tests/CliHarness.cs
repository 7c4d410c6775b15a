using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using TopoScheduler.Cli.Commands;

namespace TopoScheduler.Cli.Tests;

/// <summary>What one call of the command line did.</summary>
internal sealed record CliRun(int Code, string Out, string Error)
{
    /// <summary>Standard output as JSON.</summary>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Out);
        return document.RootElement.Clone();
    }
}

/// <summary>Runs the command line in process, as the program does, on streams a test can read.</summary>
internal static class CliHarness
{
    // Reports name files as they were given; from the root they are the same on every machine.
    [ModuleInitializer]
    internal static void WorkAtTheRoot() => Environment.CurrentDirectory = Golden.Root;

    /// <summary>Runs it.</summary>
    public static CliRun Run(params string[] args) => Run(null, args);

    /// <summary>Runs it with text on standard input.</summary>
    public static CliRun Run(string? input, string[] args, CliConsole? like = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var console = (like ?? new() { Out = output, Error = error, OpenInput = () => Stream.Null, Environment = _ => null, Home = "" }) with
        {
            Out = output,
            Error = error,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input ?? "")),
        };
        var code = CommandLine.Run(args, console);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Path of a sample or another file of the repository.</summary>
    public static string File(params string[] parts) => Path.Combine([Golden.Root, .. parts]);
}
