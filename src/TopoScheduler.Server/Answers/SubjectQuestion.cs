using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Kubernetes.Situations;

namespace TopoScheduler.Server.Answers;

/// <summary>Names of pods, gangs and nodes as they are asked about, checked: the same at every door.</summary>
internal static class SubjectQuestion
{
    private const int MostShown = 80;

    /// <summary>What is asked about.</summary>
    /// <param name="kind">Pod, gang or node.</param>
    /// <param name="ns">Its namespace; of a node empty.</param>
    /// <param name="name">Its name; of a gang with the kind before it, as <c>jobset/llama</c> or escaped.</param>
    /// <param name="jobKind">The kind of a gang's job; null: not given.</param>
    /// <param name="field">What the field with the name is called in messages.</param>
    /// <exception cref="QuestionException">It is no name, or no kind.</exception>
    public static SubjectRequest Of(ExplanationSubjectKind kind, string ns, string name, string? jobKind, string field = "name")
    {
        var kindField = jobKind is null ? field : "kind";
        if (kind == ExplanationSubjectKind.Gang && jobKind is null)
        {
            // A slash in a segment of a path stays escaped.
            var unescaped = name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
            if (unescaped.Split('/') is [var before, var after]) (jobKind, name) = (before, after);
        }

        if (!LiveQuestions.IsGangName(name)) throw new QuestionException(field, Shown(name), $"the name of a {(kind == ExplanationSubjectKind.Pod ? "pod" : kind == ExplanationSubjectKind.Gang ? "gang" : "node")}");
        if (jobKind is not null && (jobKind.Length is 0 or > MostShown || !jobKind.All(char.IsAsciiLetterOrDigit))) throw new QuestionException(kindField, Shown(jobKind), "the kind of a job, such as jobset");
        return new(kind, ns, jobKind is null ? name : $"{jobKind}/{name}") { OwnNamespaceOnly = true };
    }

    private static string Shown(string text) => text.Length <= MostShown ? text : text[..MostShown] + "...";
}
