using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Access;

/// <summary>
/// Stands before every route and lets through whom its <see cref="RouteAccess"/> names, before anything of a body is read: 401 for a stranger, 403 for one that is
/// known and may not, 503 where that cannot be told. A route that says nothing of its access is closed to all.
/// </summary>
/// <param name="check">Tells who bears a token; null where nobody can tell: then no token is taken.</param>
/// <param name="metrics">Counts who was refused.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where refusals are told.</param>
internal sealed partial class AccessGate(ICallerCheck? check, AccessMetrics metrics, TimeProvider time, ILogger<AccessGate> logger)
{
    private const string Scheme = "Bearer ";
    private static readonly object UserItem = new();

    private readonly ToldOnce _told = new();

    /// <summary>Who the caller of a request is; empty where no token was asked for.</summary>
    public static string UserOf(HttpContext context) => context.Items.TryGetValue(UserItem, out var user) ? (string)user! : "";

    /// <summary>Lets the request through, or answers it.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        // What is no route of ours (another path, another method) is answered as such.
        if (context.GetEndpoint() is not RouteEndpoint route || route.Metadata.GetMetadata<RouteAccess>() is { IsOpen: true })
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        if (AccessOf(route, context) is not { } access)
        {
            LogOpen(RouteOf(context));
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "closed", "Nobody may call this.").ConfigureAwait(false);
        }
        else if (context.Connection.ClientCertificate is { } certificate && certificate.NotAfter < time.GetLocalNow().DateTime)
        {
            // Connections live long.
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "expired", "The certificate has expired since the connection was made.").ConfigureAwait(false);
        }
        else if (access.Verb is null || await AdmitsAsync(context, access).ConfigureAwait(false))
        {
            await next(context).ConfigureAwait(false);
        }
    }

    private static RouteAccess? AccessOf(RouteEndpoint route, HttpContext context)
    {
        var access = route.Metadata.GetMetadata<RouteAccess>();
        return access is not null && context.Request.RouteValues.TryGetValue(RouteAccess.NamespaceParameter, out var ns) && ns is string { Length: > 0 } name ? access with { Namespace = name } : access;
    }

    private async Task<bool> AdmitsAsync(HttpContext context, RouteAccess access)
    {
        var verdict = await JudgeAsync(context, access).ConfigureAwait(false);
        if (_told.IsNews("check", verdict.Trouble.Length > 0 ? verdict.Trouble : null) && verdict.Trouble.Length > 0) LogTrouble(verdict.Trouble);
        switch (verdict.Standing)
        {
            case CallerStanding.Allowed:
                context.Items[UserItem] = verdict.User;
                return true;
            case CallerStanding.Forbidden:
                await RefuseAsync(context, StatusCodes.Status403Forbidden, "forbidden", $"{verdict.User} may not {access.Verb} {access.Resource}.{RouteAccess.Group}{(access.Namespace.Length > 0 ? $" in namespace {access.Namespace}" : "")}.").ConfigureAwait(false);
                return false;
            case CallerStanding.Unavailable:
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", "Nobody can be let in now: the API server does not say who callers are.").ConfigureAwait(false);
                return false;
            default:
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers.WWWAuthenticate = "Bearer";
                    return Task.CompletedTask;
                });
                await RefuseAsync(context, StatusCodes.Status401Unauthorized, "unauthorized", "Expected a bearer token that is known and valid.").ConfigureAwait(false);
                return false;
        }
    }

    private ValueTask<CallerVerdict> JudgeAsync(HttpContext context, RouteAccess access)
    {
        var isToken = context.Request.Headers[HeaderNames.Authorization] is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        var token = isToken ? context.Request.Headers.Authorization.ToString()[Scheme.Length..].Trim() : "";
        return token.Length == 0 || check is null ? new(new CallerVerdict(CallerStanding.Unknown)) : check.JudgeAsync(token, access, context.RequestAborted);
    }

    private Task RefuseAsync(HttpContext context, int status, string reason, string message)
    {
        var path = RouteOf(context);
        metrics.Refused(reason);
        if (_told.IsNews($"{path} {reason}", message)) LogRefused(path, status, message);
        return Refusal.WriteAsync(context, status, message);
    }

    // As it was mapped, however the caller writes it.
    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";

    [LoggerMessage(1, LogLevel.Warning, "{Path} refused with {Status}: {Reason}")]
    private partial void LogRefused(string path, int status, string reason);

    [LoggerMessage(2, LogLevel.Error, "{Path} says nothing of who may call it and is closed")]
    private partial void LogOpen(string path);

    [LoggerMessage(3, LogLevel.Warning, "callers cannot be checked: {Reason}")]
    private partial void LogTrouble(string reason);
}
