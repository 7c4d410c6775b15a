using System.Net;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>The admission webhooks, called by a real API server as the files in <c>manifests/webhook</c> say.</summary>
[Trait("Category", "EndToEnd")]
public sealed class WebhookTests
{
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
        using var webhook = new WebhookFiles(plane.Folder);
        await using var served = await ServedExtender.StartAsync(plane, webhook.Settings(enforce: true));
        await webhook.ApplyValidatingAsync(api, "node-1");
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

    [ControlPlaneFact]
    public async Task Webhooks_ThatAskForCertificates_AreCalledByTheApiServerAlone()
    {
        var folder = Directory.CreateTempSubdirectory("webhook-");
        using var webhook = new WebhookFiles(folder.FullName);
        await using (var plane = await KubeControlPlane.StartAsync(new() { ApiServerFlags = [webhook.AskForCertificates()] }))
        {
            await plane.Api.CreateAsync(KubePath.Nodes, new NodeObject("node-1").ToJson());
            await using var served = await ServedExtender.StartAsync(plane, webhook.Settings(enforce: true));
            await webhook.ApplyValidatingAsync(plane.Api, "node-1");

            using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
            using var stranger = new HttpClient(handler);
            await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(new Uri(webhook.Address, "/livez")));
            Assert.Contains(served.Log, line => line.Contains("a connection is refused: no client certificate", StringComparison.Ordinal));
        }

        folder.Delete(recursive: true);
    }

    // Before 1.27 there are no gates to see; and 1.20, built with a newer Go than its own, crashes on the patch of any webhook.
    [ControlPlaneFact("1.27")]
    public async Task Webhooks_ApiServerWithGates_GateManagedPods()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        using var webhook = new WebhookFiles(plane.Folder);
        await using var served = await ServedExtender.StartAsync(plane, webhook.Settings(enforce: true));
        await webhook.ApplyMutatingAsync(plane.Api);
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

    private static async Task<string?> GateOfAsync(KubeApi api, string pod) => (string?)(await api.GetAsync(KubePath.Pod("default", pod)))["spec"]!["schedulingGates"]?[0]?["name"];

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
