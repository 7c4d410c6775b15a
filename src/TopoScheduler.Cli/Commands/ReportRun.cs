using System.Collections.Immutable;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Placement.Scenarios;
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
        var scenario = ScenarioRun.Of(cluster, request.Scenario, request.Policy);
        foreach (var problem in scenario.Problems) CommandLine.Tell(console, WhatIfOptions.Message(problem));
        if (!scenario.Problems.IsEmpty) return _exitCode = ExitCodes.Worse(_exitCode, ExitCodes.InvalidInput);
        var sequence = new ReportSequence(scenario.Cluster, request.Policy, request.At ?? console.Time.GetUtcNow());
        ImmutableArray<ReportedPlan> reports = [.. ReportAnswer.Plan(sequence, new() { Gangs = jobs.Gangs, Policy = request.Policy, OfInput = ofInput })];
        foreach (var plan in reports) Note(plan);
        if (!reports.IsEmpty) Write(request, reports, scenario.Report(sequence.Cluster));
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

    private void Write(ReportRequest request, ImmutableArray<ReportedPlan> plans, ReportScenario? scenario)
    {
        ImmutableArray<PlacementReport> reports = [.. plans.Select(p => p.Report)];
        switch (request.Format)
        {
            case ReportFormat.Json:
                console.Out.Write(AnswerJson.Text(reports, scenario));
                break;
            case ReportFormat.Markdown:
                MarkdownReport.Write(console.Out, reports, console.Unicode, scenario);
                break;
            case ReportFormat.Html:
                HtmlReport.Write(console.Out, plans, console.Unicode, scenario);
                break;
            default:
                var width = request.Width ?? Math.Clamp(console.TerminalWidth ?? TextStyle.DefaultWidth, ReportCommand.MinWidth, TextStyle.DefaultWidth);
                TextReport.Write(console.Out, reports, new(width, console.Colour, console.Unicode), scenario);
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
