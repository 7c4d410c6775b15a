using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.EndToEnd.Grpc;

/// <summary>
/// Two processes of <c>toposched serve</c> with gRPC: one on a cluster of eight nodes whose objects the client changes, one on a file of thousands of nodes with long
/// names, for answers of several MB.
/// </summary>
internal sealed class GrpcScene : IAsyncDisposable
{
    /// <summary>Nodes of the large cluster.</summary>
    public const int BigNodes = 14_000;

    private const string Token = "a-token-of-thirty-two-characters";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("grpc-checks-");
    private readonly List<ServerProcess> _processes = [];
    private FakeApiServer? _api;

    /// <summary>What the client is told.</summary>
    public JsonObject Config { get; private set; } = [];

    /// <summary>Last lines of both servers.</summary>
    public string Tail => string.Join('\n', _processes.Select(p => p.Tail));

    /// <summary>All lines of both servers.</summary>
    public IEnumerable<string> Log => _processes.SelectMany(p => p.Lines);

    /// <summary>Both still run.</summary>
    public bool Runs => _processes.TrueForAll(p => !p.HasExited);

    /// <summary>Starts both and waits until they are ready.</summary>
    public static async Task<GrpcScene> StartAsync()
    {
        var scene = new GrpcScene { _api = await FakeApiServer.StartAsync() };
        Fill(scene._api.Objects);
        var kubeconfig = scene.Write("kubeconfig.yaml", $$$"""
            {apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}],
             clusters: [{name: c, cluster: {server: "{{{scene._api.Address.GetLeftPart(UriPartial.Authority)}}}"}}], users: [{name: u, user: {}}]}
            """);
        var (small, big) = (scene.Start("small", "--kubeconfig", kubeconfig), scene.Start("big", "--cluster", scene.Write("big.json", Big())));
        scene.Config = new()
        {
            ["grpc"] = small.Grpc,
            ["http"] = small.Http,
            ["big"] = big.Grpc,
            ["bigHttp"] = big.Http,
            ["bigNodes"] = BigNodes,
            ["api"] = scene._api.Address.GetLeftPart(UriPartial.Authority),
            ["token"] = Token,
            ["protos"] = Path.Combine(Toposched.Root, "src", "TopoScheduler.Server", "Grpc", "Protos"),
        };
        await ReadyAsync(scene._processes[0], small.Http);
        await ReadyAsync(scene._processes[1], big.Http);
        return scene;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        if (_api is not null) await _api.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private (string Grpc, string Http) Start(string name, string option, string file)
    {
        var (http, grpc) = ($"http://127.0.0.1:{LoopbackPort.Next()}", $"127.0.0.1:{LoopbackPort.Next()}");
        string[] settings =
        [
            $"TOPOSCHEDULER__LISTEN__GRPCURL=http://{grpc}", "TOPOSCHEDULER__API__ENABLED=true", "TOPOSCHEDULER__TELEMETRY__PUSH=true", $"TOPOSCHEDULER__ACCESS__TOKENFILE={Write("token", Token)}",
            "TOPOSCHEDULER__GRPC__WATCHES=8", "TOPOSCHEDULER__GRPC__WATCHMILLISECONDS=50", "TOPOSCHEDULER__GRPC__ANSWERMIB=8", "TOPOSCHEDULER__API__PLANSATONCE=1", "TOPOSCHEDULER__LOG__FORMAT=text",
        ];
        string[] serve = ["dotnet", Path.Combine(AppContext.BaseDirectory, "toposched.dll"), "serve", option, file, "--listen", http];
        _processes.Add(ServerProcess.Start($"toposched ({name})", "/usr/bin/env", [.. settings, .. serve], Path.Combine(_folder.FullName, $"{name}.log")));
        return (grpc, http);
    }

    private static async Task ReadyAsync(ServerProcess process, string http)
    {
        using var client = new HttpClient { BaseAddress = new(http) };
        await process.WaitUntilAsync("ready", StartLimit, async patience =>
        {
            try
            {
                using var ready = await client.GetAsync(new Uri("/readyz", UriKind.Relative), patience);
                return ready.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    // Two leaves and two racks of four nodes; a gang that is planned, and gangs that wait.
    private static void Fill(FakeObjects objects)
    {
        for (var i = 1; i <= 8; i++)
        {
            var place = i <= 4 ? "1" : "2";
            objects.Put("/api/v1/nodes", new NodeObject($"n{i}") { Leaf = $"l{place}", Spine = "s1", Rack = $"r{place}", RackBudgetWatts = 60_000 }.ToJson());
        }

        // For nobody who is there: a gang that is too large for the cluster, and a pod that waits alone.
        foreach (var pod in PodObject.Gang("wide", 9, new("") { Gpus = 8, SchedulerName = "nobody" }).Append(new PodObject("solo") { Gpus = 1, SchedulerName = "nobody" }.ToJson()))
        {
            pod["metadata"]!["namespace"] = "wait";
            pod["status"] = new JsonObject { ["phase"] = "Pending" };
            objects.Put("/api/v1/pods", pod);
        }

        objects.Put("/apis/toposcheduler.io/v1alpha1/gangplacements", Gang("ml", "llama", new JsonObject
        {
            ["phase"] = "Planned",
            ["tier"] = "leaf",
            ["domain"] = "s1/l1",
            ["nodes"] = 2,
            ["watts"] = 14_400,
            ["estimateMs"] = 12.5,
            ["message"] = "planned",
            ["plan"] = new JsonArray(new JsonObject { ["node"] = "n1", ["members"] = "0" }, new JsonObject { ["node"] = "n2", ["members"] = "1" }),
        }));
        objects.Put("/apis/toposcheduler.io/v1alpha1/gangplacements", Gang("ops", "burn", new JsonObject { ["phase"] = "Waiting", ["message"] = "waits" }));
    }

    private static JsonObject Gang(string ns, string name, JsonObject status) => new()
    {
        ["apiVersion"] = "toposcheduler.io/v1alpha1",
        ["kind"] = "GangPlacement",
        ["metadata"] = new JsonObject { ["namespace"] = ns, ["name"] = $"job-{name}" },
        ["spec"] = new JsonObject { ["gang"] = new JsonObject { ["kind"] = "job", ["name"] = name, ["uid"] = $"uid-{name}" }, ["size"] = 2, ["min"] = 2, ["gpus"] = 16 },
        ["status"] = status,
    };

    // Names as long as Kubernetes lets them be.
    private static string Big()
    {
        var text = new StringBuilder("""{"apiVersion":"v1","kind":"List","items":[""");
        for (var i = 0; i < BigNodes; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"node-{i:D6}.{new string('x', 63)}.{new string('y', 63)}.{new string('z', 63)}.{new string('w', 40)}");
            var node = new NodeObject(name) { Leaf = $"l{i / 32}", Spine = $"s{i / 1024}", Rack = $"r{i / 4}", RackBudgetWatts = 60_000 };
            text.Append(i == 0 ? "" : ",").Append(node.ToJson().ToJsonString());
        }

        return text.Append("]}").ToString();
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
