using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.Testing.Certificates;
using TopoScheduler.Testing.ThirdParty;
using YamlDotNet.RepresentationModel;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>What an administrator prepares for the webhooks: certificate and key, the settings that name them, and the files of <c>manifests/webhook</c>.</summary>
internal sealed class WebhookFiles : IDisposable
{
    private const string Configurations = "/apis/admissionregistration.k8s.io/v1";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TestCertificates _authority = new("webhook authority");
    private readonly string _address = string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{LoopbackPort.Next()}");
    private readonly string _certFile;
    private readonly string _keyFile;

    /// <summary>Writes certificate and key into a folder.</summary>
    public WebhookFiles(string folder)
    {
        var (certificate, key) = _authority.ServerPem("127.0.0.1");
        (_certFile, _keyFile) = (Path.Combine(folder, "webhook.crt"), Path.Combine(folder, "webhook.key"));
        File.WriteAllText(_certFile, certificate);
        File.WriteAllText(_keyFile, key);
    }

    /// <summary>The settings of toposched, as its environment.</summary>
    /// <param name="enforce">Whether limits hold for every scheduler.</param>
    public string[] Settings(bool enforce)
    {
        const string Prefix = "TOPOSCHEDULER__WEBHOOK__";
        return [$"{Prefix}URL={_address}", $"{Prefix}CERTFILE={_certFile}", $"{Prefix}KEYFILE={_keyFile}", $"{Prefix}ENFORCE={(enforce ? "bindings" : "none")}"];
    }

    /// <summary>Has new pods gated.</summary>
    public Task ApplyMutatingAsync(KubeApi api) => api.CreateAsync($"{Configurations}/mutatingwebhookconfigurations", Configuration("mutating"));

    /// <summary>Has bindings judged, and waits until they are: the API server begins to call a webhook some moments after it is told of it.</summary>
    /// <param name="api">The API server.</param>
    /// <param name="node">A node with less than 1,000 GPUs.</param>
    public async Task ApplyValidatingAsync(KubeApi api, string node)
    {
        await api.CreateAsync($"{Configurations}/validatingwebhookconfigurations", Configuration("validating"));
        var probe = new PodObject("probe") { Gpus = 1_000, NodeName = node }.ToJson();
        await Eventually.HoldsAsync("bindings are judged", Limit, async () =>
        {
            try
            {
                await api.CreateAsync(KubePath.Pods("default") + "?dryRun=All", probe);
                return false;
            }
            catch (KubeApiException e)
            {
                return e.Message.Contains("1000 nvidia.com/gpu of", StringComparison.Ordinal);
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _authority.Dispose();

    // As in the repository, but for the address: no service leads to a process of this test.
    private JsonObject Configuration(string file)
    {
        var json = (JsonObject)Json(YamlTree.Load(Path.Combine(Toposched.Root, "manifests", "webhook", $"{file}.yaml")))!;
        var client = json["webhooks"]![0]!["clientConfig"]!;
        var url = _address + (string)client["service"]!["path"]!;
        json["webhooks"]![0]!["clientConfig"] = new JsonObject { ["url"] = url, ["caBundle"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(_authority.Pem)) };
        return json;
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Entries().Select(e => KeyValuePair.Create(e.Key, Json(e.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } scalar when int.TryParse(scalar.Value, out var number) => number,
        _ => node.Text(),
    };
}
