using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TopoScheduler.Server.Access;

namespace TopoScheduler.Server.Health;

/// <summary>
/// <c>/livez</c> and <c>/healthz</c>: the process answers. <c>/readyz</c>: it can decide; 503 with the reasons until then. Plain text as Kubernetes writes it;
/// <c>?verbose</c> lists every check, <c>?exclude=leader</c> leaves one out.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>The paths that are health.</summary>
    public static readonly string[] Paths = ["/healthz", "/livez", "/readyz"];

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes, HealthChecks checks)
    {
        routes.MapGet("/healthz", context => AnswerAsync(context, [])).WithMetadata(RouteAccess.Open);
        routes.MapGet("/livez", context => AnswerAsync(context, [])).WithMetadata(RouteAccess.Open);
        routes.MapGet("/readyz", context => AnswerAsync(context, checks.Ready())).WithMetadata(RouteAccess.Open);
    }

    private static Task AnswerAsync(HttpContext context, IReadOnlyList<(string Name, string? Reason)> checks)
    {
        var excluded = context.Request.Query["exclude"];
        if (excluded.Count > 0) checks = [.. checks.Where(c => !excluded.Contains(c.Name))];
        var failed = checks.Any(c => c.Reason is not null);
        context.Response.StatusCode = failed ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        if (!failed && !context.Request.Query.ContainsKey("verbose")) return context.Response.WriteAsync("ok\n");
        var text = new StringBuilder("[+]serving ok\n");
        foreach (var (name, reason) in checks) text.Append(reason is null ? $"[+]{name} ok\n" : $"[-]{name} failed: {reason}\n");
        return context.Response.WriteAsync(text.Append(failed ? "not ready\n" : "ok\n").ToString());
    }
}
