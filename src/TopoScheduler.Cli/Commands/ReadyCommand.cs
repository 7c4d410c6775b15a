using System.CommandLine;
using System.CommandLine.Parsing;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched ready</c>: waits until a server says that it is ready. The image has no other program that could ask.</summary>
internal sealed class ReadyCommand : DocumentedCommand
{
    private const int LongestWaitSeconds = 3600;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private readonly CliConsole _console;
    private readonly Argument<Uri?> _url = new("url")
    {
        Description = "Address to ask, as http://127.0.0.1:8889/readyz.",
        HelpName = "url",
        CustomParser = Url,
    };

    private readonly Option<long?> _wait = new("--wait")
    {
        Description = "Seconds to wait for it; 0 asks once. Default 60.",
        HelpName = "seconds",
        CustomParser = argument => OptionValues.Whole(argument, 0, LongestWaitSeconds),
    };

    /// <summary>The command on a console.</summary>
    public ReadyCommand(CliConsole console)
        : base("ready", "Wait until a toposched serve somewhere says that it is ready.")
    {
        _console = console;
        Add(_url);
        Add(_wait);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("Is it ready?", "ready http://127.0.0.1:8888/readyz --wait 0"),
        ("Wait for it, whoever leads", "ready \"http://127.0.0.1:8888/readyz?exclude=leader\""),
    ];

    private static Uri? Url(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        argument.AddError($"\"{text}\": expected an address, for example http://127.0.0.1:8889/readyz.");
        return null;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (url, wait, begun) = (parsed.GetRequiredValue(_url)!, TimeSpan.FromSeconds(parsed.GetValue(_wait) ?? 60), TimeProvider.System.GetTimestamp());
        using var client = new HttpClient { Timeout = AnswerLimit };
        while (true)
        {
            var (isReady, said) = await AskAsync(client, url, cancellation).ConfigureAwait(false);
            if (isReady)
            {
                _console.Out.Write(said);
                return ExitCodes.Placed;
            }

            if (TimeProvider.System.GetElapsedTime(begun) >= wait)
            {
                CommandLine.Tell(_console, $"{url} is not ready: {said}");
                return ExitCodes.Failed;
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<(bool IsReady, string Said)> AskAsync(HttpClient client, Uri url, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.GetAsync(url, cancellation).ConfigureAwait(false);
            return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false));
        }
        catch (HttpRequestException e)
        {
            return (false, e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (false, $"no answer within {AnswerLimit.TotalSeconds:F0} seconds");
        }
    }
}
