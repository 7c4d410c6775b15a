using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>
/// What runs in the pods of an installation, as processes of this machine, because no kubelet starts pods: <c>toposched serve</c> with the settings of its ConfigMap and a token of
/// its ServiceAccount, and in mode extender the kube-scheduler beside it.
/// </summary>
internal sealed class InstalledProgram : IAsyncDisposable
{
    /// <summary>Where the manifests install it.</summary>
    public const string Space = "toposcheduler-system";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly KubeControlPlane _plane;
    private readonly IReadOnlyList<JsonObject> _objects;
    private readonly string _account;
    private readonly int _extenderPort = LoopbackPort.Next();

    private InstalledProgram(KubeControlPlane plane, IReadOnlyList<JsonObject> objects, string account, string[] environment)
    {
        (_plane, _objects, _account, Health) = (plane, objects, account, Text($"http://127.0.0.1:{LoopbackPort.Next()}"));
        var settings = Path.Combine(plane.Folder, "settings.yaml");
        File.WriteAllText(settings, ReleaseChecks.Settings(objects, objects.Single(o => o.Kind() == "Deployment")));
        string[] addresses = [Text($"TOPOSCHEDULER__LISTEN__URL=http://127.0.0.1:{_extenderPort}"), $"TOPOSCHEDULER__LISTEN__HEALTHURL={Health}"];
        string[] serve = ["dotnet", Path.Combine(AppContext.BaseDirectory, "toposched.dll"), "serve", "--config", settings, "--kubeconfig", account];
        Process = ServerProcess.Start("toposched", "/usr/bin/env", ["TOPOSCHEDULER__LOG__LEVEL=debug", $"POD_NAMESPACE={Space}", .. addresses, .. environment, .. serve], Path.Combine(plane.Folder, "toposched.log"));
    }

    /// <summary>The program.</summary>
    public ServerProcess Process { get; }

    /// <summary>Where it answers for health and metrics.</summary>
    public string Health { get; }

    /// <summary>Starts the program of an installation; it need not be ready yet.</summary>
    /// <param name="plane">The control plane where it is installed.</param>
    /// <param name="objects">Its Deployment and ConfigMaps.</param>
    /// <param name="environment">Further settings, for where things are on this machine.</param>
    public static async Task<InstalledProgram> StartAsync(KubeControlPlane plane, IReadOnlyList<JsonObject> objects, params string[] environment)
    {
        var request = new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = new JsonObject { ["expirationSeconds"] = 3600 } };
        var answer = await plane.Api.CreateAsync($"{KubePath.Namespaces}/{Space}/serviceaccounts/toposcheduler/token", request);
        return new(plane, objects, plane.WriteKubeconfig("account", (string)answer["status"]!["token"]!), environment);
    }

    /// <summary>Waits until it is ready.</summary>
    /// <param name="leads">Whether it has to lead for that.</param>
    public async Task WaitUntilReadyAsync(bool leads)
    {
        using var client = new HttpClient();
        await Process.WaitUntilAsync("ready", Limit, async patience =>
        {
            try
            {
                using var ready = await client.GetAsync(new Uri(Health + (leads ? "/readyz" : "/readyz?exclude=leader")), patience);
                return ready.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>The kube-scheduler beside it, with the configuration of the installation but for where things are on this machine.</summary>
    public ServerProcess StartScheduler()
    {
        var map = _objects.Single(o => o.Kind() == "ConfigMap" && o["data"]!.AsObject().ContainsKey("config.yaml"));
        var configuration = YamlObjects.Of((string)map["data"]!["config.yaml"]!).Single();
        configuration["clientConnection"]!["kubeconfig"] = _account;
        configuration["extenders"]![0]!["urlPrefix"] = Text($"http://127.0.0.1:{_extenderPort}/scheduler");
        foreach (var address in (string[])["healthzBindAddress", "metricsBindAddress"])
        {
            if (configuration.ContainsKey(address)) configuration[address] = Text($"127.0.0.1:{LoopbackPort.Next()}");
        }

        var file = Path.Combine(_plane.Folder, "scheduler.json");
        File.WriteAllText(file, configuration.ToJsonString());
        string[] arguments = [$"--config={file}", "--bind-address=127.0.0.1", Text($"--secure-port={LoopbackPort.Next()}"), "--authentication-kubeconfig", _account, "--v=2"];
        return ServerProcess.Start("kube-scheduler", ControlPlaneBinaries.PathOf("kube-scheduler"), arguments, Path.Combine(_plane.Folder, "kube-scheduler.log"));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
