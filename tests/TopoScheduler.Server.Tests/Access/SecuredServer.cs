using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Testing.Certificates;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Access;

/// <summary>A server with every door there is, each closed as tightly as it can be, on an API server that answers reviews.</summary>
internal sealed class SecuredServer : IAsyncDisposable
{
    /// <summary>The name kube-scheduler's and the API server's certificates must bear.</summary>
    public const string Admitted = "system:kube-scheduler";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("secured-");
    private FakeApiServer? _api;

    private SecuredServer()
    {
        Rotate();
        File.WriteAllText(PathOf("clients.crt"), Clients.Pem);
    }

    /// <summary>Who vouches for the server.</summary>
    public TestCertificates Authority { get; } = new("server authority");

    /// <summary>Who vouches for clients.</summary>
    public TestCertificates Clients { get; } = new("client authority");

    /// <summary>How reviews are answered.</summary>
    public ReviewDouble Reviews { get; } = new();

    /// <summary>The server.</summary>
    public TestServer Server { get; private set; } = null!;

    /// <summary>The addresses.</summary>
    public Uri Extender => new(Server.Urls[0]);

    /// <summary>Health alone.</summary>
    public Uri Health => new(Server.Urls[1]);

    /// <summary>The API alone.</summary>
    public Uri Api => new(Server.Urls[2]);

    /// <summary>The webhooks alone.</summary>
    public Uri Webhook => new(Server.Urls[3]);

    /// <summary>Starts one and waits until it is ready.</summary>
    public static async Task<SecuredServer> StartAsync(params (string Key, string Value)[] settings)
    {
        var secured = new SecuredServer();
        secured._api = await FakeApiServer.StartAsync(new() { First = secured.Reviews.AnswerAsync });
        (string, string)[] all =
        [
            ("listen:url", "https://127.0.0.1:0"), ("listen:healthUrl", "http://127.0.0.1:0"), ("listen:apiUrl", "https://127.0.0.1:0"), ("listen:certFile", secured.PathOf("tls.crt")),
            ("listen:keyFile", secured.PathOf("tls.key")), ("listen:clientCaFile", secured.PathOf("clients.crt")), ("listen:clientNames", Admitted),
            ("webhook:url", "https://127.0.0.1:0"), ("webhook:certFile", secured.PathOf("tls.crt")), ("webhook:keyFile", secured.PathOf("tls.key")),
            ("webhook:clientCaFile", secured.PathOf("clients.crt")), ("webhook:clientNames", Admitted), ("telemetry:push", "true"), ("api:enabled", "true"), .. settings,
        ];
        secured.Server = await TestServer.StartAsync((loaded, loggers) => Scheduling.OfCluster(loaded, new(new ApiConnection { Server = secured._api.Address }, "test"), loggers), all);
        using var client = new HttpClient { BaseAddress = secured.Health };
        for (var attempt = 0; (await client.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode != System.Net.HttpStatusCode.OK; attempt++)
        {
            Assert.True(attempt < 600, "not ready within 30 s");
            await Task.Delay(50);
        }

        return secured;
    }

    /// <summary>A file of the server.</summary>
    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Writes a new certificate and its key, one after the other, as an administrator would.</summary>
    public void Rotate()
    {
        var (certificate, key) = Authority.ServerPem("127.0.0.1");
        File.WriteAllText(PathOf("tls.crt"), certificate);
        File.WriteAllText(PathOf("tls.key"), key);
    }

    /// <summary>A client that shows a certificate, or none, and trusts the server's authority alone.</summary>
    public HttpClient Connect(Uri address, (string Certificate, string Key)? certificate = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = Timeout.InfiniteTimeSpan };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509Certificate2.CreateFromPem(Authority.Pem) },
        };
        if (certificate is { } pem)
        {
            using var leaf = X509Certificate2.CreateFromPem(pem.Certificate, pem.Key);
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null), null, offline: true);
        }

        return new(handler) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>A client that may call the extender.</summary>
    public HttpClient Connect() => Connect(Extender, Clients.Client(Admitted));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        if (_api is not null) await _api.DisposeAsync();
        Authority.Dispose();
        Clients.Dispose();
        _folder.Delete(recursive: true);
    }
}
