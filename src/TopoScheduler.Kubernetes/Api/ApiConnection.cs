using TopoScheduler.Kubernetes.Api.Auth;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>Where the API server is, how its identity is proven and as whom we speak to it.</summary>
public sealed record ApiConnection
{
    /// <summary>Address of the server; a path is put before every request's path.</summary>
    public required Uri Server { get; init; }

    /// <summary>Where this comes from, for messages: a file and its context, or the cluster around us.</summary>
    public string Source { get; init; } = "";

    /// <summary>Namespace of the context or of our own pod.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Certificates that alone may vouch for the server; null: those of the system.</summary>
    public PemSource? Authority { get; init; }

    /// <summary>True: the server proves nothing.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>The name the server's certificate must bear, where it is not that of the address; also what the handshake asks for.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>False where answers must not be compressed.</summary>
    public bool Compression { get; init; } = true;

    /// <summary>Which proxy leads to which host; null: none.</summary>
    public ProxyRules? Proxy { get; init; }

    /// <summary>As whom we speak.</summary>
    public ApiUser User { get; init; } = new();
}
