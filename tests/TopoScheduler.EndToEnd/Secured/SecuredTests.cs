using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;

namespace TopoScheduler.EndToEnd.Secured;

/// <summary>Closed doors, knocked at by a real kube-scheduler and by bearers of real ServiceAccount tokens.</summary>
[Trait("Category", "EndToEnd")]
public sealed class SecuredTests
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [ControlPlaneFact]
    public async Task Scheduler_WithItsCertificate_PlacesAPodAndEveryDecisionIsRecorded()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        await plane.Api.CreateManyAsync(KubePath.Nodes, Enumerable.Range(1, 2).Select(i => new NodeObject($"node-{i}").ToJson()));
        await using var served = await SecuredProcess.StartAsync(plane);
        await plane.StartSchedulerAsync(new("topo") { Extenders = [served.EntryOf(SecuredProcess.SchedulerName)] });
        await plane.StartSchedulerAsync(new("other") { Extenders = [served.EntryOf("somebody")] });

        await plane.Api.CreateAsync(KubePath.Pods("default"), new PodObject("refused") { Gpus = 8, SchedulerName = "other" }.ToJson());
        await plane.Api.CreateAsync(KubePath.Pods("default"), new PodObject("placed") { Gpus = 8, SchedulerName = "topo" }.ToJson());

        await Eventually.HoldsAsync("the pod is bound", Limit, async () => await NodeOfAsync(plane, "placed") is { Length: > 0 });
        await Eventually.HoldsAsync("the other is refused", Limit, () => Task.FromResult(served.Log.Any(l => l.Contains("a connection is refused: the certificate of CN=somebody bears no name that is allowed", StringComparison.Ordinal))));
        Assert.Null(await NodeOfAsync(plane, "refused"));

        var pod = await plane.Api.GetAsync(KubePath.Pod("default", "placed"));
        await Eventually.HoldsAsync("both verbs are recorded", Limit, async () => (await RecordAsync(served)).Any(l => (string?)l["verb"] == "bind"));
        var record = await RecordAsync(served);
        var (filter, bind) = (record.First(l => (string?)l["verb"] == "filter"), record.Single(l => (string?)l["verb"] == "bind"));
        Assert.Equal(("pod/default/placed", "fits"), ((string?)filter["pod"], (string?)filter["outcome"]));
        Assert.Equal((string?)pod["metadata"]!["uid"], (string?)filter["uid"]);
        Assert.False(string.IsNullOrEmpty((string?)filter["podVersion"]));
        Assert.Equal(("bound", (string?)pod["spec"]!["nodeName"]), ((string?)bind["outcome"], (string?)bind["nodes"]![0]));
        Assert.DoesNotContain(record, l => (string?)l["pod"] == "pod/default/refused");
    }

    [ControlPlaneFact]
    public async Task Api_TokensOfServiceAccounts_AreJudgedByTheRealServer()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        var api = plane.Api;
        foreach (var account in new[] { "exporter", "bystander" }) await api.CreateAsync("/api/v1/namespaces/default/serviceaccounts", new() { ["metadata"] = new JsonObject { ["name"] = account } });
        await api.CreateYamlAsync($"{Rbac}/clusterroles", """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: toposcheduler-push}
            rules:
            - {apiGroups: [toposcheduler.io], resources: [powerreadings], verbs: [create]}
            """);
        await api.CreateYamlAsync($"{Rbac}/clusterrolebindings", """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: toposcheduler-push}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: toposcheduler-push}
            subjects:
            - {kind: ServiceAccount, namespace: default, name: exporter}
            """);
        await using var served = await SecuredProcess.StartAsync(plane);
        var (right, bystander) = (await TokenAsync(api, "exporter"), await TokenAsync(api, "bystander"));

        Assert.Equal((401, 401, 403), (await served.PushAsync(null), await served.PushAsync("no-token-at-all"), await served.PushAsync(bystander)));
        Assert.Equal(401, await served.PushAsync(await ExpiredAsync(plane, right)));
        await Eventually.HoldsAsync("the role is seen", Limit, async () => await served.PushAsync(right) == 200);
        // It is written beside the answer, a moment later.
        await Eventually.HoldsAsync("the push is recorded", Limit, async () =>
            (await RecordAsync(served)).Any(l => (string?)l["verb"] == "readings" && (string?)l["user"] == "system:serviceaccount:default:exporter"));

        // Whoever is taken his right loses it as soon as it is forgotten; and when nobody can be asked nobody comes in.
        await api.DeleteAsync($"{Rbac}/clusterrolebindings/toposcheduler-push");
        await Eventually.HoldsAsync("the right is gone", Limit, async () => await served.PushAsync(right) == 403);
        await plane.StopApiServerAsync();
        await Eventually.HoldsAsync("nobody is let in", Limit, async () => await served.PushAsync(right) == 503);
        Assert.DoesNotContain(served.Log, l => l.Contains(right, StringComparison.Ordinal) || l.Contains("by a defect", StringComparison.Ordinal));
    }

    private static async Task<string?> NodeOfAsync(KubeControlPlane plane, string pod) => (string?)(await plane.Api.GetAsync(KubePath.Pod("default", pod)))["spec"]!["nodeName"];

    private static async Task<JsonNode[]> RecordAsync(SecuredProcess served)
    {
        using var file = new StreamReader(new FileStream(served.RecordFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = await file.ReadToEndAsync();
        // The last line may be half written.
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
    }

    private static async Task<string> TokenAsync(KubeApi api, string account)
    {
        var request = new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = new JsonObject() };
        return (string)(await api.CreateAsync($"/api/v1/namespaces/default/serviceaccounts/{account}/token", request))["status"]!["token"]!;
    }

    // The server signs none that has ended already, so its own key signs the same claims with other times.
    private static async Task<string> ExpiredAsync(KubeControlPlane plane, string token)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(Decode(parts[1]))!;
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (claims["iat"], claims["nbf"], claims["exp"]) = (now - 7_200, now - 7_200, now - 3_600);
        var signed = $"{parts[0]}.{Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        using var key = RSA.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(plane.Folder, "sa.key")));
        return $"{signed}.{Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static byte[] Decode(string part) => System.Buffers.Text.Base64Url.DecodeFromChars(part);

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
