using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using TopoScheduler.Kubernetes.Api.Auth;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>
/// Requests over HTTP with the credential of the moment. A refused credential (401) is renewed and tried once more. When the client's
/// certificate changes, the connections made with the old one are given up: ordinary requests finish, watches end and are begun anew.
/// </summary>
internal sealed class ApiTransport : IDisposable
{
    private readonly ApiConnection _connection;
    private readonly CredentialStore _credentials;
    private readonly ServerTrust? _trust;
    private readonly string _userAgent;
    private readonly HttpMessageHandler? _handler;
    private readonly Lock _lock = new();
    private Connections? _connections;
    private bool _disposed;

    public ApiTransport(ApiConnection connection, string version, TimeProvider time, HttpMessageHandler? handler)
    {
        (_connection, _handler) = (connection, handler);
        _credentials = new(connection, time);
        _trust = connection.Authority is null ? null : new(connection.Authority, time);
        _trust?.Check();
        _userAgent = $"toposched/{version}";
    }

    /// <summary>Sends it once, or twice when the credential was refused.</summary>
    public async Task<ApiAnswer> SendAsync(ApiRequest request, CancellationToken cancellation)
    {
        var credential = await _credentials.CurrentAsync(null, cancellation).ConfigureAwait(false);
        var answer = await SendAsync(request, credential, cancellation).ConfigureAwait(false);
        if (answer.Code != (int)HttpStatusCode.Unauthorized)
        {
            return answer;
        }

        var renewed = await _credentials.CurrentAsync(credential, cancellation).ConfigureAwait(false);
        if (ReferenceEquals(renewed, credential))
        {
            return answer;
        }

        answer.Dispose();
        return await SendAsync(request, renewed, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Connections? last;
        lock (_lock)
        {
            _disposed = true;
            last = _connections;
        }

        last?.Dispose();
        _credentials.Dispose();
    }

    private async Task<ApiAnswer> SendAsync(ApiRequest request, Credential credential, CancellationToken cancellation)
    {
        while (true)
        {
            var connections = ConnectionsOf(credential);
            using var message = Message(request, credential);
            try
            {
                var response = await connections.Invoker.SendAsync(message, cancellation).ConfigureAwait(false);
                return new(response, connections.Ended);
            }
            catch (ObjectDisposedException) when (connections.Ended.IsCancellationRequested && !Volatile.Read(ref _disposed))
            {
                // Another request saw a new client certificate first; nothing was sent.
                credential = await _credentials.CurrentAsync(null, cancellation).ConfigureAwait(false);
            }
        }
    }

    private HttpRequestMessage Message(ApiRequest request, Credential credential)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(_connection.Server.ToString().TrimEnd('/') + request.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = request.Content(),
        };
        AddHeaders(message, credential);
        return message;
    }

    private void AddHeaders(HttpRequestMessage message, Credential credential)
    {
        var headers = message.Headers;
        headers.TryAddWithoutValidation("User-Agent", _userAgent);
        headers.TryAddWithoutValidation("Accept", "application/json");
        if (credential.Authorization is { } authorization)
        {
            headers.TryAddWithoutValidation("Authorization", authorization);
        }

        // The handshake asks for, and checks, the name of this header.
        headers.Host = _connection.TlsServerName;
        var user = _connection.User;
        if (user.ActAs is null)
        {
            return;
        }

        headers.TryAddWithoutValidation("Impersonate-User", user.ActAs);
        if (user.ActAsUid is { } uid)
        {
            headers.TryAddWithoutValidation("Impersonate-Uid", uid);
        }

        foreach (var group in user.ActAsGroups)
        {
            headers.TryAddWithoutValidation("Impersonate-Group", group);
        }

        foreach (var (key, value) in user.ActAsExtra)
        {
            headers.TryAddWithoutValidation("Impersonate-Extra-" + Uri.EscapeDataString(key), value);
        }
    }

    private Connections ConnectionsOf(Credential credential)
    {
        Connections? old;
        Connections current;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connections is not null && _connections.CertificatePem == credential.CertificatePem)
            {
                return _connections;
            }

            old = _connections;
            current = _connections = new(Invoker(credential.Certificate), credential.CertificatePem);
        }

        // Streams that end here go on at once, on this very thread: they must find the new connections, and no lock.
        old?.Dispose();
        return current;
    }

    private HttpMessageInvoker Invoker(ClientCertificate? certificate) => _handler is null ? new(Handler(certificate)) : new(_handler, disposeHandler: false);

    private SocketsHttpHandler Handler(ClientCertificate? certificate)
    {
        var tls = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 };
        if (_connection.SkipVerify)
        {
            tls.RemoteCertificateValidationCallback = static (_, server, _, _) => server is not null;
        }
        else if (_trust is not null)
        {
            tls.RemoteCertificateValidationCallback = (_, server, chain, errors) => _trust.Verify(server, chain, errors);
        }

        if (certificate is not null)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate.Leaf, certificate.Chain, offline: true);
        }

        return new()
        {
            SslOptions = tls,
            UseProxy = _connection.Proxy is not null,
            Proxy = _connection.Proxy,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = _connection.Compression ? DecompressionMethods.GZip : DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
    }

    /// <summary>Connections made with one client certificate.</summary>
    private sealed class Connections : IDisposable
    {
        private readonly CancellationTokenSource _ended = new();

        public Connections(HttpMessageInvoker invoker, string certificatePem)
        {
            (Invoker, CertificatePem) = (invoker, certificatePem);

            // Asked for after the end too, when the source no longer gives it out.
            Ended = _ended.Token;
        }

        public string CertificatePem { get; }

        public HttpMessageInvoker Invoker { get; }

        public CancellationToken Ended { get; }

        public void Dispose()
        {
            _ended.Cancel();
            Invoker.Dispose();
            _ended.Dispose();
        }
    }
}
