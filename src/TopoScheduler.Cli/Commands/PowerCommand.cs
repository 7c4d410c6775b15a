using System.CommandLine;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched power</c>: the power tree, what every budget carries and what nobody can use of it.</summary>
internal sealed class PowerCommand : DocumentedCommand
{
    private readonly Option<string> _cluster = ClusterInput.Option();
    private readonly Option<DateTimeOffset?> _at = ClusterInput.AtOption();
    private readonly Option<string> _output = OutputOption.Form(
        "text for people, json for programs, markdown for a comment, html for one page to open, print or forward.", "text", "json", "markdown", "html");
    private readonly Option<long?> _width = OutputOption.Width();
    private readonly CliConsole _console;

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
        : base("power", "The power tree: budget, draw, headroom and stranded watts of every facility, row, PDU and rack; for what is over, what to cap or move first.")
    {
        _console = console;
        Add(_cluster);
        Add(_domain);
        Add(_readings);
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
        ("What is measured beside what is counted", "power --cluster cluster.yaml --readings readings.json"),
        ("For a program", "power --cluster cluster.yaml -o json"),
        ("As a page with bars", "power --cluster cluster.yaml -o html > power.html"),
    ];

    private int Run(ParseResult parsed)
    {
        var (path, readings) = (parsed.GetRequiredValue(_cluster), parsed.GetValue(_readings));
        if (path == "-" && readings == "-")
        {
            CommandLine.Tell(_console, "option --readings=\"-\": standard input is the cluster already, expected a file.");
            return ExitCodes.InvalidInput;
        }

        if (ClusterInput.Read(path, _console, parsed.GetValue(_at)) is not { } input) return ExitCodes.InvalidInput;
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

        if ((readings is null ? input.Cluster : Measured(input.Cluster, readings)) is not { } cluster) return ExitCodes.InvalidInput;
        Write(PowerView.Of(cluster, only) with { IsMeasured = readings is not null }, parsed);
        return ExitCodes.Placed;
    }

    // What cannot be understood is a mistake of whoever wrote the file; what cannot be believed is told, and what it is of counts as reserved.
    private ClusterSnapshot? Measured(ClusterSnapshot cluster, string file)
    {
        var (readings, problems) = ReadingsFile.Read(file, file == "-" ? _console.OpenInput() : null);
        foreach (var problem in problems) _console.Error.WriteLine($"error: {problem.Object}: {problem.Message}");
        if (!problems.IsEmpty) return null;
        var measured = cluster.WithReadings(readings, new());
        foreach (var (_, problem) in measured.RefusedReadings) _console.Error.WriteLine($"warning: {problem.Object}: {problem.Message}");
        return measured;
    }

    private void Write(PowerView view, ParseResult parsed)
    {
        switch (parsed.GetValue(_output))
        {
            case "json":
                _console.Out.Write(AnswerJson.Text(view));
                break;
            case "markdown":
                PowerMarkdown.Write(_console.Out, view, _console.Unicode);
                break;
            case "html":
                HtmlPowerTree.Write(_console.Out, view, _console.Unicode);
                break;
            default:
                PowerText.Write(OutputOption.Page(_console, parsed.GetValue(_width)), view);
                break;
        }
    }

    private static string Known(PowerModel power) => power.Domains.IsEmpty ? ", which has none" : $", such as {power.Domains[^1].Id}";
}
