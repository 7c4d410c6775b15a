using System.CommandLine;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched topology</c>: the network as the labels describe it.</summary>
internal sealed class TopologyCommand : DocumentedCommand
{
    private readonly Option<string> _cluster = ClusterInput.Option();
    private readonly Option<string> _output = OutputOption.Form("text for people, json for programs, dot for Graphviz, svg for a picture.", "text", "json", "dot", "svg");
    private readonly Option<long?> _width = OutputOption.Width();
    private readonly CliConsole _console;

    /// <summary>The command on a console.</summary>
    public TopologyCommand(CliConsole console)
        : base("topology", "The network as the labels describe it: cores, spines, leaves, NVLink domains and nodes, with free and busy GPUs.")
    {
        _console = console;
        Add(_cluster);
        Add(_output);
        Add(_width);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("Is the network read as it is cabled?", "topology --cluster cluster.yaml"),
        ("A picture of it", "topology --cluster cluster.yaml -o svg > topology.svg"),
        ("For Graphviz", "topology --cluster cluster.yaml -o dot | dot -Tpdf > topology.pdf"),
    ];

    private int Run(ParseResult parsed)
    {
        if (ClusterInput.Read(parsed.GetRequiredValue(_cluster), _console) is not { } input) return ExitCodes.InvalidInput;
        switch (parsed.GetValue(_output))
        {
            case "json": _console.Out.Write(AnswerJson.Text(TopologyView.Of(input.Cluster))); break;
            case "dot": _console.Out.Write(TopologyDot.Write(input.Cluster)); break;
            case "svg": _console.Out.Write(TopologySvg.Write(TopologyView.Of(input.Cluster))); break;
            default: TopologyText.Write(OutputOption.Page(_console, parsed.GetValue(_width)), TopologyView.Of(input.Cluster)); break;
        }

        return ExitCodes.Placed;
    }
}
