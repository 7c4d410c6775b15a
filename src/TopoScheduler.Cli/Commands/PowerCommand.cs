using System.CommandLine;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched power</c>: the power tree, what every budget carries and what nobody can use of it.</summary>
internal sealed class PowerCommand : DocumentedCommand
{
    private readonly Option<string> _cluster = ClusterInput.Option();
    private readonly Option<DateTimeOffset?> _at = ClusterInput.AtOption();
    private readonly Option<string> _output = OutputOption.Form("text for people, json for programs.", "text", "json");
    private readonly Option<long?> _width = OutputOption.Width();
    private readonly CliConsole _console;

    private readonly Option<string?> _domain = new("--domain")
    {
        Description = "Only this domain and what is below it: rack/r7, pdu/pdu-1, row/w1, facility/f1.",
        HelpName = "kind/name",
    };

    /// <summary>The command on a console.</summary>
    public PowerCommand(CliConsole console)
        : base("power", "The power tree: budget, draw, headroom and stranded watts of every facility, row, PDU and rack.")
    {
        _console = console;
        Add(_cluster);
        Add(_domain);
        Add(_at);
        Add(_output);
        Add(_width);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("Where are watts left, and can they be used?", "power --cluster cluster.yaml"),
        ("One PDU and its racks", "power --cluster cluster.yaml --domain pdu/pdu-1"),
        ("For a program", "power --cluster cluster.yaml -o json"),
    ];

    private int Run(ParseResult parsed)
    {
        if (ClusterInput.Read(parsed.GetRequiredValue(_cluster), _console, parsed.GetValue(_at)) is not { } input) return ExitCodes.InvalidInput;
        int? only = null;
        if (parsed.GetValue(_domain) is { } id)
        {
            if (input.Cluster.Power.Domains.FirstOrDefault(d => d.Id == id) is not { } domain)
            {
                CommandLine.Tell(_console, $"option --domain=\"{id}\": expected kind/name of a power domain of the cluster{Known(input.Cluster.Power)}.");
                return ExitCodes.InvalidInput;
            }

            only = domain.Index;
        }

        var view = PowerView.Of(PowerTreeReporter.Report(input.Cluster, only));
        if (parsed.GetValue(_output) == "json") ViewJson.Write(_console.Out, view);
        else PowerText.Write(OutputOption.Page(_console, parsed.GetValue(_width)), view);
        return ExitCodes.Placed;
    }

    private static string Known(PowerModel power) => power.Domains.IsEmpty ? ", which has none" : $", such as {power.Domains[^1].Id}";
}
