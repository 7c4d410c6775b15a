using System.CommandLine;
using System.Globalization;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Cli.Reports.Sheets;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched capacity</c>: how much room is left, watts included.</summary>
internal sealed class CapacityCommand : ReadingCommand
{
    private const int MostGpusPerPod = 1_024;
    private readonly Option<DateTimeOffset?> _at = ClusterInput.AtOption();
    private readonly PageOptions<CapacityView> _page = new(new(CapacityText.Write, CapacitySheet.Of), "every row");

    private readonly Option<long?> _perPod = new("--gpus-per-pod")
    {
        Description = "GPUs a pod asks for. Without it what the best equipped node has, at most 8; 1 for MIG slices and shared GPUs.",
        HelpName = "number",
        CustomParser = argument => OptionValues.Whole(argument, 1, MostGpusPerPod),
    };

    /// <summary>The command on a console.</summary>
    public CapacityCommand(CliConsole console)
        : base(console, "capacity", "How much room is left: the largest gang per tier, slots of 8, 16, 64 and 256 GPUs, headroom of every power budget, fragmentation.", canWatch: true)
    {
        Add(_perPod);
        Add(_at);
        _page.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("How large a gang still fits?", "capacity --cluster cluster.yaml"),
        ("For pods of 4 GPUs, for a program", "capacity --cluster cluster.yaml --gpus-per-pod 4 -o json"),
        ("As a page with bars", "capacity --cluster cluster.yaml -o html > capacity.html"),
    ];

    /// <inheritdoc/>
    protected override int Answer(ParseResult parsed, ClusterSource source, CliConsole console)
    {
        if (Ask(parsed, source, console) is not { } answer) return ExitCodes.InvalidInput;
        _page.Write(parsed, console, answer);
        return ExitCodes.Placed;
    }

    private Answered<CapacityView>? Ask(ParseResult parsed, ClusterSource source, CliConsole console)
    {
        var (at, perPod) = (parsed.GetValue(_at), (int?)parsed.GetValue(_perPod));
        if (source is ClusterSource.OfServer server) return Answered<CapacityView>.Given(server.Door.Get("capacity", ("gpusPerPod", perPod?.ToString(CultureInfo.InvariantCulture)), ("at", OptionValues.Written(at))));
        return ClusterInput.Read(source, console, at) is { } input ? Answered<CapacityView>.Here(CapacityView.Of(input.Cluster, perPod)) : null;
    }
}
