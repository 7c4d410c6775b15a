using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.Testing.Certificates;

namespace TopoScheduler.EndToEnd.Secured;

/// <summary><c>toposched serve</c> with every door closed, as its own process: client certificates for the extender, tokens for the API, a record of decisions.</summary>
internal sealed class SecuredProcess : IAsyncDisposable
{
    /// <summary>The name that a client's certificate must bear.</summary>
    public const string SchedulerName = "system:kube-scheduler";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly TestCertificates _authority = new("toposched authority");
    private readonly TestCertificates _clients = new("client authority");
    private readonly HttpClient _health = new();
    private readonly string _folder;
    private readonly ServerProcess _process;

    private SecuredProcess(KubeControlPlane plane)
    {
        _folder = plane.Folder;
        (Extender, Api) = (new($"https://127.0.0.1:{LoopbackPort.Next()}"), new($"https://127.0.0.1:{LoopbackPort.Next()}"));
        _health.BaseAddress = new($"http://127.0.0.1:{LoopbackPort.Next()}");
        CaFile = Write("secured-ca.crt", _authority.Pem);
        var (certificate, key) = _authority.ServerPem("127.0.0.1");
        var clients = Write("secured-clients.crt", _clients.Pem);
        string[] settings =
        [
            $"LISTEN__APIURL={Api.GetLeftPart(UriPartial.Authority)}", $"LISTEN__CERTFILE={Write("secured.crt", certificate)}", $"LISTEN__KEYFILE={Write("secured.key", key)}",
            $"LISTEN__CLIENTCAFILE={clients}", $"LISTEN__CLIENTNAMES={SchedulerName}", "TELEMETRY__PUSH=true", "ACCESS__ALLOWSECONDS=1", "ACCESS__DENYSECONDS=1", $"AUDIT__FILE={RecordFile}",
        ];
        string[] serve =
        [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "toposched.dll"), "serve", "--kubeconfig", plane.KubeconfigPath, "--listen", Extender.GetLeftPart(UriPartial.Authority), "--health-listen",
            _health.BaseAddress.GetLeftPart(UriPartial.Authority),
        ];
        _process = ServerProcess.Start("toposched", "/usr/bin/env", [.. settings.Select(s => "TOPOSCHEDULER__" + s), .. serve], Path.Combine(_folder, "toposched-secured.log"));
    }

    /// <summary>Where it listens for kube-scheduler.</summary>
    public Uri Extender { get; }

    /// <summary>Where it listens for bearers of tokens.</summary>
    public Uri Api { get; }

    /// <summary>Its authority.</summary>
    public string CaFile { get; }

    /// <summary>Its record of decisions.</summary>
    public string RecordFile => Path.Combine(_folder, "audit.jsonl");

    /// <summary>Its log.</summary>
    public IReadOnlyList<string> Log => _process.Lines;

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<SecuredProcess> StartAsync(KubeControlPlane plane)
    {
        var secured = new SecuredProcess(plane);
        await secured._process.WaitUntilAsync("ready", StartLimit, async patience =>
        {
            try
            {
                using var ready = await secured._health.GetAsync(new Uri("/readyz", UriKind.Relative), patience);
                return ready.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return secured;
    }

    /// <summary>The entry of a scheduler's configuration.</summary>
    /// <param name="name">The name in the scheduler's certificate.</param>
    public SchedulerExtender EntryOf(string name)
    {
        var (certificate, key) = _clients.Client(name);
        var file = name.Replace(':', '-');
        return new($"{Extender.GetLeftPart(UriPartial.Authority)}/scheduler") { Weight = 1000, Tls = (CaFile, Write($"client-{file}.crt", certificate), Write($"client-{file}.key", key)) };
    }

    /// <summary>Status of a push with a token, or without one.</summary>
    public async Task<int> PushAsync(string? token)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509Certificate2.CreateFromPem(_authority.Pem) },
            },
        };
        using var client = new HttpClient(handler) { BaseAddress = Api, Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/power/readings", UriKind.Relative)) { Content = new StringContent("""{"readings":[]}""") };
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        try
        {
            using var answer = await client.SendAsync(request);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException e)
        {
            throw new InvalidOperationException($"{e.Message}\n{_process.Tail}", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _health.Dispose();
        await _process.DisposeAsync();
        _authority.Dispose();
        _clients.Dispose();
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
