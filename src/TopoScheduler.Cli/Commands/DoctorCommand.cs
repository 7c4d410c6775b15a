using System.CommandLine;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Core;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched doctor</c>: what is wrong with the labels, and the fix for each finding.</summary>
internal sealed class DoctorCommand : DocumentedCommand
{
    private readonly Option<string> _cluster = ClusterInput.Option();
    private readonly Option<string> _output = OutputOption.Form("text for people, json for programs.", "text", "json");
    private readonly Option<long?> _width = OutputOption.Width();
    private readonly CliConsole _console;

    /// <summary>The command on a console.</summary>
    public DoctorCommand(CliConsole console)
        : base("doctor", "What is wrong, doubtful or missing in the network and power labels, with a fix for each finding. Ends with 3 when there is an error among them.")
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
        ("Are the labels right?", "doctor --cluster cluster.yaml"),
        ("Straight from a running cluster", "doctor --cluster <(kubectl get nodes,pods -A -o json)"),
        ("Figures for a program; 3 is the exit code of errors", "doctor --cluster cluster.yaml -o json"),
    ];

    private int Run(ParseResult parsed)
    {
        if (ClusterInput.Read(parsed.GetRequiredValue(_cluster), _console, errors: false) is not { } input) return ExitCodes.InvalidInput;
        var view = DoctorView.Of(input.Cluster, input.Problems);
        if (parsed.GetValue(_output) == "json") _console.Out.Write(AnswerJson.Text(view));
        else DoctorText.Write(OutputOption.Page(_console, parsed.GetValue(_width)), view);
        return view.Findings.Any(f => f.Severity == Severity.Error) ? ExitCodes.NotPlaced : ExitCodes.Placed;
    }
}
