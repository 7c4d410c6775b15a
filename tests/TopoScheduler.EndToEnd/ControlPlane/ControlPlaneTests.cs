using System.Net;
using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>That the control plane of these tests is a real one: it stores, makes pods of Jobs, schedules, and calls extenders.</summary>
[Trait("Category", "EndToEnd")]
[Collection(SmallPlaneGroup.Name)]
public sealed class ControlPlaneTests(SmallPlane small)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private KubeApi Api => small.Plane.Api;

    [ControlPlaneFact]
    public async Task Start_Nodes_KeepWhatTheyOffer()
    {
        var nodes = await Api.ListAsync(KubePath.Nodes);

        Assert.Equal(SmallPlane.NodeNames, nodes.Select(n => n["metadata"]!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.All(nodes, node =>
        {
            Assert.Equal("8", node["status"]!["allocatable"]!["nvidia.com/gpu"]!.GetValue<string>());
            Assert.Equal("spine-1", node["metadata"]!["labels"]!["toposcheduler.io/spine"]!.GetValue<string>());
            Assert.Null(node["spec"]!["taints"]);
        });
    }

    [ControlPlaneFact]
    public async Task Job_FourPods_AreMadeAndBound()
    {
        await Api.CreateNamespaceAsync("job");
        await Api.CreateAsync(KubePath.Jobs("job"), new JobObject("train", 4, new("") { Gpus = 2, Annotations = new Dictionary<string, string> { ["workload"] = "pretrain" } }).ToJson());

        var bound = await Api.WaitForBoundAsync(KubePath.Pods("job"), 4, Limit);
        Assert.All(bound.Values, node => Assert.Contains(node, SmallPlane.NodeNames));

        // What a kubelet would say ends the Job.
        foreach (var pod in bound.Keys) await Api.SetPodPhaseAsync("job", pod, "Succeeded");
        await Api.WaitForAsync(KubePath.Jobs("job"), "the Job is complete", Limit, jobs => jobs.All(j => j["status"]?["succeeded"]?.GetValue<int>() == 4));
    }

    [ControlPlaneFact]
    public async Task Scheduler_PodThatFitsNowhere_StaysUnbound()
    {
        await Api.CreateNamespaceAsync("large");
        await Api.CreateAsync(KubePath.Pods("large"), new PodObject("large") { Gpus = 9 }.ToJson());

        var pods = await Api.WaitForAsync(KubePath.Pods("large"), "the pod is unschedulable", Limit, all => all.Any(p => p["status"]?["conditions"]?[0]?["reason"]?.GetValue<string>() == "Unschedulable"));
        Assert.Null(pods[0]["spec"]!["nodeName"]);
        await Api.DeleteAsync(KubePath.Pods("large"));
    }

    [ControlPlaneFact]
    public async Task Schedulers_TwoNames_EachBindsItsOwn()
    {
        await Api.CreateNamespaceAsync("two");
        await Api.CreateManyAsync(KubePath.Pods("two"), Enumerable.Range(0, 3).Select(i => new PodObject($"first-{i}") { SchedulerName = "first" }.ToJson()));
        await Api.CreateManyAsync(KubePath.Pods("two"), Enumerable.Range(0, 3).Select(i => new PodObject($"second-{i}") { SchedulerName = "second" }.ToJson()));

        await small.Plane.StartSchedulerAsync(new("first"));
        var pods = await Api.WaitForAsync(KubePath.Pods("two"), "the first scheduler has bound its pods", Limit, all => all.Count(IsBound) == 3);
        Assert.All(pods, pod => Assert.Equal(Name(pod).StartsWith("first", StringComparison.Ordinal), IsBound(pod)));

        await small.Plane.StopSchedulerAsync("first");
        await small.Plane.StartSchedulerAsync(new("second"));
        await Api.WaitForBoundAsync(KubePath.Pods("two"), 6, Limit);
        var bindings = await Api.ListAsync(KubePath.Events("two"));
        Assert.All(bindings.Where(e => e["reason"]?.GetValue<string>() == "Scheduled"), e => Assert.StartsWith(
            e["reportingController"]?.GetValue<string>() ?? e["deprecatedSource"]!["component"]!.GetValue<string>(), e["regarding"]!["name"]!.GetValue<string>(), StringComparison.Ordinal));

        await small.Plane.StopSchedulerAsync("second");
        await small.Plane.StartSchedulerAgainAsync("first");
        await Api.CreateAsync(KubePath.Pods("two"), new PodObject("first-again") { SchedulerName = "first" }.ToJson());
        await Api.WaitForBoundAsync(KubePath.Pods("two"), 7, Limit);
        await small.Plane.StopSchedulerAsync("first");
    }

    [ControlPlaneFact]
    public async Task Authorization_ServiceAccountWithoutRole_IsForbidden()
    {
        await Api.CreateNamespaceAsync("rights");
        await Api.CreateAsync("/api/v1/namespaces/rights/serviceaccounts", new() { ["metadata"] = new JsonObject { ["name"] = "nobody" } });
        var request = new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = new JsonObject { ["expirationSeconds"] = 600 } };
        var token = (await Api.CreateAsync("/api/v1/namespaces/rights/serviceaccounts/nobody/token", request))["status"]!["token"]!.GetValue<string>();

        using var nobody = new KubeApi(small.Plane.Server, small.Plane.CertificateAuthority, token);
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => nobody.ListAsync(KubePath.Nodes));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Code);
        Assert.Contains(token, await File.ReadAllTextAsync(small.Plane.WriteKubeconfig("nobody.yaml", token)), StringComparison.Ordinal);
    }

    [ControlPlaneFact]
    public async Task Extender_OneOfTwoNodesRefused_IsObeyed()
    {
        await Api.CreateNamespaceAsync("refused");
        await using var extender = new RecordingExtender(Api, call => call.Verb == "filter" ? Only("node-3", call) : null);
        await small.Plane.StartSchedulerAsync(new("choosy") { Extenders = [new(extender.Url)] });
        await Api.CreateManyAsync(KubePath.Pods("refused"), Enumerable.Range(0, 3).Select(i => new PodObject($"pod-{i}") { SchedulerName = "choosy" }.ToJson()));

        var bound = await Api.WaitForBoundAsync(KubePath.Pods("refused"), 3, Limit);
        await small.Plane.StopSchedulerAsync("choosy");
        Assert.All(bound.Values, node => Assert.Equal("node-3", node));
        Assert.Equal(["pod-0", "pod-1", "pod-2"], extender.Calls.Where(c => c.Verb == "bind").Select(c => c.Pod).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(extender.Calls, c => c.Verb == "prioritize");
    }

    private static JsonObject Only(string node, RecordedCall call) => new()
    {
        ["NodeNames"] = new JsonArray(node),
        ["FailedNodes"] = new JsonObject([.. call.Nodes.Where(n => n != node).Select(n => KeyValuePair.Create(n, (JsonNode?)"not this one"))]),
        ["Error"] = "",
    };

    private static bool IsBound(JsonObject pod) => pod["spec"]!["nodeName"] is not null;

    private static string Name(JsonObject item) => item["metadata"]!["name"]!.GetValue<string>();
}
