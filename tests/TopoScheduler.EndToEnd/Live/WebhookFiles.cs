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
    private readonly TestCertificates _clients = new("client authority");
    private readonly string _folder;
    private readonly string _certFile;
    private readonly string _keyFile;
    private string? _clientCaFile;

    /// <summary>Writes certificate and key into a folder.</summary>
    public WebhookFiles(string folder)
    {
        var (certificate, key) = _authority.ServerPem("127.0.0.1");
        _folder = folder;
        (_certFile, _keyFile) = (Write("webhook.crt", certificate), Write("webhook.key", key));
    }

    /// <summary>Where the webhooks are.</summary>
    public Uri Address => new(_address);

    /// <summary>Lets nobody but the API server call the webhooks: writes what both sides need for that.</summary>
    /// <returns>The flag with which the API server shows its certificate, as <c>docs/reference/webhook.md</c> says.</returns>
    public string AskForCertificates()
    {
        var (certificate, key) = _clients.Client("system:kube-apiserver");
        _clientCaFile = Write("webhook-clients.crt", _clients.Pem);
        var kubeconfig = Write("webhooks.conf", $$"""
            apiVersion: v1
            kind: Config
            users:
            - name: {{new Uri(_address).Authority}}
              user: {client-certificate: {{Write("webhooks.crt", certificate)}}, client-key: {{Write("webhooks.key", key)}}}
            """);
        return "--admission-control-config-file=" + Write("admission.yaml", $$"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: AdmissionConfiguration
            plugins:
            - name: MutatingAdmissionWebhook
              configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: WebhookAdmissionConfiguration, kubeConfigFile: {{kubeconfig}}}
            - name: ValidatingAdmissionWebhook
              configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: WebhookAdmissionConfiguration, kubeConfigFile: {{kubeconfig}}}
            """);
    }

    /// <summary>The settings of toposched, as its environment.</summary>
    /// <param name="enforce">Whether limits hold for every scheduler.</param>
    public string[] Settings(bool enforce)
    {
        const string Prefix = "TOPOSCHEDULER__WEBHOOK__";
        return
        [
            $"{Prefix}URL={_address}", $"{Prefix}CERTFILE={_certFile}", $"{Prefix}KEYFILE={_keyFile}", $"{Prefix}ENFORCE={(enforce ? "bindings" : "none")}",
            .. _clientCaFile is { } authority ? [$"{Prefix}CLIENTCAFILE={authority}", $"{Prefix}CLIENTNAMES=system:kube-apiserver"] : Array.Empty<string>(),
        ];
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
    public void Dispose()
    {
        _authority.Dispose();
        _clients.Dispose();
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

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
