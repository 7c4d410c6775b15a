using System.Runtime.InteropServices;
using System.Text;

namespace TopoScheduler.Cli.Commands;

/// <summary>
/// An answer that is written anew whenever it has changed. On a terminal the page is redrawn in place, line over line in one write, so nothing flickers; elsewhere
/// each further page is appended below a line with the time. A cluster that cannot be read for a while is told and asked again. One that is the same is asked
/// again when its power budgets change with the time.
/// </summary>
/// <param name="console">Where to write.</param>
/// <param name="pause">Time between two looks.</param>
internal sealed class WatchLoop(CliConsole console, TimeSpan pause)
{
    private const string Home = "\e[H";
    private const string ClearScreen = "\e[2J";
    private const string ClearLine = "\e[K";
    private const string ClearBelow = "\e[J";
    private const string HideCursor = "\e[?25l";
    private const string ShowCursor = "\e[?25h";

    private string? _shown;
    private DateTimeOffset _changesAt = DateTimeOffset.MaxValue;

    /// <summary>Runs until interrupted, then ends with 0.</summary>
    /// <param name="stamp">What is another whenever the answer may be another; null: it has to be read to know.</param>
    /// <param name="answer">Writes the answer to a console.</param>
    public int Run(Func<string?> stamp, Func<CliConsole, int> answer)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(console.Interrupted);
        using var interrupt = Stop(PosixSignal.SIGINT, stopped);
        using var terminate = Stop(PosixSignal.SIGTERM, stopped);
        try
        {
            string? seen = null;
            do
            {
                var now = stamp();
                if (now is not null && now == seen && console.Time.GetUtcNow() < _changesAt) continue;
                seen = now;
                Show(Page(answer));
            }
            while (!stopped.Token.WaitHandle.WaitOne(pause));
        }
        finally
        {
            if (console.IsTerminal && _shown is not null) Write(ShowCursor);
        }

        return ExitCodes.Placed;
    }

    /// <summary>A page as a terminal of a height is to be sent it: drawn over the one before.</summary>
    internal static string Redraw(string page, bool isFirst, int? height)
    {
        var lines = page.TrimEnd('\n').Split('\n');
        var cut = height is { } rows && lines.Length >= rows ? Math.Max(1, rows - 2) : lines.Length;
        var text = new StringBuilder(isFirst ? HideCursor + ClearScreen : "").Append(Home);
        foreach (var line in lines.AsSpan(0, cut)) text.Append(line).Append(ClearLine).Append('\n');
        if (cut < lines.Length) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"... {lines.Length - cut} more lines").Append(ClearLine).Append('\n');
        return text.Append(ClearBelow).ToString();
    }

    // Errors are part of the page: written beside it, the next page would be drawn over them.
    private string Page(Func<CliConsole, int> answer)
    {
        using var page = new StringWriter { NewLine = "\n" };
        _changesAt = DateTimeOffset.MaxValue;
        answer(console with { Out = page, Error = page, ChangesAt = moment => _changesAt = moment < _changesAt ? moment : _changesAt });
        return page.ToString();
    }

    private void Show(string page)
    {
        if (page == _shown) return;
        if (console.IsTerminal) Write(Redraw(page, _shown is null, console.TerminalHeight));
        else Write(_shown is null ? page : $"--- {console.Time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}\n{page}");
        _shown = page;
    }

    private void Write(string text)
    {
        console.Out.Write(text);
        console.Out.Flush();
    }

    private static PosixSignalRegistration Stop(PosixSignal signal, CancellationTokenSource stopped) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stopped.Cancel();
    });
}
