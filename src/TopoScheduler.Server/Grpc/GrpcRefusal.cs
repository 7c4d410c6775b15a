using System.Globalization;
using System.Text;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace TopoScheduler.Server.Grpc;

/// <summary>A refusal that a gRPC client understands, before its call has reached a service: HTTP status 200, and what it is in two headers.</summary>
internal static class GrpcRefusal
{
    /// <summary>True where the route is a method of a service.</summary>
    public static bool IsCalled(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null;

    /// <summary>Writes it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status HTTP has for it.</param>
    /// <param name="message">What is told.</param>
    public static void Write(HttpContext context, int status, string message)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/grpc";
        headers["grpc-status"] = ((int)CodeOf(status)).ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = Escape(message);
    }

    private static StatusCode CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
        StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    // As the protocol has it: everything but printable ASCII, and the sign itself.
    private static string Escape(string message)
    {
        var escaped = new StringBuilder(message.Length);
        foreach (var b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= (byte)' ' and <= (byte)'~' and not (byte)'%') escaped.Append((char)b);
            else escaped.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }
}
