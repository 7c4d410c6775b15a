using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using TopoScheduler.Server.Access;
using TopoScheduler.Server.Extender.Wire;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Extender;

/// <summary>
/// The routes kube-scheduler calls: <c>POST /scheduler/{filter,prioritize,bind,preempt}</c>. Only 200 is success to it. Malformed bodies get 400, slow ones 408, large
/// ones 413, a defect of ours 500, and everything 503 before the cluster is known.
/// </summary>
public sealed partial class ExtenderEndpoints : IDisposable
{
    /// <summary>Where the routes start.</summary>
    public const string Prefix = "/scheduler";

    private readonly ScratchPool _scratches = new();
    private readonly ExtenderVerbs _verbs;
    private readonly FilterResultWriter _filterWriter;
    private readonly BodyReader _bodies;
    private readonly SchedulerMetrics _metrics;
    private readonly ILogger<ExtenderEndpoints> _logger;

    /// <summary>Routes to verbs.</summary>
    /// <param name="verbs">What decides.</param>
    /// <param name="limits">What a request may take.</param>
    /// <param name="foldUnresolvable">The scheduler is older than 1.21: see <see cref="FilterResultWriter"/>.</param>
    /// <param name="metrics">What is measured.</param>
    /// <param name="logger">Where refusals and defects are told.</param>
    public ExtenderEndpoints(ExtenderVerbs verbs, ExtenderLimits limits, bool foldUnresolvable, SchedulerMetrics metrics, ILogger<ExtenderEndpoints> logger)
    {
        (_verbs, _bodies, _metrics, _logger) = (verbs, new(limits), metrics, logger);
        _filterWriter = new(RejectCodes.Reasons, foldUnresolvable);
    }

    private delegate ValueTask Verb(ExtenderView view, ExtenderScratch scratch, CancellationToken cancellation);

    /// <inheritdoc/>
    public void Dispose() => _bodies.Dispose();

    /// <summary>Adds the routes. Plain delegates: no model binding stands between the body and the reader.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "filter", FilterAsync);
        Map(routes, "prioritize", PrioritizeAsync);
        Map(routes, "bind", BindAsync);
        Map(routes, "preempt", PreemptAsync);
    }

    private void Map(IEndpointRouteBuilder routes, string verb, Verb answer) =>
        routes.MapPost($"{Prefix}/{verb}", context => AnswerAsync(context, verb, answer)).WithMetadata(RouteAccess.Connected);

    private async ValueTask FilterAsync(ExtenderView view, ExtenderScratch scratch, CancellationToken cancellation)
    {
        ExtenderArgsReader.Read(scratch.Body.Written, view.Names, scratch.Args);
        await _verbs.FilterAsync(view, scratch.Args, scratch.Filter, cancellation).ConfigureAwait(false);
        _filterWriter.Write(scratch.Output, scratch.Args, view.Names, scratch.Filter);
    }

    private async ValueTask PrioritizeAsync(ExtenderView view, ExtenderScratch scratch, CancellationToken cancellation)
    {
        ExtenderArgsReader.Read(scratch.Body.Written, view.Names, scratch.Args);
        await _verbs.PrioritizeAsync(view, scratch.Args, scratch.Priority, cancellation).ConfigureAwait(false);
        PriorityListWriter.Write(scratch.Output, scratch.Args, view.Names, scratch.Priority);
    }

    private async ValueTask BindAsync(ExtenderView view, ExtenderScratch scratch, CancellationToken cancellation)
    {
        var error = await _verbs.BindAsync(BindingArgs.Read(scratch.Body.Written.Span), cancellation).ConfigureAwait(false);
        BindingResultWriter.Write(scratch.Output, error);
    }

    private async ValueTask PreemptAsync(ExtenderView view, ExtenderScratch scratch, CancellationToken cancellation)
    {
        var answer = await _verbs.PreemptAsync(PreemptionArgsReader.Read(scratch.Body.Written), cancellation).ConfigureAwait(false);
        PreemptionResultWriter.Write(scratch.Output, answer);
    }

    private async Task AnswerAsync(HttpContext context, string verb, Verb answer)
    {
        var start = Stopwatch.GetTimestamp();
        var outcome = VerbOutcome.Answered;
        var span = SchedulerTraces.Verb(verb);
        var scratch = _scratches.Rent();
        var isLarge = false;
        try
        {
            if (_verbs.Current is not { } view)
            {
                outcome = VerbOutcome.NotReady;
                await Refusal.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The cluster is not known yet, or another replica schedules.").ConfigureAwait(false);
                return;
            }

            isLarge = await _bodies.ReadAsync(context.Request, scratch).ConfigureAwait(false);
            await answer(view, scratch, context.RequestAborted).ConfigureAwait(false);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = scratch.Output.Length;
            await context.Response.BodyWriter.WriteAsync(scratch.Output.Written).ConfigureAwait(false);
            if (_logger.IsEnabled(LogLevel.Debug)) LogAnswered(verb, (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        catch (Exception e)
        {
            outcome = await RefuseAsync(context, verb, e).ConfigureAwait(false);
        }
        finally
        {
            if (isLarge) _bodies.EndLarge();
            _scratches.Return(scratch);
            _metrics.Answered(verb, outcome, start);
            SchedulerTraces.End(span, outcome, isError: outcome == VerbOutcome.Defect);
            span?.Dispose();
        }
    }

    private async ValueTask<string> RefuseAsync(HttpContext context, string verb, Exception problem)
    {
        switch (problem)
        {
            case WireException:
                LogRefused(verb, StatusCodes.Status400BadRequest, problem.Message);
                await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, problem.Message).ConfigureAwait(false);
                return VerbOutcome.Refused;
            case BadHttpRequestException bad:
                LogRefused(verb, bad.StatusCode, bad.Message);
                await Refusal.WriteAsync(context, bad.StatusCode, bad.Message).ConfigureAwait(false);
                return VerbOutcome.Refused;
            case var _ when Refusal.IsGone(context, problem):
                // The caller hung up; nobody waits for an answer.
                return VerbOutcome.Gone;
            default:
                LogDefect(verb, problem.GetType().Name, problem.Message, Refusal.Place(problem));
                await Refusal.WriteAsync(context, StatusCodes.Status500InternalServerError, "A defect of toposched; its log says more.").ConfigureAwait(false);
                return VerbOutcome.Defect;
        }
    }
}
