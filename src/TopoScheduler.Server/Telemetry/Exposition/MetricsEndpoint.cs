using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using TopoScheduler.Server.Access;

namespace TopoScheduler.Server.Telemetry.Exposition;

/// <summary><c>GET /metrics</c>: everything that is measured, as Prometheus scrapes it.</summary>
internal static class MetricsEndpoint
{
    /// <summary>The path.</summary>
    public const string Path = "/metrics";

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes, MetricsPage page) => routes.MapGet(Path, async context =>
    {
        var text = page.Read();
        context.Response.ContentType = MetricsPage.ContentType;
        context.Response.ContentLength = text.Length;
        context.Response.Headers.CacheControl = "no-cache, no-store";
        await context.Response.BodyWriter.WriteAsync(text, context.RequestAborted).ConfigureAwait(false);
    }).WithMetadata(RouteAccess.Open);
}
