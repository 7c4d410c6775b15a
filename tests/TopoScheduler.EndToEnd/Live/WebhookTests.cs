using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.Testing.Certificates;
using TopoScheduler.Testing.ThirdParty;
using YamlDotNet.RepresentationModel;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>The admission webhooks, called by a real API server as the files in <c>manifests/webhook</c> say.</summary>
[Trait("Category", "EndToEnd")]
public sealed class WebhookTests
{
    private const string Configurations = "/apis/admissionregistration.k8s.io/v1";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // A rack of two nodes has room for one busy node. kube-scheduler knows nothing of that; the webhook does.
    [ControlPlaneFact]
    public async Task Webhooks_RealApiServer_HoldABudgetForEveryBinding()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        var api = plane.Api;
        await api.CreateManyAsync(KubePath.Nodes, Enumerable.Range(1, 2).Select(i => new NodeObject($"node-{i}")
        {
            Rack = "rack-1",
            RackBudgetWatts = 13_000,
            MaxWatts = 10_000,
            IdleWatts = 2_000,
        }.ToJson()));
        using var authority = new TestCertificates("webhook authority");
        var port = LoopbackPort.Next();
        await using var served = await ServedExtender.StartAsync(plane, Settings(plane.Folder, authority, port));
        await api.CreateAsync($"{Configurations}/validatingwebhookconfigurations", Configuration("validating", authority, port));

        // The API server begins to call a webhook some moments after it is told of it.
        await RefusedAsync(() => api.CreateAsync(KubePath.Pods("default") + "?dryRun=All", new PodObject("probe") { Gpus = 9, NodeName = "node-1" }.ToJson()), "nvidia.com/gpu of 8");
        foreach (var name in new[] { "a", "b" }) await api.CreateAsync(KubePath.Pods("default"), new PodObject(name) { Gpus = 8 }.ToJson());
        await api.BindAsync("default", "a", "node-1");

        var refused = await Assert.ThrowsAsync<KubeApiException>(() => api.BindAsync("default", "b", "node-2"));
        var alsoRefused = await Assert.ThrowsAsync<KubeApiException>(() => api.CreateAsync(KubePath.Pods("default"), new PodObject("c") { Gpus = 8, NodeName = "node-2" }.ToJson()));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (refused.Code, alsoRefused.Code));
        Assert.Contains("pod/default/b cannot go to node node-2: rack/rack-1 would draw 20000 W of 13000 W.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("pod/default/c cannot go to node node-2: rack/rack-1 would draw 20000 W of 13000 W.", alsoRefused.Message, StringComparison.Ordinal);

        // What a pod that is gone took is there again.
        await api.DeleteAsync(KubePath.Pod("default", "a"));
        await EventuallyAsync(() => api.BindAsync("default", "b", "node-2"));
        Assert.DoesNotContain(served.Log, line => line.Contains("by a defect", StringComparison.Ordinal));
    }

    // Before 1.27 there are no gates to see; and 1.20, built with a newer Go than its own, crashes on the patch of any webhook.
    [ControlPlaneFact("1.27")]
    public async Task Webhooks_ApiServerWithGates_GateManagedPods()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        using var authority = new TestCertificates("webhook authority");
        var port = LoopbackPort.Next();
        await using var served = await ServedExtender.StartAsync(plane, Settings(plane.Folder, authority, port));
        await plane.Api.CreateAsync($"{Configurations}/mutatingwebhookconfigurations", Configuration("mutating", authority, port));
        var number = 0;

        await WithinLimitAsync(async () =>
        {
            var name = $"gated-{number++}";
            await plane.Api.CreateAsync(KubePath.Pods("default"), new PodObject(name) { Gpus = 8 }.ToJson());
            return await GateOfAsync(plane.Api, name) == "toposcheduler.io/gang";
        });
        await plane.Api.CreateAsync(KubePath.Pods("default"), new PodObject("plain").ToJson());
        Assert.Null(await GateOfAsync(plane.Api, "plain"));
    }

    private static string[] Settings(string folder, TestCertificates authority, int port)
    {
        var (certificate, key) = authority.ServerPem("127.0.0.1");
        var (certFile, keyFile) = (Path.Combine(folder, "webhook.crt"), Path.Combine(folder, "webhook.key"));
        File.WriteAllText(certFile, certificate);
        File.WriteAllText(keyFile, key);
        const string Prefix = "TOPOSCHEDULER__WEBHOOK__";
        return [$"{Prefix}URL={AddressOf(port)}", $"{Prefix}CERTFILE={certFile}", $"{Prefix}KEYFILE={keyFile}", $"{Prefix}ENFORCE=bindings"];
    }

    private static string AddressOf(int port) => string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{port}");

    // As in the repository, but for the address: no service leads to a process of this test.
    private static JsonObject Configuration(string file, TestCertificates authority, int port)
    {
        var json = (JsonObject)Json(YamlTree.Load(Path.Combine(RepositoryRoot(), "manifests", "webhook", $"{file}.yaml")))!;
        var client = json["webhooks"]![0]!["clientConfig"]!;
        var url = AddressOf(port) + (string)client["service"]!["path"]!;
        json["webhooks"]![0]!["clientConfig"] = new JsonObject { ["url"] = url, ["caBundle"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.Pem)) };
        return json;
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Entries().Select(e => KeyValuePair.Create(e.Key, Json(e.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } scalar when int.TryParse(scalar.Value, out var number) => number,
        _ => node.Text(),
    };

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TopoScheduler.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no folder above the tests holds TopoScheduler.sln");
    }

    private static async Task<string?> GateOfAsync(KubeApi api, string pod) => (string?)(await api.GetAsync(KubePath.Pod("default", pod)))["spec"]!["schedulingGates"]?[0]?["name"];

    private static Task RefusedAsync(Func<Task> request, string reason) => WithinLimitAsync(async () =>
    {
        try
        {
            await request();
            return false;
        }
        catch (KubeApiException e)
        {
            return e.Message.Contains(reason, StringComparison.Ordinal);
        }
    });

    private static Task EventuallyAsync(Func<Task> request) => WithinLimitAsync(async () =>
    {
        try
        {
            await request();
            return true;
        }
        catch (KubeApiException e) when (e.Code == HttpStatusCode.Forbidden)
        {
            return false;
        }
    });

    private static async Task WithinLimitAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Limit);
        while (!await holds()) await Task.Delay(100, patience.Token);
    }
}
