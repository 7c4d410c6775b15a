using System.CommandLine;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Cli.Reports.Sheets;
using TopoScheduler.Core;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched doctor</c>: what is wrong with the labels, and the fix for each finding.</summary>
internal sealed class DoctorCommand : ReadingCommand
{
    private readonly PageOptions<DoctorView> _page = new(new(DoctorText.Write, DoctorSheet.Of), "every object");

    /// <summary>The command on a console.</summary>
    public DoctorCommand(CliConsole console)
        : base(console, "doctor", "What is wrong, doubtful or missing in the network and power labels, with a fix for each finding. Ends with 3 when there is an error among them.", canWatch: false)
    {
        _page.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("Are the labels right?", "doctor --cluster cluster.yaml"),
        ("Of the live cluster that kubectl finds", "doctor"),
        ("For a comment on a change", "doctor --cluster cluster.yaml -o markdown"),
        ("Figures for a program; 3 is the exit code of errors", "doctor --cluster cluster.yaml -o json"),
    ];

    /// <inheritdoc/>
    protected override int Answer(ParseResult parsed, ClusterSource source, CliConsole console)
    {
        if (Ask(source, console) is not { } answer) return ExitCodes.InvalidInput;
        _page.Write(parsed, console, answer);
        return answer.View.Findings.Any(f => f.Severity == Severity.Error) ? ExitCodes.NotPlaced : ExitCodes.Placed;
    }

    private static Answered<DoctorView>? Ask(ClusterSource source, CliConsole console)
    {
        if (source is ClusterSource.OfServer server) return Answered<DoctorView>.Given(server.Door.Get("problems"));
        return ClusterInput.Read(source, console, errors: false) is { } input ? Answered<DoctorView>.Here(DoctorView.Of(input.Cluster, input.Problems)) : null;
    }
}
