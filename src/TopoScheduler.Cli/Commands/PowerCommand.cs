using System.CommandLine;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched power</c>: the power tree, what every budget carries and what nobody can use of it.</summary>
internal sealed class PowerCommand : ReadingCommand
{
    private readonly Option<DateTimeOffset?> _at = ClusterInput.AtOption();
    private readonly PageOptions<PowerView> _page = new(new(PowerText.Write, PowerMarkdown.Write, HtmlPowerTree.Write), "every row and column");

    private readonly Option<string?> _domain = new("--domain")
    {
        Description = "Only this domain and what is below it: rack/r7, pdu/pdu-1, row/w1, facility/f1.",
        HelpName = "kind/name",
    };

    private readonly Option<string?> _readings = new("--readings")
    {
        Description = "Measured watts, JSON or YAML: {\"readings\": [{\"kind\": \"rack\", \"name\": \"r7\", \"watts\": 31250.5, \"at\": \"2026-11-26T10:00:00Z\"}]}. "
            + "Kinds are nodeGpus, node, rack, pdu, row and facility.",
        HelpName = "file",
    };

    /// <summary>The command on a console.</summary>
    public PowerCommand(CliConsole console)
        : base(console, "power", "The power tree: budget, draw, headroom and stranded watts of every facility, row, PDU and rack; for what is over, what to cap or move first.", canWatch: true)
    {
        Add(_domain);
        Add(_readings);
        Add(_at);
        _page.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("Where are watts left, and can they be used?", "power --cluster cluster.yaml"),
        ("One PDU and its racks", "power --cluster cluster.yaml --domain pdu/pdu-1"),
        ("What is measured beside what is counted", "power --cluster cluster.yaml --readings readings.json"),
        ("For a program", "power --cluster cluster.yaml -o json"),
        ("As a page with bars", "power --cluster cluster.yaml -o html > power.html"),
    ];

    /// <inheritdoc/>
    protected override int Answer(ParseResult parsed, ClusterSource source, CliConsole console)
    {
        var readings = parsed.GetValue(_readings);
        if (source.Path == "-" && readings == "-")
        {
            CommandLine.Tell(console, "option --readings=\"-\": standard input is the cluster already, expected a file.");
            return ExitCodes.InvalidInput;
        }

        if (source is ClusterSource.OfServer server) return OfServer(server.Door, parsed, console);
        if (ClusterInput.Read(source, console, parsed.GetValue(_at)) is not { } input) return ExitCodes.InvalidInput;
        int? only = null;
        if (parsed.GetValue(_domain) is { } id)
        {
            if (input.Cluster.Power.Domains.FirstOrDefault(d => d.Id == id) is not { } domain)
            {
                CommandLine.Tell(console, $"option --domain=\"{id}\": expected kind/name of a power domain of the cluster{Known(input.Cluster.Power)}.");
                return ExitCodes.InvalidInput;
            }

            only = domain.Index;
        }

        if ((readings is null ? input.Cluster : Measured(input.Cluster, readings, console)) is not { } cluster) return ExitCodes.InvalidInput;
        _page.Write(parsed, console, Answered<PowerView>.Here(PowerView.Of(cluster, only) with { IsMeasured = readings is not null }));
        return ExitCodes.Placed;
    }

    private int OfServer(ServerDoor server, ParseResult parsed, CliConsole console)
    {
        if (parsed.GetValue(_readings) is { } readings)
        {
            CommandLine.Tell(console, $"option --readings=\"{readings}\": a server has readings of its own; expected it with --cluster or a live cluster.");
            return ExitCodes.InvalidInput;
        }

        var answer = Answered<PowerView>.Given(server.Get("power", ("domain", parsed.GetValue(_domain)), ("at", OptionValues.Written(parsed.GetValue(_at)))));
        var isMeasured = answer.View.Domains.Any(d => d.MeasuredWatts is not null);
        _page.Write(parsed, console, answer with { View = answer.View with { IsMeasured = isMeasured } });
        return ExitCodes.Placed;
    }

    // What cannot be understood is a mistake of whoever wrote the file; what cannot be believed is told, and what it is of counts as reserved.
    private static ClusterSnapshot? Measured(ClusterSnapshot cluster, string file, CliConsole console)
    {
        var (readings, problems) = ReadingsFile.Read(file, file == "-" ? console.OpenInput() : null);
        foreach (var problem in problems) console.Error.WriteLine($"error: {problem.Object}: {problem.Message}");
        if (!problems.IsEmpty) return null;
        var measured = cluster.WithReadings(readings, new());
        foreach (var (_, problem) in measured.RefusedReadings) console.Error.WriteLine($"warning: {problem.Object}: {problem.Message}");
        return measured;
    }

    private static string Known(PowerModel power) => power.Domains.IsEmpty ? ", which has none" : $", such as {power.Domains[^1].Id}";
}
