using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Api;

/// <summary>What stands in the headers of an answer, and not in the answer: equal questions to equal clusters have equal answers.</summary>
internal static class AnswerHeaders
{
    private const int TagBytes = 16;

    /// <summary>True when the caller takes JSON.</summary>
    public static bool TakesJson(HttpRequest request)
    {
        var accepted = request.Headers.Accept;
        if (accepted.Count == 0 || !MediaTypeHeaderValue.TryParseList(accepted, out var types)) return true;
        return types.Any(t => t.Quality is not 0 && (t.MatchesAllTypes || t.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || t.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary><c>version=17, at="2026-11-26T15:30:00Z"</c>: a dictionary as RFC 9651 has them.</summary>
    public static string Of(LiveView view) => string.Create(CultureInfo.InvariantCulture, $"version={view.Version}, at=\"{view.Since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\"");

    /// <summary>Tags the answer. True when the caller has it already: it is told so and needs no body.</summary>
    public static bool IsKnown(HttpContext context, byte[] body)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, TagBytes))}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "private, no-cache";
        var known = EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var tags) && tags.Any(t => t.Tag == tag || t.Equals(EntityTagHeaderValue.Any));
        if (known) context.Response.StatusCode = StatusCodes.Status304NotModified;
        return known;
    }
}
