using System.CommandLine;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Cli.Reports.Sheets;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched topology</c>: the network as the labels describe it.</summary>
internal sealed class TopologyCommand : ReadingCommand
{
    private readonly PageOptions<TopologyView> _page = new(new(TopologyText.Write, TopologySheet.Of), "every name", ("dot", "Graphviz"), ("svg", "a picture"));

    /// <summary>The command on a console.</summary>
    public TopologyCommand(CliConsole console)
        : base(console, "topology", "The network as the labels describe it: cores, spines, leaves, NVLink domains and nodes, with free and busy GPUs.", canWatch: true)
    {
        _page.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("Is the network read as it is cabled?", "topology --cluster cluster.yaml"),
        ("A page with a map of it", "topology --cluster cluster.yaml -o html > topology.html"),
        ("A picture of it", "topology --cluster cluster.yaml -o svg > topology.svg"),
        ("For Graphviz", "topology --cluster cluster.yaml -o dot | dot -Tpdf > topology.pdf"),
    ];

    /// <inheritdoc/>
    protected override int Answer(ParseResult parsed, ClusterSource source, CliConsole console)
    {
        var form = _page.Form(parsed);
        if (form == "dot")
        {
            if (ClusterInput.Read(source, console) is not { } whole) return ExitCodes.InvalidInput;
            console.Out.Write(TopologyDot.Write(whole.Cluster));
            return ExitCodes.Placed;
        }

        if (Ask(source, console) is not { } answer) return ExitCodes.InvalidInput;
        if (form == "svg") console.Out.Write(TopologySvg.Write(answer.View));
        else _page.Write(parsed, console, answer);
        return ExitCodes.Placed;
    }

    private static Answered<TopologyView>? Ask(ClusterSource source, CliConsole console)
    {
        if (source is ClusterSource.OfServer server) return Answered<TopologyView>.Given(server.Door.Get("topology"));
        return ClusterInput.Read(source, console) is { } input ? Answered<TopologyView>.Here(TopologyView.Of(input.Cluster)) : null;
    }
}
