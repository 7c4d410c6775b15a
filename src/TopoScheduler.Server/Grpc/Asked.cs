using Google.Protobuf;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Situations;
using TopoScheduler.Server.Answers;
using TopoScheduler.Server.Api;
using TopoScheduler.Server.Grpc.V1;

namespace TopoScheduler.Server.Grpc;

/// <summary>Requests as questions: their JSON is read by the readers of the HTTP API, so that both doors take and refuse the same.</summary>
internal static class Asked
{
    private const string Source = "request";

    // Characters that JSON escapes take up to six bytes in place of one.
    private const int MostPerByte = 6;
    private const int MostFieldBytes = 64 << 10;

    /// <summary>The fields of a small request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="known">Names of its fields.</param>
    /// <exception cref="InputException">It is beyond the limits.</exception>
    public static QuestionFields Fields(IMessage request, params string[] known) => QuestionFields.Of(RequestText.Read(JsonFormatter.Default.Format(request), Source, MostFieldBytes)[0], known);

    /// <summary>The jobs of a report.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mostBytes">Most bytes of a request.</param>
    /// <exception cref="InputException">The manifests are neither JSON nor YAML, or beyond the limits.</exception>
    /// <exception cref="QuestionException">It cannot be meant.</exception>
    public static JobsQuestion Jobs(ReportRequest request, int mostBytes)
    {
        if (string.IsNullOrWhiteSpace(request.Manifests)) throw new QuestionException("manifests", "", "at least one job");
        return JobsQuestionReader.Read(System.Text.Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(request)), (int)Math.Min(Array.MaxLength, (long)mostBytes * MostPerByte));
    }

    /// <summary>What shall be explained, and as of which moment; null: now.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="InputException">It is beyond the limits.</exception>
    /// <exception cref="QuestionException">It cannot be meant.</exception>
    public static (SubjectRequest Subject, DateTimeOffset? At) Subject(ExplainRequest request)
    {
        var fields = Fields(request, "pod", "gang", "node", "namespace", "at");
        var (at, ns) = (fields.Moment("at"), fields.Text("namespace") ?? "");
        var (kind, field) = request.SubjectCase switch
        {
            ExplainRequest.SubjectOneofCase.Pod => (ExplanationSubjectKind.Pod, "pod"),
            ExplainRequest.SubjectOneofCase.Gang => (ExplanationSubjectKind.Gang, "gang"),
            _ => (ExplanationSubjectKind.Node, "node"),
        };
        if (request.SubjectCase == ExplainRequest.SubjectOneofCase.None) fields.Wrong("subject", "one of pod, gang, node");
        else if (kind != ExplanationSubjectKind.Node && !JobsQuestion.IsNamespace(ns)) fields.Wrong("namespace", JobsQuestion.ExpectedNamespace);
        else if (kind == ExplanationSubjectKind.Node && request.HasNamespace) fields.Wrong("namespace", "none: a node has no namespace");
        fields.Finish();
        return (SubjectQuestion.Of(kind, ns, fields.Text(field)!, null, field), at);
    }

    /// <summary>A namespace.</summary>
    /// <exception cref="QuestionException">It is none.</exception>
    public static string Namespace(string text) => JobsQuestion.IsNamespace(text) ? text : throw new QuestionException("namespace", text, JobsQuestion.ExpectedNamespace);

    /// <summary>The name of an object.</summary>
    /// <exception cref="QuestionException">It is none.</exception>
    public static string Name(string text) =>
        LiveQuestions.IsGangName(text) ? text : throw new QuestionException("name", text.Length <= 80 ? text : text[..80] + "...", "the name of a GangPlacement");
}
