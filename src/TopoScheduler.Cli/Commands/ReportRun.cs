using System.Collections.Immutable;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary>
/// The work of <c>toposched report</c>: read the cluster, read the jobs, plan each gang on the snapshot with the earlier ones placed, write the
/// reports, say how it went.
/// </summary>
internal sealed class ReportRun(CliConsole console)
{
    private int _exitCode = ExitCodes.Placed;

    /// <summary>Runs it and returns the exit code.</summary>
    public int Execute(ReportRequest request)
    {
        if (request.Jobs.Append(request.Cluster).Count(p => p == "-") > 1)
        {
            return Reject("option --job=\"-\": standard input can be read once; expected \"-\" for one of --cluster and --job.");
        }

        var content = ClusterReader.Read(request.Cluster, request.Cluster == "-" ? console.OpenInput() : null);
        var input = request.Jobs.Contains("-") ? console.OpenInput() : null;
        var jobs = JobReader.Read(request.Jobs, input, content.Objects, request.Namespace ?? "default");
        var cluster = ClusterInput.Snapshot(content, console, request.At);
        ImmutableArray<Problem> ofInput = [.. content.Problems.Concat(cluster.Problems).Concat(jobs.Problems).Distinct()];
        Errors(ofInput);
        if (content.Nodes.IsEmpty || jobs.Problems.Any(p => p.Severity == Severity.Error)) _exitCode = ExitCodes.InvalidInput;
        if (content.Nodes.IsEmpty) return _exitCode;
        (cluster, var changes, var wrong) = request.Budgets.Apply(cluster);
        foreach (var error in wrong) CommandLine.Tell(console, error);
        if (!wrong.IsEmpty) return _exitCode = ExitCodes.Worse(_exitCode, ExitCodes.InvalidInput);
        var question = new ReportQuestion { Gangs = jobs.Gangs, Policy = request.Policy, OfInput = [.. ofInput, .. changes] };
        ImmutableArray<ReportedPlan> reports = [.. ReportAnswer.Plan(cluster, question)];
        foreach (var plan in reports) Note(plan);
        if (!reports.IsEmpty) Write(request, reports);
        return _exitCode;
    }

    private void Note(ReportedPlan plan)
    {
        var code = plan.Report.Outcome switch
        {
            PlacementOutcome.Placed or PlacementOutcome.PlacedCapped => ExitCodes.Placed,
            PlacementOutcome.NoFit or PlacementOutcome.Undecided => ExitCodes.NotPlaced,
            _ => ExitCodes.InvalidInput,
        };
        _exitCode = ExitCodes.Worse(_exitCode, code);
        if (plan.Report.Outcome == PlacementOutcome.Invalid) Errors(plan.OwnProblems);
    }

    private void Write(ReportRequest request, ImmutableArray<ReportedPlan> plans)
    {
        ImmutableArray<PlacementReport> reports = [.. plans.Select(p => p.Report)];
        switch (request.Format)
        {
            case ReportFormat.Json:
                console.Out.Write(AnswerJson.Text(reports));
                break;
            case ReportFormat.Markdown:
                MarkdownReport.Write(console.Out, reports, console.Unicode);
                break;
            case ReportFormat.Html:
                HtmlReport.Write(console.Out, plans, console.Unicode);
                break;
            default:
                var width = request.Width ?? Math.Clamp(console.TerminalWidth ?? TextStyle.DefaultWidth, ReportCommand.MinWidth, TextStyle.DefaultWidth);
                TextReport.Write(console.Out, reports, new(width, console.Colour, console.Unicode));
                break;
        }
    }

    private int Reject(string message)
    {
        console.Error.WriteLine($"error: {message}");
        return _exitCode = ExitCodes.Worse(_exitCode, ExitCodes.InvalidInput);
    }

    private void Errors(ImmutableArray<Problem> problems)
    {
        foreach (var problem in problems.Where(p => p.Severity == Severity.Error).Distinct())
        {
            console.Error.WriteLine($"error: {SafeText.Show($"{problem.Object}: {problem.Message}", console.Unicode)}");
        }
    }
}
