using System.CommandLine;

namespace TopoScheduler.Cli.Commands;

/// <summary>The options <c>--watch</c> and <c>--interval</c>.</summary>
internal sealed class WatchOptions
{
    private const int DefaultSeconds = 5;
    private const int MostSeconds = 86_400;

    private readonly Option<bool> _watch = new("--watch", "-w") { Description = "Go on: write it anew when the cluster or a power budget has changed, until interrupted. Not with -o html." };

    private readonly Option<long?> _interval = new("--interval")
    {
        Description = "With --watch: seconds between two looks at the cluster. Without it 5.",
        HelpName = "seconds",
        CustomParser = argument => OptionValues.Whole(argument, 1, MostSeconds),
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_watch);
        command.Add(_interval);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_interval) is { Implicit: false } && result.GetResult(_watch) is not { Implicit: false }) result.AddError("option --interval: is of no use alone, expected --watch with it.");
        });
    }

    /// <summary>The time between two looks; null when one look is all that is wanted.</summary>
    public TimeSpan? Pause(ParseResult parsed) => parsed.GetValue(_watch) ? TimeSpan.FromSeconds(parsed.GetValue(_interval) ?? DefaultSeconds) : null;
}
