using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Metered;

/// <summary>A real Prometheus server that scrapes one exporter every second, and any number of <c>toposched serve</c> on a cluster file that ask it.</summary>
internal sealed class MeteredScene : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("metered-");
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly List<ServerProcess> _served = [];
    private readonly string _prometheusUrl = $"http://127.0.0.1:{LoopbackPort.Next()}";

    private MeteredScene(string cluster)
    {
        Assert.True(PrometheusBinary.File is not null, PrometheusBinary.Missing);
        Exporter = new(LoopbackPort.Next());
        File.WriteAllText(PathOf("cluster.yaml"), cluster);
        File.WriteAllText(PathOf("prometheus.yml"), $$"""
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
            - job_name: meters
              static_configs: [{targets: ['127.0.0.1:{{Exporter.Port}}']}]
            """);
        var address = new Uri(_prometheusUrl).Authority;
        string[] arguments = [$"--config.file={PathOf("prometheus.yml")}", $"--storage.tsdb.path={PathOf("data")}", $"--web.listen-address={address}", "--log.level=warn"];
        Prometheus = ServerProcess.Start("prometheus", PrometheusBinary.File!, arguments, PathOf("prometheus.log"));
    }

    /// <summary>What is scraped.</summary>
    public MeterExporter Exporter { get; }

    /// <summary>Who is asked.</summary>
    public ServerProcess Prometheus { get; }

    /// <summary>Starts Prometheus; the exporter does not answer yet.</summary>
    /// <param name="cluster">The cluster file.</param>
    public static async Task<MeteredScene> StartAsync(string cluster)
    {
        var scene = new MeteredScene(cluster);
        await scene.Prometheus.WaitUntilAsync("ready", StartLimit, patience => scene.AnswersAsync(new($"{scene._prometheusUrl}/-/ready"), patience));
        return scene;
    }

    /// <summary>Serves the cluster file with questions every second and these settings beside; its address and its log.</summary>
    public async Task<(Uri Address, Func<IReadOnlyList<string>> Log)> ServeAsync(params (string Key, string Value)[] settings)
    {
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.Next()}");
        (string Key, string Value)[] all = [("TELEMETRY__PROMETHEUS", _prometheusUrl), ("TELEMETRY__INTERVALSECONDS", "1"), .. settings];
        string[] serve = ["dotnet", Path.Combine(AppContext.BaseDirectory, "toposched.dll"), "serve", "--cluster", PathOf("cluster.yaml"), "--listen", address.ToString()];
        var process = ServerProcess.Start("toposched", "/usr/bin/env", [.. all.Select(s => $"TOPOSCHEDULER__{s.Key}={s.Value}"), .. serve], PathOf($"toposched-{address.Port}.log"));
        _served.Add(process);
        await process.WaitUntilAsync("ready", StartLimit, patience => AnswersAsync(new(address, "/readyz"), patience));
        return (address, () => process.Lines);
    }

    /// <summary>True when filter leaves a node for a pod of 8 GPUs; when not, it must be for want of watts.</summary>
    public async Task<bool> FitsAsync(Uri address, string node)
    {
        var pod = JsonNode.Parse("""{"metadata":{"name":"p","namespace":"ml","uid":"new"},"spec":{"containers":[{"name":"c","resources":{"limits":{"nvidia.com/gpu":"8"}}}]}}""");
        using var answer = await _client.PostAsJsonAsync(new Uri(address, "/scheduler/filter"), new JsonObject { ["Pod"] = pod, ["NodeNames"] = new JsonArray(node) });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var result = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        if (result["NodeNames"]!.AsArray().Count == 1) return true;
        Assert.Equal("a power budget above the node has too few watts left", result["FailedNodes"]![node]?.GetValue<string>());
        return false;
    }

    /// <summary>What Prometheus answers itself; null for nothing.</summary>
    public async Task<string?> AskAsync(string query)
    {
        using var form = new FormUrlEncodedContent([new("query", query)]);
        using var answer = await _client.PostAsync(new Uri($"{_prometheusUrl}/api/v1/query"), form);
        var rows = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["data"]!["result"]!.AsArray();
        return rows.Count == 0 ? null : rows[0]!["value"]![1]!.GetValue<string>();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var served in _served) await served.DisposeAsync();
        await Prometheus.DisposeAsync();
        Exporter.Dispose();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private async Task<bool> AnswersAsync(Uri url, CancellationToken patience)
    {
        try
        {
            using var answer = await _client.GetAsync(url, patience);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
