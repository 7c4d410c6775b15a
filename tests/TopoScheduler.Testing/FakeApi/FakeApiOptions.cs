using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>How a server takes the wish for a streamed list.</summary>
public enum FakeWatchList
{
    /// <summary>It streams it.</summary>
    On,

    /// <summary>It refuses (422).</summary>
    Refused,

    /// <summary>It takes no notice, as servers before 1.27 do.</summary>
    Ignored,
}

/// <summary>What a fake API server is like.</summary>
public sealed record FakeApiOptions
{
    /// <summary>Minor version it claims.</summary>
    public int Minor { get; init; } = 36;

    /// <summary>Its objects; null: none yet.</summary>
    public FakeObjects? Objects { get; init; }

    /// <summary>Streamed lists.</summary>
    public FakeWatchList WatchList { get; init; } = FakeWatchList.On;

    /// <summary>A lost history is told as an event of a stream, not as HTTP status.</summary>
    public bool ExpiresInStream { get; init; }

    /// <summary>Every event is sent twice.</summary>
    public bool SendsTwice { get; init; }

    /// <summary>Certificate of the server; null: no TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>A client certificate is asked for.</summary>
    public bool AsksForCertificate { get; init; }

    /// <summary>Looks at a request first; true: it has answered.</summary>
    public Func<HttpContext, Task<bool>>? First { get; init; }
}
