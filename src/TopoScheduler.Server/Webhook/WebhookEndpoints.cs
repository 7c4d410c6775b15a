using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Server.Access;
using TopoScheduler.Server.Audit;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Webhook;

/// <summary>
/// The routes the API server calls: <c>POST /webhook/mutate</c> and <c>/webhook/validate</c>, an AdmissionReview in and out. Malformed bodies get 400, slow ones
/// 408, large ones 413, a defect of ours 500, and what cannot be judged in time 503; what an error means to the object is the configuration's
/// <c>failurePolicy</c>.
/// </summary>
public sealed partial class WebhookEndpoints
{
    /// <summary>Most bytes of a body: the API server takes no larger object.</summary>
    public const int BodyBytes = 3 << 20;

    private const string Mutate = "/webhook/mutate";
    private const string Validate = "/webhook/validate";

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);

    private readonly GateMutation? _gate;
    private readonly BindingGuard? _guard;
    private readonly Func<bool> _isKnown;
    private readonly ILogger<WebhookEndpoints> _logger;

    /// <summary>Routes to what decides.</summary>
    /// <param name="managed">Which pods are gated; null for none.</param>
    /// <param name="guard">Judges bindings; null allows all.</param>
    /// <param name="isKnown">Whether the cluster is known yet.</param>
    /// <param name="logger">Where refusals and defects are told.</param>
    public WebhookEndpoints(ManagedPods? managed, BindingGuard? guard, Func<bool> isKnown, ILogger<WebhookEndpoints> logger) =>
        (_gate, _guard, _isKnown, _logger) = (managed is null ? null : new(managed), guard, isKnown, logger);

    private delegate ValueTask<AdmissionAnswer> Decision(AdmissionRequest request, CancellationToken cancellation);

    /// <summary>The paths the API server calls.</summary>
    internal static string[] Paths { get; } = [Mutate, Validate];

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Mutate, context => AnswerAsync(context, Mutate, (request, _) => new(_gate?.Answer(request) ?? AdmissionAnswer.Allowed))).WithMetadata(RouteAccess.Connected);
        routes.MapPost(Validate, context => AnswerAsync(context, Validate, ValidateAsync)).WithMetadata(RouteAccess.Connected);
    }

    /// <summary>The record of decisions; null for none.</summary>
    internal AuditLog? Audit { get; init; }

    private ValueTask<AdmissionAnswer> ValidateAsync(AdmissionRequest request, CancellationToken cancellation)
    {
        if (_guard is null) return new(AdmissionAnswer.Allowed);
        if (!_isKnown()) throw new BadHttpRequestException("The cluster is not known yet.", StatusCodes.Status503ServiceUnavailable);
        return _guard.AnswerAsync(request, cancellation);
    }

    private async Task AnswerAsync(HttpContext context, string path, Decision decide)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(TimeLimit);
        try
        {
            var request = AdmissionRequest.Read(await BodyAsync(context, time.Token).ConfigureAwait(false));
            var answer = await decide(request, time.Token).ConfigureAwait(false);
            if (answer.Denial is { } denial) Deny(request, denial);
            var review = answer.ToReview(request);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = review.Length;
            await context.Response.BodyWriter.WriteAsync(review, context.RequestAborted).ConfigureAwait(false);
        }
        catch (WireException e)
        {
            await RefuseAsync(context, path, StatusCodes.Status400BadRequest, e.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, path, e.StatusCode, e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (Refusal.IsGone(context, e))
        {
            // The API server waits no longer.
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException || (e is OperationCanceledException && time.IsCancellationRequested))
        {
            await RefuseAsync(context, path, StatusCodes.Status503ServiceUnavailable, $"The pod cannot be judged now: {e.Message}").ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogDefect(path, e.GetType().Name, e.Message, Refusal.Place(e));
            await Refusal.WriteAsync(context, StatusCodes.Status500InternalServerError, "A defect of toposched; its log says more.").ConfigureAwait(false);
        }
    }

    private void Deny(AdmissionRequest request, string denial)
    {
        LogDenied(request.UserName, denial);
        var metadata = request.Object["metadata"];
        Audit?.Write(new(AuditVerb.Deny, "denied")
        {
            Pod = $"pod/{request.Namespace}/{request.Name}",
            Uid = metadata["uid"].Text,
            PodVersion = metadata["resourceVersion"].Text,
            Nodes = [request.IsBinding ? request.Object["target"]["name"].Text : request.Object["spec"]["nodeName"].Text],
            Reason = denial,
            User = request.UserName,
        });
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext context, CancellationToken cancellation)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = BodyBytes;
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body comes too slowly.", StatusCodes.Status408RequestTimeout, e);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private Task RefuseAsync(HttpContext context, string path, int status, string reason)
    {
        LogRefused(path, status, reason);
        return Refusal.WriteAsync(context, status, reason);
    }
}
