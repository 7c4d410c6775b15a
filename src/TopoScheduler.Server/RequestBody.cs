using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TopoScheduler.Server;

/// <summary>A whole body in memory, within limits on bytes and time.</summary>
internal static class RequestBody
{
    /// <summary>Receives it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="mostBytes">Most bytes.</param>
    /// <param name="limit">The time it may take.</param>
    /// <exception cref="BadHttpRequestException">It is too large (413) or too slow (408), or broken off.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, int mostBytes, TimeSpan limit)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = mostBytes;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        stop.CancelAfter(limit);
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body comes too slowly.", StatusCodes.Status408RequestTimeout, e);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
