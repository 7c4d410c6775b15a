using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Situations;

namespace TopoScheduler.Cli.Commands;

/// <summary>The work of <c>toposched explain</c>: read the cluster and what waits in it, find what is asked about, explain.</summary>
internal sealed class ExplainRun(CliConsole console)
{
    /// <summary>The answer; null when there is none, and the console has been told why.</summary>
    public Answered<Explanation>? Ask(ExplainRequest request)
    {
        if (request is { Source.Path: "-", Before: "-" }) return Reject("option --before=\"-\": standard input is the cluster already, expected a file.");
        if (request.Source is ClusterSource.OfServer server) return OfServer(server.Door, request);
        var now = request.At ?? console.Time.GetUtcNow();
        var asked = new SubjectRequest(request.Kind, request.Namespace, request.Name) { Place = request.Source.Path is null ? "the cluster" : "the cluster file" };
        var situation = request.Source.Situation(asked.IsAbout);
        var cluster = ClusterInput.Snapshot(situation.Content, console, now);
        if (request.At is null) ClusterInput.TellChanges(cluster, console, now, situation.Gangs.Select(g => g.Gang));
        foreach (var problem in situation.Content.Problems.Concat(cluster.Problems).Distinct().Where(p => p.Severity == Severity.Error))
        {
            console.Error.WriteLine($"error: {problem.Object}: {problem.Message}");
        }

        if (situation.Content.Nodes.IsEmpty) return null;
        var facts = new SituationFacts(situation, now);
        cluster = cluster.Plus(facts.Promised());
        if (SubjectFinder.Find(situation, cluster, asked, out var wrong) is not { } found) return Reject(wrong);
        var question = SituationQuestion.Of(found.Subject, found.Gang, cluster, facts);
        if (request.Before is { } before && question.Gang is { Roles.IsEmpty: false }) question = WithBefore(question, before, now);
        return Answered<Explanation>.Here(Explainer.Explain(question));
    }

    private Answered<Explanation>? OfServer(ServerDoor door, ExplainRequest request)
    {
        if (request.Before is not null) return Reject("option --before: a server knows of its own last attempt, and of no file; expected a file or a live cluster with it.");
        var name = Uri.EscapeDataString(request.Name);
        var path = request.Kind switch
        {
            ExplanationSubjectKind.Node => $"explain/nodes/{name}",
            ExplanationSubjectKind.Pod => $"explain/namespaces/{request.Namespace}/pods/{name}",
            _ => $"explain/namespaces/{request.Namespace}/gangs/{name}",
        };
        return Answered<Explanation>.Given(door.Get(path, ("at", OptionValues.Written(request.At))));
    }

    // The same gang asked for on the earlier cluster, without its own pods of then.
    private ExplainQuestion WithBefore(ExplainQuestion question, string path, DateTimeOffset now)
    {
        var then = ClusterInput.Snapshot(ClusterReader.Read(path, path == "-" ? console.OpenInput() : null), console, now);
        var gang = question.Gang!;
        var result = PlacementEngine.Plan(then, gang, question.Policy);
        return question with { Facts = question.Facts with { LastAttempt = AttemptFigures.Of(then, gang, question.Policy, result.Reasons, null) } };
    }

    private Answered<Explanation>? Reject(string message)
    {
        CommandLine.Tell(console, message);
        return null;
    }
}
