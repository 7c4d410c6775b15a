using System.Collections.Immutable;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>As whom we speak to the server. Prints without its secrets.</summary>
public sealed record ApiUser
{
    /// <summary>Certificate of the client, with its chain.</summary>
    public PemSource? ClientCertificate { get; init; }

    /// <summary>Private key of the client's certificate.</summary>
    public PemSource? ClientKey { get; init; }

    /// <summary>Bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>File with a bearer token, which may be rotated; wins over <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Name for basic authentication.</summary>
    public string? UserName { get; init; }

    /// <summary>Password for basic authentication.</summary>
    public string? Password { get; init; }

    /// <summary>User to act as.</summary>
    public string? ActAs { get; init; }

    /// <summary>UID to act as.</summary>
    public string? ActAsUid { get; init; }

    /// <summary>Groups to act in; one at most reaches the server as it is.</summary>
    public ImmutableArray<string> ActAsGroups { get; init; } = [];

    /// <summary>Further attributes to act with: key and one value each.</summary>
    public ImmutableArray<KeyValuePair<string, string>> ActAsExtra { get; init; } = [];

    /// <summary>Program that gives the credentials.</summary>
    public ExecPlugin? Exec { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        Exec is not null ? $"exec {Exec.Command}" :
        TokenFile is not null ? $"token file {TokenFile}" :
        Token is not null ? "token" :
        ClientCertificate is not null ? $"client certificate {ClientCertificate.Name}" :
        UserName is not null ? "user name and password" : "anonymous";
}
