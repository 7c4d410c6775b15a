using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Testing.Certificates;

namespace TopoScheduler.Server.Tests.Webhook;

/// <summary>A server with the webhook's address on loopback, and a client that trusts its authority alone.</summary>
internal sealed class WebhookServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly TestCertificates _authority = new("webhook authority");

    private WebhookServer(string folder) => _folder = folder;

    /// <summary>The server.</summary>
    public TestServer Server { get; private set; } = null!;

    /// <summary>The webhook's address.</summary>
    public Uri Address => new(Server.Urls[^1]);

    /// <summary>Starts one.</summary>
    public static async Task<WebhookServer> StartAsync(Func<WebhookServer, (string, string)[], Task<TestServer>> start, params (string Key, string Value)[] settings)
    {
        var server = new WebhookServer(Directory.CreateTempSubdirectory("webhook-").FullName);
        server.Rotate();
        var (certificate, key) = server.Files;
        server.Server = await start(server, [("webhook:url", "https://127.0.0.1:0"), ("webhook:certFile", certificate), ("webhook:keyFile", key), .. settings]);
        return server;
    }

    /// <summary>Starts one on a cluster that does not change.</summary>
    public static Task<WebhookServer> StartAsync(ClusterSnapshot cluster, params (string Key, string Value)[] settings) =>
        StartAsync((_, all) => TestServer.StartAsync(cluster, all), settings);

    /// <summary>Where certificate and key are.</summary>
    public (string Certificate, string Key) Files => (Path.Combine(_folder, "tls.crt"), Path.Combine(_folder, "tls.key"));

    /// <summary>Writes a new certificate and its key.</summary>
    public void Rotate()
    {
        var (certificate, key) = _authority.ServerPem("127.0.0.1");
        File.WriteAllText(Files.Certificate, certificate);
        File.WriteAllText(Files.Key, key);
    }

    /// <summary>A bare connection.</summary>
    public async Task<SslStream> ConnectBareAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(Address.Host, Address.Port);
        var connection = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await connection.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Address.Host, CertificateChainPolicy = Trust() });
        return connection;
    }

    /// <summary>A client with connections of its own, and the serial numbers of the certificates it was shown.</summary>
    public (HttpClient Client, List<string> Serials) Connect()
    {
        var serials = new List<string>();
        var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = Trust() } };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            serials.Add(certificate!.GetSerialNumberString());
            return errors == SslPolicyErrors.None;
        };
        return (new(handler) { BaseAddress = Address, DefaultRequestVersion = new(2, 0) }, serials);
    }

    /// <summary>Status and text of a POST.</summary>
    public static async Task<(int Status, string Text)> PostAsync(HttpClient client, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private X509ChainPolicy Trust() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { X509Certificate2.CreateFromPem(_authority.Pem) },
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
