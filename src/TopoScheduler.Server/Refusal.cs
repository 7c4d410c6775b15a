using System.Text;
using Microsoft.AspNetCore.Http;
using TopoScheduler.Server.Api;
using TopoScheduler.Server.Grpc;

namespace TopoScheduler.Server;

/// <summary>An answer that is no success: a status and one line of plain text; a problem document or what gRPC has for it where the route says so.</summary>
internal static class Refusal
{
    /// <summary>
    /// Writes it. What is left of a body that came too slowly is not waited for. Kestrel passes over the rest of one that is too large, for a few seconds at
    /// most: a connection that ended with bytes unread would be reset, and the answer could be lost.
    /// </summary>
    public static Task WriteAsync(HttpContext context, int status, string message)
    {
        if (GrpcRefusal.IsCalled(context))
        {
            GrpcRefusal.Write(context, status, message);
            return Task.CompletedTask;
        }

        return context.GetEndpoint()?.Metadata.GetMetadata<ProblemAnswers>() is not null
            ? WriteAsync(context, new ProblemDocument(status, message))
            : WriteAsync(context, status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(message + "\n"));
    }

    /// <summary>Writes a problem document.</summary>
    /// <param name="context">The request.</param>
    /// <param name="problem">What it says.</param>
    /// <param name="retryAfter">After how many seconds it may be asked again; null: that is not known.</param>
    public static Task WriteAsync(HttpContext context, ProblemDocument problem, string? retryAfter = null) =>
        WriteAsync(context, problem.Status, ProblemDocument.ContentType, problem.ToBytes(), retryAfter);

    private static async Task WriteAsync(HttpContext context, int status, string contentType, byte[] text, string? retryAfter = null)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        // A scheduler keeps its connection to a replica that has stopped leading: a new one may find the leader. HTTP/2 knows no such header; there the stream
        // ends alone.
        if (status is StatusCodes.Status408RequestTimeout or StatusCodes.Status503ServiceUnavailable && !HttpProtocol.IsHttp2(context.Request.Protocol)) context.Response.Headers.Connection = "close";
        context.Response.ContentLength = text.Length;
        await context.Response.Body.WriteAsync(text).ConfigureAwait(false);
    }

    /// <summary>The place of a defect in one line, in place of a stack.</summary>
    public static string Place(Exception e) => e.StackTrace?.Split('\n')[0].Trim() ?? "";

    /// <summary>True where the caller hung up and nobody waits for an answer.</summary>
    public static bool IsGone(HttpContext context, Exception e) => context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException;
}
