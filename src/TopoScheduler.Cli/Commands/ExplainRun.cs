using TopoScheduler.Cli.Reports;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Situations;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary>The work of <c>toposched explain</c>: read the cluster and what waits in it, find what is asked about, explain, write.</summary>
internal sealed class ExplainRun(CliConsole console)
{
    /// <summary>Runs it and returns the exit code.</summary>
    public int Execute(ExplainRequest request)
    {
        if (request is { Source.Path: "-", Before: "-" }) return Reject("option --before=\"-\": standard input is the cluster already, expected a file.");
        var now = request.At ?? console.Time.GetUtcNow();
        var asked = new SubjectRequest(request.Kind, request.Namespace, request.Name) { Place = request.Source.Path is null ? "the cluster" : "the cluster file" };
        var situation = request.Source.Situation(asked.IsAbout);
        var cluster = ClusterInput.Snapshot(situation.Content, console, now);
        foreach (var problem in situation.Content.Problems.Concat(cluster.Problems).Distinct().Where(p => p.Severity == Severity.Error))
        {
            console.Error.WriteLine($"error: {problem.Object}: {problem.Message}");
        }

        if (situation.Content.Nodes.IsEmpty) return ExitCodes.InvalidInput;
        var facts = new SituationFacts(situation, now);
        cluster = cluster.Plus(facts.Promised());
        if (SubjectFinder.Find(situation, cluster, asked, out var wrong) is not { } found) return Reject(wrong);
        var question = SituationQuestion.Of(found.Subject, found.Gang, cluster, facts);
        if (request.Before is { } before && question.Gang is { Roles.IsEmpty: false }) question = WithBefore(question, before, now);
        Write(Explainer.Explain(question), request);
        return ExitCodes.Placed;
    }

    // The same gang asked for on the earlier cluster, without its own pods of then.
    private ExplainQuestion WithBefore(ExplainQuestion question, string path, DateTimeOffset now)
    {
        var then = ClusterInput.Snapshot(ClusterReader.Read(path, path == "-" ? console.OpenInput() : null), console, now);
        var gang = question.Gang!;
        var result = PlacementEngine.Plan(then, gang, question.Policy);
        return question with { Facts = question.Facts with { LastAttempt = AttemptFigures.Of(then, gang, question.Policy, result.Reasons, null) } };
    }

    private void Write(Explanation explanation, ExplainRequest request)
    {
        if (OutputOption.WritesForPrograms(console, request.Form, () => AnswerJson.Text(explanation))) return;
        ExplanationText.Write(OutputOption.Page(console, request.Width, request.Form), explanation);
    }

    private int Reject(string message)
    {
        CommandLine.Tell(console, message);
        return ExitCodes.InvalidInput;
    }
}
