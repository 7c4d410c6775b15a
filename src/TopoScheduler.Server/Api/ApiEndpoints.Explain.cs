using Microsoft.AspNetCore.Http;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Api;

// What waits is read when it is asked for: an answer is of its moment, and none is remembered.
internal sealed partial class ApiEndpoints
{
    private async Task<ApiAnswer> ExplainAsync(HttpContext context, ApiRoute route, ExplanationSubjectKind kind)
    {
        var fields = QuestionFields.Of(context.Request.Query, route.Query);
        var (jobKind, at) = (kind == ExplanationSubjectKind.Gang ? fields.Text("kind") : null, fields.Moment("at"));
        fields.Finish();
        var ns = kind == ExplanationSubjectKind.Node ? "" : Namespace((string)context.Request.RouteValues["namespace"]!);
        var asked = SubjectQuestion.Of(kind, ns, (string)context.Request.RouteValues["name"]!, jobKind);
        return new(await _heavy.AwaitAsync(async stop => AnswerJson.Bytes(await _questions.ExplainAsync(_questions.Current, asked, at, stop).ConfigureAwait(false)), context.RequestAborted).ConfigureAwait(false));
    }
}
