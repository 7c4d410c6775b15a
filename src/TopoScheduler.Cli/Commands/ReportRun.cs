using System.Collections.Immutable;
using TopoScheduler.Cli.Checks;
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
        if (request.Jobs.Append(request.Source.Path).Count(p => p == "-") > 1)
        {
            return Reject("option --job=\"-\": standard input can be read once; expected \"-\" for one of --cluster and --job.");
        }

        if (request.Source is ClusterSource.OfServer server) return Ask(server.Door, request);
        var content = request.Source.Content(withJobs: true);
        var input = request.Jobs.Contains("-") ? console.OpenInput() : null;
        var jobs = JobReader.Read(request.Jobs, input, content.Objects, request.Namespace ?? request.Source.Namespace);
        var now = request.At ?? console.Time.GetUtcNow();
        var cluster = ClusterInput.Snapshot(content, console, now);
        if (request.At is null) ClusterInput.TellChanges(cluster, console, now, jobs.Gangs);
        ImmutableArray<Problem> ofInput = [.. content.Problems.Concat(cluster.Problems).Concat(jobs.Problems).Distinct()];
        Errors(ofInput);
        if (content.Nodes.IsEmpty || jobs.Problems.Any(p => p.Severity == Severity.Error)) _exitCode = ExitCodes.InvalidInput;
        if (content.Nodes.IsEmpty) return _exitCode;
        var scenario = ScenarioRun.Of(cluster, request.Scenario, request.Policy);
        foreach (var problem in scenario.Problems) CommandLine.Tell(console, WhatIfOptions.Message(problem));
        if (!scenario.Problems.IsEmpty) return _exitCode = ExitCodes.Worse(_exitCode, ExitCodes.InvalidInput);
        var sequence = new ReportSequence(scenario.Cluster, request.Policy, now);
        ImmutableArray<ReportedPlan> reports = [.. ReportAnswer.Plan(sequence, new() { Gangs = jobs.Gangs, Policy = request.Policy, OfInput = ofInput })];
        foreach (var plan in reports) Note(plan.Report.Outcome, plan.OwnProblems);
        ImmutableArray<PlacementReport> models = [.. reports.Select(p => p.Report)];
        var changed = scenario.Report(sequence.Cluster);
        if (request.Format == ReportFormat.Html && !reports.IsEmpty) HtmlReport.Write(console.Out, reports, console.Unicode, changed);
        else if (!reports.IsEmpty) Write(request, models, changed, () => AnswerJson.Text(models, changed));
        Check(request.Checks, models, jobs.Problems);
        return _exitCode;
    }

    // The server has the cluster: what needs all of it cannot be had from there.
    private int Ask(ServerDoor server, ReportRequest request)
    {
        if (request.Format == ReportFormat.Html) return Reject("option --output=\"html\": a server gives answers, not its cluster, which the map needs; expected --cluster or a live cluster.");
        var (reports, scenario, json) = ServerReport.Ask(server, request, console.OpenInput);
        foreach (var report in reports) Note(report.Outcome, report.Problems);
        Write(request, reports, scenario, () => json);
        Check(request.Checks, reports, []);
        return _exitCode;
    }

    private void Check(ReportChecks checks, ImmutableArray<PlacementReport> reports, ImmutableArray<Problem> ofJobs)
    {
        ImmutableArray<CheckedReport> found = [.. reports.Select(checks.Check)];
        foreach (var one in found)
        {
            var gang = one.Report.Gang;
            foreach (var failure in one.Failures) CommandLine.Tell(console, $"{gang.Kind.ToLowerInvariant()}/{gang.Namespace}/{gang.Name}: {failure}");
            if (!one.Failures.IsEmpty) _exitCode = ExitCodes.Worse(_exitCode, ExitCodes.Failing);
        }

        checks.Write(found, [.. ofJobs.Where(p => p.Severity == Severity.Error)]);
    }

    private void Note(PlacementOutcome outcome, ImmutableArray<Problem> problems)
    {
        var code = outcome switch
        {
            PlacementOutcome.Placed or PlacementOutcome.PlacedCapped => ExitCodes.Placed,
            PlacementOutcome.NoFit or PlacementOutcome.Undecided => ExitCodes.NotPlaced,
            _ => ExitCodes.InvalidInput,
        };
        _exitCode = ExitCodes.Worse(_exitCode, code);
        if (outcome == PlacementOutcome.Invalid) Errors(problems);
    }

    private void Write(ReportRequest request, ImmutableArray<PlacementReport> reports, ReportScenario? scenario, Func<string> json)
    {
        switch (request.Format)
        {
            case ReportFormat.Json:
                console.Out.Write(json());
                break;
            case ReportFormat.Yaml:
                OutputOption.WriteYaml(console.Out, json());
                break;
            case ReportFormat.Markdown:
                MarkdownReport.Write(console.Out, reports, console.Unicode, scenario);
                break;
            default:
                TextReport.Write(console.Out, reports, OutputOption.Style(console, request.Width, request.Format == ReportFormat.Wide), scenario);
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
