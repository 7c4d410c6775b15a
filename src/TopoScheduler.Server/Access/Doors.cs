using System.Collections.Immutable;
using System.Net.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Grpc;
using TopoScheduler.Server.Health;
using TopoScheduler.Server.Telemetry.Exposition;
using TopoScheduler.Server.Webhook;
using EndPointOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace TopoScheduler.Server.Access;

/// <summary>
/// The addresses: which certificate each shows, which it asks for, and what it answers. Those that are open to the outside answer what they are for, and nothing
/// else.
/// </summary>
internal sealed partial class Doors
{
    private const string ApiPrefix = "/v1/";
    private const string WebhookPrefix = "/webhook/";

    private readonly ServeSettings _settings;
    private readonly RotatingCertificate? _certificate;
    private readonly RotatingCertificate? _webhookCertificate;
    private readonly ClientAuthorities? _clients;
    private readonly ClientAuthorities? _webhookClients;
    private readonly Door _extender;
    private readonly ToldOnce _told = new();

    /// <summary>The addresses of these settings. Files that cannot be used are told before anything listens.</summary>
    /// <exception cref="InputException">A file cannot be used.</exception>
    public Doors(ServeSettings settings)
    {
        var (listen, webhook) = (settings.Listen, settings.Webhook);
        _settings = settings;
        _certificate = CertificateOf(listen.CertFile, listen.KeyFile);
        _clients = ClientsOf(listen.ClientCaFile, listen.ClientNameSet);
        if (webhook.Url is not null)
        {
            _webhookCertificate = CertificateOf(webhook.CertFile, webhook.KeyFile);
            _webhookClients = ClientsOf(webhook.ClientCaFile, webhook.ClientNameSet);
        }

        _extender = new(path => !IsBelow(path, WebhookPrefix) && !GrpcDoor.IsPath(path) && (listen.ApiUrl is null || !IsBelow(path, ApiPrefix)));
    }

    /// <summary>True where the webhooks have an address.</summary>
    public bool HasWebhook => _webhookCertificate is not null;

    /// <summary>Listens on all of them, the extender's first.</summary>
    public void Listen(KestrelServerOptions kestrel)
    {
        var listen = _settings.Listen;
        Listen(kestrel, listen.Url, _certificate, _clients, _extender);
        if (listen.HealthUrl is not null) Listen(kestrel, listen.HealthUrl, null, null, new(path => path == MetricsEndpoint.Path || HealthEndpoints.Paths.Contains(path)));
        // Over TLS a client says which version of HTTP it speaks, so one address can answer all of the API.
        var isShared = listen.GrpcUrl is not null && listen.GrpcUrl == listen.ApiUrl;
        if (listen.ApiUrl is not null) Listen(kestrel, listen.ApiUrl, _certificate, null, new(path => IsBelow(path, ApiPrefix) || (isShared && GrpcDoor.IsPath(path))));
        if (HasWebhook) Listen(kestrel, _settings.Webhook.Url!, _webhookCertificate, _webhookClients, new(path => path == "/livez" || WebhookEndpoints.Paths.Contains(path)));
        if (listen.GrpcUrl is not null && !isShared) Listen(kestrel, listen.GrpcUrl, _certificate, null, new(GrpcDoor.IsPath) { Protocols = HttpProtocols.Http2 });
    }

    /// <summary>Says from now on which files cannot be read anew, and who may not connect.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="refused">Counts who may not connect.</param>
    public void Tell(ILogger<Doors> logger, Action refused)
    {
        _certificate?.Trouble = trouble => LogCertificate(logger, trouble);
        _webhookCertificate?.Trouble = trouble => LogCertificate(logger, trouble);
        foreach (var clients in new[] { _clients, _webhookClients }.OfType<ClientAuthorities>())
        {
            clients.Trouble = trouble => LogCertificate(logger, trouble);
            clients.Refused = reason =>
            {
                refused();
                if (_told.IsNews(reason, reason)) LogConnection(logger, reason);
            };
        }
    }

    /// <summary>Answers what is asked at the wrong address as if it were nowhere.</summary>
    public static Task KeepAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<Door>() is { } door && door.Answers(context.Request.Path.Value ?? "")) return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static void Listen(KestrelServerOptions kestrel, string url, RotatingCertificate? certificate, ClientAuthorities? clients, Door door)
    {
        var isTls = ServeRules.EndPointOf(url, Uri.UriSchemeHttps) is not null;
        kestrel.Listen((isTls ? ServeRules.EndPointOf(url, Uri.UriSchemeHttps) : ServeRules.EndPointOf(url))!, listen =>
        {
            if (door.Protocols is { } protocols) listen.Protocols = protocols;
            if (isTls) Encrypt(listen, certificate!, clients);
            listen.Use(next => connection =>
            {
                connection.Features.Set(door);
                return next(connection);
            });
        });
    }

    private static void Encrypt(EndPointOptions listen, RotatingCertificate certificate, ClientAuthorities? clients) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ =>
        {
            var handshake = new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current() };
            clients?.Require(handshake);
            return ValueTask.FromResult(handshake);
        },
    });

    private static RotatingCertificate? CertificateOf(string? certFile, string? keyFile)
    {
        if (certFile is not { Length: > 0 } || keyFile is not { Length: > 0 }) return null;
        var certificate = new RotatingCertificate(certFile, keyFile);
        certificate.Current();
        return certificate;
    }

    private static ClientAuthorities? ClientsOf(string? caFile, ImmutableHashSet<string> names)
    {
        if (caFile is not { Length: > 0 }) return null;
        var clients = new ClientAuthorities(caFile, names);
        clients.Check();
        return clients;
    }

    private static bool IsBelow(string path, string prefix) => path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(1, LogLevel.Warning, "the last certificate stays in force: {Reason}")]
    private static partial void LogCertificate(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Warning, "a connection is refused: {Reason}")]
    private static partial void LogConnection(ILogger logger, string reason);

    private sealed record Door(Func<string, bool> Answers)
    {
        /// <summary>Versions of HTTP; null for all. Without TLS a client of HTTP/2 cannot ask for it.</summary>
        public HttpProtocols? Protocols { get; init; }
    }
}
