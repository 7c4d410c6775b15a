using System.Net.Http.Headers;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>One request, which may be sent more than once.</summary>
/// <param name="Method">Method.</param>
/// <param name="Path">Path and query.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    /// <summary>JSON to send.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Media type of the body.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>Longest time of one attempt; infinite for a watch.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is repeated when the server is too busy.</summary>
    public int Repeats { get; init; } = 10;

    /// <summary>Sending it twice does no more than sending it once.</summary>
    public bool IsIdempotent => Method == HttpMethod.Get || Method == HttpMethod.Put || Method == HttpMethod.Delete;

    /// <summary>What messages call it: no query, which may be long.</summary>
    public string Name => $"{Method} {(Path.IndexOf('?') is var query and >= 0 ? Path[..query] : Path)}";

    /// <summary>The body as content; null without one.</summary>
    public HttpContent? Content()
    {
        if (Body.IsEmpty)
        {
            return null;
        }

        var content = new ReadOnlyMemoryContent(Body);
        content.Headers.ContentType = new MediaTypeHeaderValue(MediaType);
        return content;
    }
}
