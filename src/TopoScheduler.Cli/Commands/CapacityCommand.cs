using System.CommandLine;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched capacity</c>: how much room is left, watts included.</summary>
internal sealed class CapacityCommand : DocumentedCommand
{
    private const int MostGpusPerPod = 1_024;
    private readonly Option<string> _cluster = ClusterInput.Option();
    private readonly Option<DateTimeOffset?> _at = ClusterInput.AtOption();
    private readonly Option<string> _output = OutputOption.Form("text for people, json for programs.", "text", "json");
    private readonly Option<long?> _width = OutputOption.Width();
    private readonly CliConsole _console;

    private readonly Option<long?> _perPod = new("--gpus-per-pod")
    {
        Description = "GPUs a pod asks for. Without it what the best equipped node has, at most 8; 1 for MIG slices and shared GPUs.",
        HelpName = "number",
        CustomParser = argument => OptionValues.Whole(argument, 1, MostGpusPerPod),
    };

    /// <summary>The command on a console.</summary>
    public CapacityCommand(CliConsole console)
        : base("capacity", "How much room is left: the largest gang per tier, slots of 8, 16, 64 and 256 GPUs, headroom of every power budget, fragmentation.")
    {
        _console = console;
        Add(_cluster);
        Add(_perPod);
        Add(_at);
        Add(_output);
        Add(_width);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("How large a gang still fits?", "capacity --cluster cluster.yaml"),
        ("For pods of 4 GPUs, for a program", "capacity --cluster cluster.yaml --gpus-per-pod 4 -o json"),
    ];

    private int Run(ParseResult parsed)
    {
        if (ClusterInput.Read(parsed.GetRequiredValue(_cluster), _console, parsed.GetValue(_at)) is not { } input) return ExitCodes.InvalidInput;
        var view = CapacityView.Of(input.Cluster, (int?)parsed.GetValue(_perPod));
        if (parsed.GetValue(_output) == "json") _console.Out.Write(AnswerJson.Text(view));
        else CapacityText.Write(OutputOption.Page(_console, parsed.GetValue(_width)), view);
        return ExitCodes.Placed;
    }
}
