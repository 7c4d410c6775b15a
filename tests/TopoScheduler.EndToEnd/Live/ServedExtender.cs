using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary><c>toposched serve</c> on a live control plane, as its own process on a free loopback port.</summary>
internal sealed class ServedExtender : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly KubeControlPlane _plane;
    private readonly string[] _environment;
    private readonly HttpClient _client;
    private readonly string _log;
    private ServerProcess _process;

    private ServedExtender(KubeControlPlane plane, string[] environment, int port)
    {
        (_plane, _environment, Address) = (plane, environment, $"http://127.0.0.1:{port}");
        _log = Path.Combine(plane.Folder, $"toposched-{port}.log");
        _client = new() { BaseAddress = new(Address), Timeout = TimeSpan.FromSeconds(30) };
        _process = Launch();
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>All lines of its log up to now.</summary>
    public IReadOnlyList<string> Log => _process.Lines;

    /// <summary>The last lines of its log.</summary>
    public string Tail => _process.Tail;

    /// <summary>The entry of a scheduler's configuration: scores outweigh all others.</summary>
    public SchedulerExtender Entry => new(Address + "/scheduler") { Weight = 1000 };

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="plane">The control plane.</param>
    /// <param name="environment">Its environment, settings too: <c>TOPOSCHEDULER__EXTENDER__HOLDSECONDS=10</c>.</param>
    public static async Task<ServedExtender> StartAsync(KubeControlPlane plane, params string[] environment)
    {
        var extender = new ServedExtender(plane, environment, LoopbackPort.Next());
        await extender.WaitUntilReadyAsync();
        return extender;
    }

    /// <summary>Ends it at once.</summary>
    public Task KillAsync() => _process.StopAsync();

    /// <summary>Starts it again at the same address.</summary>
    public async Task StartAgainAsync()
    {
        _process = Launch();
        await WaitUntilReadyAsync();
    }

    /// <summary>It hangs: connections stay open and nothing is answered.</summary>
    public Task PauseAsync() => _process.PauseAsync();

    /// <summary>Ends <see cref="PauseAsync"/>.</summary>
    public Task ResumeAsync() => _process.ResumeAsync();

    /// <summary>The nodes that filter leaves of the given ones, for a pod that is in no cluster.</summary>
    public async Task<string[]> FilterAsync(JsonObject pod, IEnumerable<string> nodes)
    {
        var asked = pod.DeepClone().AsObject();
        asked["metadata"]!["uid"] = Guid.NewGuid().ToString();
        asked["metadata"]!["namespace"] ??= "default";
        var body = new JsonObject { ["Pod"] = asked, ["NodeNames"] = new JsonArray([.. nodes.Select(n => (JsonNode)n)]) };
        using var answer = await _client.PostAsJsonAsync("/scheduler/filter", body);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        var result = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return [.. result["NodeNames"]!.AsArray().Select(n => n!.GetValue<string>())];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
    }

    private ServerProcess Launch()
    {
        string[] serve = ["dotnet", Path.Combine(AppContext.BaseDirectory, "toposched.dll"), "serve", "--kubeconfig", _plane.KubeconfigPath, "--listen", Address];
        return ServerProcess.Start("toposched", "/usr/bin/env", ["TOPOSCHEDULER__LOG__LEVEL=debug", .. _environment, .. serve], _log);
    }

    private Task WaitUntilReadyAsync() => _process.WaitUntilAsync("ready", StartLimit, async patience =>
    {
        try
        {
            using var ready = await _client.GetAsync(new Uri("/readyz", UriKind.Relative), patience);
            return ready.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    });
}
