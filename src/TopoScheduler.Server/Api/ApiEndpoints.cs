using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Answers;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Api;

/// <summary>
/// The routes under <c>/v1</c> that answer questions, from the live snapshot of this replica, whether it leads or not. What they say is written by
/// <see cref="AnswerJson"/>, as the commands write it; refusals are problem documents. Nothing is changed.
/// </summary>
internal sealed partial class ApiEndpoints
{
    /// <summary>The header that tells the snapshot: its number since the start, and when it was first looked at.</summary>
    public const string SnapshotHeader = "TopoScheduler-Snapshot";

    private const int MostGpusPerPod = 1_024;
    private const int Mebibyte = 1 << 20;

    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(10);

    private readonly AnswerCache<byte[]> _cache = new();
    private readonly LiveQuestions _questions;
    private readonly HeavyQuestions _heavy;
    private readonly ApiMetrics _metrics;
    private readonly int _bodyBytes;
    private readonly ILogger<ApiEndpoints> _logger;
    private readonly ToldOnce _told = new();

    /// <summary>Routes to questions.</summary>
    /// <param name="questions">Answers.</param>
    /// <param name="heavy">Lets few plan at a time.</param>
    /// <param name="metrics">Times questions.</param>
    /// <param name="options">Limits.</param>
    /// <param name="logger">The log.</param>
    public ApiEndpoints(LiveQuestions questions, HeavyQuestions heavy, ApiMetrics metrics, ApiOptions options, ILogger<ApiEndpoints> logger) =>
        (_questions, _heavy, _metrics, _logger, _bodyBytes) = (questions, heavy, metrics, logger, options.BodyMiB * Mebibyte);

    private delegate Task<ApiAnswer> Handler(HttpContext context, ApiRoute route);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, ApiRoutes.Report, ReportAsync);
        Map(routes, ApiRoutes.Capacity, CapacityAsync);
        Map(routes, ApiRoutes.Power, PowerAsync);
        Map(routes, ApiRoutes.Topology, (context, route) => ViewAsync(context, route, view => AnswerJson.Bytes(LiveQuestions.Topology(view))));
        Map(routes, ApiRoutes.Problems, (context, route) => ViewAsync(context, route, view => AnswerJson.Bytes(_questions.Problems(view))));
        Map(routes, ApiRoutes.Gangs, GangsAsync);
        Map(routes, ApiRoutes.GangsOfNamespace, GangsAsync);
        Map(routes, ApiRoutes.Gang, GangAsync);
        Map(routes, ApiRoutes.ExplainPod, (context, route) => ExplainAsync(context, route, ExplanationSubjectKind.Pod));
        Map(routes, ApiRoutes.ExplainGang, (context, route) => ExplainAsync(context, route, ExplanationSubjectKind.Gang));
        Map(routes, ApiRoutes.ExplainNode, (context, route) => ExplainAsync(context, route, ExplanationSubjectKind.Node));
        Map(routes, ApiRoutes.Description, (_, _) => Task.FromResult(new ApiAnswer(OpenApiDocument.Bytes)));
    }

    private void Map(IEndpointRouteBuilder routes, ApiRoute route, Handler handler) =>
        routes.MapMethods(route.Path, [route.Method], context => AnswerAsync(context, route, handler)).WithMetadata(route.Access, ProblemAnswers.Instance);

    private async Task<ApiAnswer> ReportAsync(HttpContext context, ApiRoute route)
    {
        QuestionFields.Of(context.Request.Query).Finish();
        var question = JobsQuestionReader.Read(await RequestBody.ReadAsync(context, _bodyBytes, BodyTime).ConfigureAwait(false), _bodyBytes);
        var view = _questions.Current;
        return await _heavy.AskAsync(stop => new ApiAnswer(_questions.Report(view, question, stop).ToBytes(), view), context.RequestAborted).ConfigureAwait(false);
    }

    private Task<ApiAnswer> CapacityAsync(HttpContext context, ApiRoute route)
    {
        var fields = QuestionFields.Of(context.Request.Query, route.Query);
        var (gpus, at) = (fields.Whole("gpusPerPod", 1, MostGpusPerPod), fields.Moment("at"));
        fields.Finish();
        return CachedAsync(context, view => _heavy.AskAsync(_ => AnswerJson.Bytes(_questions.Capacity(view, gpus, at)), context.RequestAborted));
    }

    private Task<ApiAnswer> PowerAsync(HttpContext context, ApiRoute route)
    {
        var fields = QuestionFields.Of(context.Request.Query, route.Query);
        var (domain, at) = (fields.Text("domain"), fields.Moment("at"));
        fields.Finish();
        return CachedAsync(context, view => Task.FromResult(AnswerJson.Bytes(_questions.Power(view, domain, at))));
    }

    private Task<ApiAnswer> ViewAsync(HttpContext context, ApiRoute route, Func<LiveView, byte[]> answer)
    {
        QuestionFields.Of(context.Request.Query, route.Query).Finish();
        return CachedAsync(context, view => Task.FromResult(answer(view)));
    }

    private async Task<ApiAnswer> GangsAsync(HttpContext context, ApiRoute route)
    {
        QuestionFields.Of(context.Request.Query).Finish();
        var ns = context.Request.RouteValues.TryGetValue("namespace", out var value) ? Namespace((string)value!) : null;
        return new(AnswerJson.Bytes(await _questions.GangsAsync(ns, context.RequestAborted).ConfigureAwait(false)));
    }

    private async Task<ApiAnswer> GangAsync(HttpContext context, ApiRoute route)
    {
        QuestionFields.Of(context.Request.Query).Finish();
        var (ns, name) = (Namespace((string)context.Request.RouteValues["namespace"]!), (string)context.Request.RouteValues["name"]!);
        if (!LiveQuestions.IsGangName(name)) throw new QuestionException("name", name, "the name of a GangPlacement");
        var gang = await _questions.GangAsync(ns, name, context.RequestAborted).ConfigureAwait(false);
        return gang is null ? throw new BadHttpRequestException($"There is no GangPlacement {ns}/{name}.", StatusCodes.Status404NotFound) : new(AnswerJson.Bytes(gang));
    }

    private async Task<ApiAnswer> CachedAsync(HttpContext context, Func<LiveView, Task<byte[]>> answer)
    {
        var view = _questions.Current;
        var question = $"{context.Request.Path}{context.Request.QueryString}";
        if (_cache.Find(view.Snapshot, question) is { } known) return new(known, view);
        var body = await answer(view).ConfigureAwait(false);
        _cache.Keep(view.Snapshot, question, body);
        return new(body, view);
    }

    private async Task AnswerAsync(HttpContext context, ApiRoute route, Handler handler)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            if (!AnswerHeaders.TakesJson(context.Request)) throw new BadHttpRequestException("Answers are application/json.", StatusCodes.Status406NotAcceptable);
            var answer = await handler(context, route).ConfigureAwait(false);
            if (answer.View is { } view) context.Response.Headers[SnapshotHeader] = AnswerHeaders.Of(view);
            if (route.Method == HttpMethods.Get && AnswerHeaders.IsKnown(context, answer.Body)) return;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Body.Length;
            await context.Response.BodyWriter.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (Refusal.IsGone(context, e))
        {
            // The caller hung up; nobody waits for an answer.
        }
        catch (Exception e)
        {
            await RefuseAsync(context, route, e).ConfigureAwait(false);
        }
        finally
        {
            _metrics.Answered("http", route.Operation, OutcomeOf(context), start);
        }
    }

    private static string OutcomeOf(HttpContext context) => context.RequestAborted.IsCancellationRequested ? VerbOutcome.Gone : context.Response.StatusCode switch
    {
        < StatusCodes.Status400BadRequest => VerbOutcome.Answered,
        StatusCodes.Status500InternalServerError => VerbOutcome.Defect,
        StatusCodes.Status503ServiceUnavailable => VerbOutcome.NotReady,
        _ => VerbOutcome.Refused,
    };

    private Task RefuseAsync(HttpContext context, ApiRoute route, Exception problem)
    {
        var document = problem switch
        {
            QuestionException q => new ProblemDocument(q.Problems.IsEmpty ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity, q.Message) { Fields = q.Fields, Problems = q.Problems },
            InputException => new(StatusCodes.Status400BadRequest, problem.Message),
            BadHttpRequestException bad => new(bad.StatusCode, bad.Message),
            NoSubjectException => new(StatusCodes.Status404NotFound, problem.Message),
            NoAnswerException => new(StatusCodes.Status503ServiceUnavailable, problem.Message),
            ApiException or ApiUnavailableException => new(StatusCodes.Status503ServiceUnavailable, $"The API server does not say: {problem.Message}"),
            _ => new ProblemDocument(StatusCodes.Status500InternalServerError, "A defect of toposched; its log says more."),
        };
        if (document.Status == StatusCodes.Status500InternalServerError) LogDefect(route.Path, problem.GetType().Name, problem.Message, Refusal.Place(problem));
        else if (_told.IsNews($"{route.Path} {document.Status}", document.Detail)) LogRefused(route.Path, document.Status, document.Detail);
        return Refusal.WriteAsync(context, document, RetryAfter(problem));
    }

    private static string? RetryAfter(Exception problem) => problem is NoAnswerException { Reason: NoAnswer.Busy or NoAnswer.NotKnown } or ApiException or ApiUnavailableException
        ? HeavyQuestions.UsualPatience.TotalSeconds.ToString(CultureInfo.InvariantCulture)
        : null;

    private static string Namespace(string text) => JobsQuestion.IsNamespace(text) ? text : throw new QuestionException("namespace", text, JobsQuestion.ExpectedNamespace);

    [LoggerMessage(1, LogLevel.Information, "{Path} refused with {Status}: {Reason}")]
    private partial void LogRefused(string path, int status, string reason);

    [LoggerMessage(2, LogLevel.Error, "{Path} failed by a defect: {Kind}: {Reason} {Place}")]
    private partial void LogDefect(string path, string kind, string reason, string place);
}
