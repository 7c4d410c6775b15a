using System.Collections.Immutable;

namespace TopoScheduler.Server.Configuration;

/// <summary>Where requests are listened for, and who may connect.</summary>
public sealed class ListenOptions
{
    /// <summary>Address of the extender, and of health and the API unless they have their own.</summary>
    /// <value>Default <c>http://127.0.0.1:8888</c>; port 0 takes any free one. <c>https://</c> needs <see cref="CertFile"/>.</value>
    public string Url { get; set; } = "http://127.0.0.1:8888";

    /// <summary>Another address for health alone: probes come from outside the pod and show no certificate.</summary>
    /// <value>Default none: health answers where the extender does.</value>
    public string? HealthUrl { get; set; }

    /// <summary>Another address for the API alone: its callers bear tokens and need no certificate.</summary>
    /// <value>Default none: the API answers where the extender does. Beyond this machine <c>https://</c>, with the certificate of <see cref="CertFile"/>.</value>
    public string? ApiUrl { get; set; }

    /// <summary>Address of the API over gRPC, HTTP/2 alone. Over <c>https://</c> it may be that of <see cref="ApiUrl"/>, which then answers both.</summary>
    /// <value>Default none: gRPC is not served. Beyond this machine <c>https://</c>, with the certificate of <see cref="CertFile"/>.</value>
    public string? GrpcUrl { get; set; }

    /// <summary>PEM of the certificate of <c>https://</c> addresses, its chain after it. Read again when it changes.</summary>
    /// <value>Needed with <c>https://</c>.</value>
    public string? CertFile { get; set; }

    /// <summary>PEM of its key, not encrypted.</summary>
    /// <value>Needed with <c>https://</c>.</value>
    public string? KeyFile { get; set; }

    /// <summary>PEM of the authorities whose clients may connect to <see cref="Url"/>; nobody else may. Read again when it changes.</summary>
    /// <value>Default none: no certificate is asked for.</value>
    public string? ClientCaFile { get; set; }

    /// <summary>Names, separated by commas, of which a client's certificate must bear one: its common name, or an alternative name of a host, mail or URI.</summary>
    /// <value>Default none: any client of <see cref="ClientCaFile"/>.</value>
    public string ClientNames { get; set; } = "";

    /// <summary>Lets <see cref="Url"/> be reached from beyond this machine by anybody, without a client certificate: whoever reaches it may ask the extender to bind any pod.</summary>
    /// <value>Default false.</value>
    public bool AllowNonLoopback { get; set; }

    /// <summary>The names.</summary>
    internal ImmutableHashSet<string> ClientNameSet => [.. OptionNames.Of(ClientNames)];
}
