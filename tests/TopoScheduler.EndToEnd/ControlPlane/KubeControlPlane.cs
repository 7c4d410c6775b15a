using System.Net;
using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>
/// A real control plane without kubelets on loopback: etcd, kube-apiserver and, when asked for, kube-controller-manager and any number of
/// kube-schedulers. Nodes are plain objects; their pods run when a test says so. Nothing of it is left after it is disposed.
/// </summary>
internal sealed class KubeControlPlane : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly ControlPlaneOptions _options;
    private readonly ControlPlaneFiles _files = new();
    private readonly int _etcdPort = LoopbackPort.Next();
    private readonly int _apiPort = LoopbackPort.Next();
    private readonly Dictionary<string, (ServerProcess Process, SchedulerOptions Options)> _schedulers = new(StringComparer.Ordinal);

    private ServerProcess? _etcd;
    private ServerProcess? _apiServer;
    private ServerProcess? _controllers;
    private KubeApi? _api;

    private KubeControlPlane(ControlPlaneOptions options) => _options = options;

    /// <summary>Version of Kubernetes.</summary>
    public static Version Version => ControlPlaneBinaries.Version;

    /// <summary>The API as its administrator sees it; not the product's client.</summary>
    public KubeApi Api => _api ?? throw new InvalidOperationException("kube-apiserver was not started");

    /// <summary>Where kube-apiserver listens.</summary>
    public Uri Server => new($"https://127.0.0.1:{_apiPort}");

    /// <summary>A kubeconfig file of its administrator.</summary>
    public string KubeconfigPath => _files.Path("kubeconfig");

    /// <summary>The certificate authority of kube-apiserver as PEM.</summary>
    public string CertificateAuthority => File.ReadAllText(_files.Path("certs/apiserver.crt"));

    /// <summary>A folder for files of the test; removed with the control plane.</summary>
    public string Folder => _files.Root;

    /// <summary>Starts a control plane and waits until it is ready.</summary>
    public static async Task<KubeControlPlane> StartAsync(ControlPlaneOptions? options = null)
    {
        Assert.True(ControlPlaneBinaries.Missing is null, ControlPlaneBinaries.Missing);
        var plane = new KubeControlPlane(options ?? new());
        try
        {
            await plane.StartEtcdAsync();
            await plane.StartApiServerAsync();
            if (plane._options.ControllerManager) await plane.StartControllerManagerAsync();
            await Task.WhenAll(plane._options.Schedulers.Select(plane.StartSchedulerAsync));
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a kubeconfig file for another token, as one of a ServiceAccount.</summary>
    public string WriteKubeconfig(string name, string token) => _files.WriteKubeconfig(name, Server, token);

    /// <summary>Starts kube-apiserver after <see cref="StopApiServerAsync"/>, on the same port and with the same certificates, and waits until it is ready.</summary>
    public async Task StartApiServerAsync()
    {
        if (_apiServer is { HasExited: false }) throw new InvalidOperationException("kube-apiserver is running");
        _apiServer = Launch("kube-apiserver", "kube-apiserver",
        [
            $"--etcd-servers=http://127.0.0.1:{_etcdPort}", $"--secure-port={_apiPort}", "--bind-address=127.0.0.1",
            // An address for documents: it is only written into the service "kubernetes", and a machine without a network has none to find.
            "--advertise-address=192.0.2.1",
            $"--cert-dir={_files.Path("certs")}", $"--token-auth-file={_files.Path("tokens.csv")}", "--authorization-mode=RBAC",
            $"--service-account-key-file={_files.Path("sa.pub")}", $"--service-account-signing-key-file={_files.Path("sa.key")}",
            "--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=10.0.0.0/24",
            "--max-requests-inflight=2000", "--max-mutating-requests-inflight=1000",
            "--disable-admission-plugins=ServiceAccount,TaintNodesByCondition", "--etcd-compaction-interval=0",
            $"--watch-cache={(_options.WatchCache ? "true" : "false")}", .. _options.ApiServerFlags,
        ]);
        await _apiServer.WaitUntilAsync("ready", StartLimit, IsApiReadyAsync);
    }

    /// <summary>Ends kube-apiserver and waits until it has ended: at once, or politely, when it says good-bye to its watchers.</summary>
    public Task StopApiServerAsync(bool politely = false) => _apiServer!.StopAsync(politely);

    /// <summary>Ends kube-apiserver and starts it again on the same port.</summary>
    public async Task RestartApiServerAsync(bool politely = false)
    {
        await StopApiServerAsync(politely);
        await StartApiServerAsync();
    }

    /// <summary>kube-apiserver stops answering, with its connections open, until <see cref="ResumeApiServerAsync"/>.</summary>
    public Task PauseApiServerAsync() => _apiServer!.PauseAsync();

    /// <summary>Ends <see cref="PauseApiServerAsync"/>.</summary>
    public Task ResumeApiServerAsync() => _apiServer!.ResumeAsync();

    /// <summary>
    /// Makes etcd forget every version of every object but the present one. kube-apiserver's own window still covers its latest events: a watch at an older version
    /// answers 410 at once only without <see cref="ControlPlaneOptions.WatchCache"/>, else after <see cref="RestartApiServerAsync"/>.
    /// </summary>
    public async Task CompactEtcdAsync()
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{_etcdPort}") };
        // The newest version outlives a compaction, so it is made one of a key that is none of Kubernetes' (one zero byte, in base64).
        var answer = await PostAsync(client, "/v3/kv/put", new() { ["key"] = "AA==", ["value"] = "" });
        await PostAsync(client, "/v3/kv/compaction", new() { ["revision"] = answer["header"]!["revision"]!.GetValue<string>(), ["physical"] = true });
    }

    /// <summary>Starts kube-controller-manager.</summary>
    public async Task StartControllerManagerAsync()
    {
        var port = LoopbackPort.Next();
        _controllers = Launch("kube-controller-manager", "kube-controller-manager",
        [
            $"--kubeconfig={KubeconfigPath}", "--bind-address=127.0.0.1", $"--secure-port={port}", "--authentication-skip-lookup",
            .. SchedulerConfiguration.HasInsecurePort(Version) ? ["--port=0"] : Array.Empty<string>(), "--leader-elect=false", $"--controllers={_options.Controllers}",
            $"--service-account-private-key-file={_files.Path("sa.key")}", "--kube-api-qps=2000", "--kube-api-burst=4000", .. _options.ControllerManagerFlags,
        ]);
        await _controllers.WaitUntilAsync("healthy", StartLimit, patience => IsHealthyAsync(port, patience));
    }

    /// <summary>Ends kube-controller-manager.</summary>
    public Task StopControllerManagerAsync() => _controllers!.StopAsync();

    /// <summary>Starts a kube-scheduler and waits until it is healthy.</summary>
    public async Task StartSchedulerAsync(SchedulerOptions options)
    {
        var port = LoopbackPort.Next();
        var file = _files.Write($"{options.Name}.json", SchedulerConfiguration.Write(options, KubeconfigPath, Version));
        var process = Launch(options.Name, "kube-scheduler", SchedulerConfiguration.Arguments(options, file, port));
        lock (_schedulers)
        {
            if (_schedulers.TryGetValue(options.Name, out var known) && !known.Process.HasExited) throw new InvalidOperationException($"{options.Name} is running");
            _schedulers[options.Name] = (process, options);
        }

        await process.WaitUntilAsync("healthy", StartLimit, patience => IsHealthyAsync(port, patience));
    }

    /// <summary>Starts a kube-scheduler that was stopped, with the options it had.</summary>
    public Task StartSchedulerAgainAsync(string name) => StartSchedulerAsync(Scheduler(name).Options);

    /// <summary>Ends a kube-scheduler at once.</summary>
    public Task StopSchedulerAsync(string name) => Scheduler(name).Process.StopAsync();

    /// <summary>The last lines of a program's output: <c>etcd</c>, <c>kube-apiserver</c>, <c>kube-controller-manager</c> or the name of a scheduler.</summary>
    public string Tail(string name) => Processes().FirstOrDefault(p => p.Name == name)?.Tail ?? $"{name} was not started";

    /// <summary>Ends everything and removes its files.</summary>
    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        await Task.WhenAll(Processes().Select(p => p.DisposeAsync().AsTask()));
        _files.Dispose();
    }

    private static async Task<JsonNode> PostAsync(HttpClient client, string path, JsonObject body)
    {
        using var content = new StringContent(body.ToJsonString());
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"etcd answered {path} with {text}");
        return JsonNode.Parse(text)!;
    }

    // Their certificates are made at start and signed by nobody; what is asked is only whether they live.
    private static async Task<bool> IsHealthyAsync(int port, CancellationToken patience)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var client = new HttpClient(handler);
        return await IsOkAsync(client, new($"https://127.0.0.1:{port}/healthz"), patience);
    }

    private static async Task<bool> IsOkAsync(HttpClient client, Uri address, CancellationToken patience)
    {
        try
        {
            using var answer = await client.GetAsync(address, patience);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task StartEtcdAsync()
    {
        var (client, peer) = ($"http://127.0.0.1:{_etcdPort}", $"http://127.0.0.1:{LoopbackPort.Next()}");
        _etcd = Launch("etcd", "etcd",
        [
            "--name=default", $"--data-dir={_files.Path("etcd")}", $"--listen-client-urls={client}", $"--advertise-client-urls={client}",
            $"--listen-peer-urls={peer}", $"--initial-advertise-peer-urls={peer}", $"--initial-cluster=default={peer}", "--unsafe-no-fsync",
        ]);
        using var http = new HttpClient();
        await _etcd.WaitUntilAsync("healthy", StartLimit, patience => IsOkAsync(http, new($"{client}/health"), patience));
    }

    private async Task<bool> IsApiReadyAsync(CancellationToken patience)
    {
        // The certificates are there once it listens.
        if (!File.Exists(_files.Path("certs/apiserver.crt"))) return false;
        if (_api is null)
        {
            _files.WriteKubeconfig("kubeconfig", Server, ControlPlaneFiles.AdminToken);
            _api = new(Server, CertificateAuthority, ControlPlaneFiles.AdminToken);
        }

        return await _api.IsReadyAsync(patience);
    }

    private ServerProcess Launch(string name, string program, IEnumerable<string> arguments) =>
        ServerProcess.Start(name, ControlPlaneBinaries.PathOf(program), arguments, _files.Path($"{name}.log"));

    private (ServerProcess Process, SchedulerOptions Options) Scheduler(string name)
    {
        lock (_schedulers) return _schedulers[name];
    }

    private List<ServerProcess> Processes()
    {
        lock (_schedulers)
        {
            // Those that ask before those that answer.
            return [.. _schedulers.Values.Select(s => s.Process), .. new[] { _controllers, _apiServer, _etcd }.OfType<ServerProcess>()];
        }
    }
}
