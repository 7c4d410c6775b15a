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
        var situation = request.Source.Situation(p => IsAsked(p, request));
        var cluster = ClusterInput.Snapshot(situation.Content, console, now);
        foreach (var problem in situation.Content.Problems.Concat(cluster.Problems).Distinct().Where(p => p.Severity == Severity.Error))
        {
            console.Error.WriteLine($"error: {problem.Object}: {problem.Message}");
        }

        if (situation.Content.Nodes.IsEmpty) return ExitCodes.InvalidInput;
        var facts = new SituationFacts(situation, now);
        cluster = cluster.Plus(facts.Promised());
        if (SubjectFinder.Find(situation, cluster, request, out var wrong) is not { } found) return Reject(wrong);
        var question = Question(found, cluster, facts);
        if (request.Before is { } before && question.Gang is { Roles.IsEmpty: false }) question = WithBefore(question, before, now);
        Write(Explainer.Explain(question), request);
        return ExitCodes.Placed;
    }

    private static bool IsAsked(SituationPod pod, ExplainRequest request) => pod.Namespace == request.Namespace && request.Kind switch
    {
        ExplanationSubjectKind.Pod => pod.Name == request.Name,
        ExplanationSubjectKind.Gang => SubjectFinder.IsNamed(pod.Gang, request.Name),
        _ => false,
    };

    private static ExplainQuestion Question((ExplanationSubject Subject, SituationGang? Gang) found, ClusterSnapshot cluster, SituationFacts facts)
    {
        if (found.Gang is not { } gang) return new() { Cluster = cluster, Subject = found.Subject, Facts = facts.ForNode() };
        var its = facts.Of(gang);
        var subject = found.Subject;
        if (subject.Kind == ExplanationSubjectKind.Pod)
        {
            var pod = gang.Pods.First(p => p.Name == subject.Name);
            var member = SituationFacts.MemberOf(gang, pod);
            subject = subject with { Gang = gang.Gang.Key.Id, Member = member, Node = pod.Node ?? (member is { } m ? its.Placed.GetValueOrDefault(m) : null) };
            if (pod.IsFinished) its = its with { IsFinished = true };
        }

        return new() { Cluster = cluster, Subject = subject, Gang = gang.Gang, Facts = its };
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
