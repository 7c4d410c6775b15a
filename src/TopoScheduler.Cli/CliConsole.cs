using System.Text;

namespace TopoScheduler.Cli;

/// <summary>
/// Everything of the process a command may touch: streams and what the output can show. The one place that asks the environment, so that
/// commands can be run by a test as by a person.
/// </summary>
internal sealed record CliConsole
{
    /// <summary>Reports go here.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors go here, one per line.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens standard input, for <c>-</c>.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>What time it is.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Value of an environment variable, null when it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Home folder of the user; null or empty when there is none.</summary>
    public string? Home { get; init; } = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);

    /// <summary>The output is a terminal whose cursor moves.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Rows of the terminal; null when the output is none.</summary>
    public int? TerminalHeight { get; init; }

    /// <summary>Is told of moments at which the answer may be another though the cluster is the same; null when nobody waits for one.</summary>
    public Action<DateTimeOffset>? ChangesAt { get; init; }

    /// <summary>Ends what would go on for ever; an interrupt of the process does so too.</summary>
    public CancellationToken Interrupted { get; init; }

    /// <summary>Name the user typed: <c>toposched</c>, or <c>kubectl topo</c> for the plugin.</summary>
    public string Name { get; init; } = "toposched";

    /// <summary>Colours are welcome: a terminal, and NO_COLOR is not set.</summary>
    public bool Colour { get; init; }

    /// <summary>The output can show characters beyond ASCII.</summary>
    public bool Unicode { get; init; } = true;

    /// <summary>Columns of the terminal; null when the output is none.</summary>
    public int? TerminalWidth { get; init; }

    /// <summary>The console of this process.</summary>
    public static CliConsole OfProcess()
    {
        var terminal = !Console.IsOutputRedirected;
        var unicode = IsUtf8(Console.OutputEncoding, Locale());
        var encoding = unicode ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) : Encoding.ASCII;
        return new()
        {
            Out = new StreamWriter(Console.OpenStandardOutput(), encoding) { AutoFlush = false },
            Error = new StreamWriter(Console.OpenStandardError(), encoding) { AutoFlush = true },
            OpenInput = Console.OpenStandardInput,
            Name = NameOf(System.Environment.ProcessPath),
            Colour = terminal && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR")) && System.Environment.GetEnvironmentVariable("TERM") != "dumb",
            IsTerminal = terminal && System.Environment.GetEnvironmentVariable("TERM") != "dumb",
            TerminalHeight = terminal && Console.WindowHeight > 0 ? Console.WindowHeight : null,
            Unicode = unicode,
            TerminalWidth = terminal && Console.WindowWidth > 0 ? Console.WindowWidth : null,
        };
    }

    /// <summary>Whether an output with this encoding, under this locale, shows characters beyond ASCII.</summary>
    /// <param name="encoding">Encoding of the output.</param>
    /// <param name="locale">The locale in force, <c>en_GB.UTF-8</c>; null when none is set (then the encoding alone decides).</param>
    internal static bool IsUtf8(Encoding encoding, string? locale)
    {
        if (encoding.CodePage != Encoding.UTF8.CodePage) return false;
        if (locale is null) return true;
        if (locale is "C" or "POSIX") return false;
        var dot = locale.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 || locale[dot..].Contains("UTF", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>How the user calls a process of this path; kubectl finds plugins by the name <c>kubectl-topo</c>.</summary>
    internal static string NameOf(string? processPath) =>
        Path.GetFileNameWithoutExtension(processPath) == "kubectl-topo" ? "kubectl topo" : "toposched";

    private static string? Locale()
    {
        if (OperatingSystem.IsWindows()) return null;
        foreach (var name in (ReadOnlySpan<string>)["LC_ALL", "LC_CTYPE", "LANG"])
        {
            if (System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) return value;
        }

        return null;
    }
}
