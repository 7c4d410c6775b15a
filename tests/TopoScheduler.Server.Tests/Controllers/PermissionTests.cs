using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Tests.Gangs;
using TopoScheduler.Testing.FakeApi;
using TopoScheduler.Testing.Permissions;

namespace TopoScheduler.Server.Tests.Controllers;

/// <summary>
/// <c>docs/reference/permissions.md</c> lists what the code asks of the API server, no less and no more: scenes in which each mode does all it can do are
/// compared with it. What a scene of its own tests elsewhere is named here.
/// </summary>
public sealed class PermissionTests
{
    private static readonly PermissionPage Page = PermissionPage.Load(RepositoryFiles.Root);

    [Fact]
    public async Task Controller_AllThatItDoes_IsWhatThePageLists()
    {
        var used = new HashSet<Permission>();
        used.UnionWith(Of(await RepairedAsync()));
        used.UnionWith(Of(await ReadAnewAsync()));
        used.UnionWith(Of(await ScaledUpAsync()));
        used.UnionWith(await ServedAsync("controller"));

        AssertSame(Page.For("controller", scaleUp: "provisioning-request"), used);
    }

    [Fact]
    public async Task Extender_AllThatItDoes_IsWhatThePageLists()
    {
        var used = await ServedAsync("extender");

        // Plans are written by the same code as the controller's; its scenes make it stumble. The Lease is written by the kube-scheduler.
        used.UnionWith(Page.For("controller").Where(p => p.Resource == "gangplacements"));
        AssertSame(Page.For("extender").Where(p => p is not { Resource: "leases", Verb: not "get" }), used);
    }

    [Fact]
    public async Task Advisory_AllThatItDoes_IsWhatThePageLists()
    {
        var used = await ServedAsync("advisory");

        // It asks for plans once, and does without them where they may not be read. What power domains say is refused, too.
        used.RemoveWhere(p => p.Resource == "gangplacements");
        AssertSame(Page.For("advisory"), used);
    }

    private static void AssertSame(IEnumerable<Permission> page, HashSet<Permission> used)
    {
        var listed = page.ToHashSet();
        Assert.Empty(used.Except(listed).Select(p => p.ToString()));
        Assert.Empty(listed.Except(used).Where(p => !IsTestedElsewhere(p)).Select(p => p.ToString()));
    }

    // Other kinds of jobs than Job: OwnerPermissionTests; a pod as an owner, too. What repeats, half a minute later: EventRecorderTests.
    private static bool IsTestedElsewhere(Permission p) =>
        p is { Verb: "get" } && (p.Group.Contains('.', StringComparison.Ordinal) || p.Group == "apps" || p is { Group: "", Resource: "pods" })
            && p.Group is not ("toposcheduler.io" or "coordination.k8s.io" or "autoscaling.x-k8s.io")
        || p is { Resource: "events", Verb: "patch" };

    private static IEnumerable<Permission> Of(GangScene scene) => scene.Calls.Select(c => Permission.Of(c.Request.Method, c.Request.Path, watches: false)).OfType<Permission>();

    // A node of a planned Job goes, its pod is replaced, an answer is lost, somebody else writes the placement, the job ends.
    private static async Task<GangScene> RepairedAsync()
    {
        var scene = new GangScene(nodes: 32, options: new() { PatchesAtOnce = 1, RankMaps = true });
        scene.CreateJob("llama", 8);
        var isLost = false;
        scene.Handler.Fault = request => !isLost && (isLost = request.Method == HttpMethod.Patch && request.RequestUri!.AbsolutePath.Contains("/pods/", StringComparison.Ordinal)) ? FakeFault.LoseAnswer : FakeFault.None;
        await scene.WaitAsync(TimeSpan.FromSeconds(5));
        scene.Objects.Delete(GangObjects.Nodes, "", GangScene.PinOf(scene.Pod("llama-3-a")!)!);
        await scene.SettleAsync();
        scene.Objects.Put(GangObjects.Placements, scene.Placement);
        scene.CreateJobPod(scene.Job("llama"), 3, "b");
        await scene.WaitAsync(TimeSpan.FromSeconds(5));
        scene.BindAll();
        await scene.WaitAsync(TimeSpan.FromSeconds(5));
        foreach (var pod in scene.Pods) scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, (string)pod["metadata"]!["name"]!);
        await scene.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Empty(scene.Placements);
        return scene;
    }

    // One pod of two that differ stands for both until the other is there.
    private static async Task<GangScene> ReadAnewAsync()
    {
        var scene = new GangScene(nodes: 8);
        scene.Objects.Put(GangObjects.Pods, GangObjects.Pod("mixed", 0, 2));
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        scene.Objects.Put(GangObjects.Pods, GangObjects.Pod("mixed", 1, 2, gpus: 4));
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        return scene;
    }

    private static async Task<GangScene> ScaledUpAsync()
    {
        var scene = new GangScene(nodes: 4, options: new() { PatchesAtOnce = 1, RankMaps = false, ScaleUp = "provisioning-request" });
        var isLost = false;
        scene.Handler.Fault = request => !isLost && (isLost = request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/podtemplates", StringComparison.Ordinal)) ? FakeFault.LoseAnswer : FakeFault.None;
        scene.CreateGang("llama", 6);
        await scene.WaitAsync(TimeSpan.FromSeconds(330));
        for (var n = 16; n < 24; n++) scene.Objects.Put(GangObjects.Nodes, GangObjects.Node(n));
        await scene.SettleAsync();
        scene.BindAll();
        await scene.WaitAsync(TimeSpan.FromSeconds(10));
        return scene;
    }

    // The whole server before an API server that streams no lists: what it reads, its Lease, its events, and in mode extender a Binding.
    private static async Task<HashSet<Permission>> ServedAsync(string mode)
    {
        await using var api = await FakeApiServer.StartAsync(new() { WatchList = FakeWatchList.Refused, Minor = 30 });
        for (var n = 0; n < 2; n++) api.Objects.Put(GangObjects.Nodes, GangObjects.Node(n));
        if (mode != "advisory") api.Objects.Put("/apis/toposcheduler.io/v1alpha1/powerdomains", PowerDomain());
        var job = api.Objects.Put(GangObjects.Jobs, GangObjects.Job("llama", 2));
        for (var i = 0; i < 2; i++) api.Objects.Put(GangObjects.Pods, Pod(job, i, mode));
        if (mode == "extender") api.Objects.Put("/apis/coordination.k8s.io/v1/leases", SchedulersLease());
        (string, string)[] settings =
        [
            ("gangs:controller", mode == "controller" ? "true" : "false"), ("election:mode", mode switch { "controller" => "lease", "extender" => "scheduler", _ => "none" }),
            ("election:identity", "a"), ("election:leaseSeconds", "2"),
        ];
        await using var server = await TestServer.StartAsync((s, loggers) => Scheduling.OfCluster(s, new(new ApiConnection { Server = api.Address }, "test"), loggers), settings);
        await server.WaitUntilReadyAsync();
        if (mode == "extender") await BindAsync(server, api);
        // Whoever is done with its gang has written its last event.
        if (mode != "advisory") await WaitUntilAsync(() => api.Requests.Any(r => r.StartsWith("POST", StringComparison.Ordinal) && r.Contains("/events", StringComparison.Ordinal)));
        if (mode != "advisory") await WaitUntilAsync(() => api.Requests.Any(r => r.StartsWith("PATCH", StringComparison.Ordinal) && r.Contains("/powerdomains/", StringComparison.Ordinal)));
        if (mode == "controller") await WaitUntilAsync(() => api.Requests.Any(r => r.StartsWith("PUT", StringComparison.Ordinal) && r.Contains("/leases/", StringComparison.Ordinal)));
        return [.. api.Requests.Select(Asked).OfType<Permission>()];
    }

    private static async Task BindAsync(TestServer server, FakeApiServer api)
    {
        for (var i = 0; i < 2; i++)
        {
            var pod = api.Objects.Find(GangObjects.Pods, GangObjects.Space, $"llama-{i}-a")!;
            var names = new JsonArray([.. Enumerable.Range(0, 2).Select(n => (JsonNode)GangObjects.NodeName(n))]);
            var (status, text) = await server.PostAsync("filter", new JsonObject { ["Pod"] = pod, ["NodeNames"] = names }.ToJsonString());
            Assert.Equal(200, status);
            var node = (string)JsonNode.Parse(text)!["NodeNames"]!.AsArray().Single()!;
            var bind = new JsonObject { ["PodName"] = $"llama-{i}-a", ["PodNamespace"] = GangObjects.Space, ["PodUID"] = (string)pod["metadata"]!["uid"]!, ["Node"] = node };
            Assert.Contains("\"Error\":\"\"", (await server.PostAsync("bind", bind.ToJsonString())).Text, StringComparison.Ordinal);
        }
    }

    private static JsonObject Pod(JsonObject job, int index, string mode)
    {
        var template = (JsonObject)job["spec"]!["template"]!.DeepClone();
        var (metadata, spec) = ((JsonObject)template["metadata"]!, (JsonObject)template["spec"]!);
        if (mode != "controller") spec.Remove("schedulingGates");
        metadata["name"] = $"llama-{index}-a";
        metadata["namespace"] = GangObjects.Space;
        metadata["labels"] = new JsonObject { ["batch.kubernetes.io/job-name"] = "llama", ["batch.kubernetes.io/controller-uid"] = (string)job["metadata"]!["uid"]! };
        metadata["annotations"]!["batch.kubernetes.io/job-completion-index"] = $"{index}";
        metadata["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = "llama", ["uid"] = (string)job["metadata"]!["uid"]!, ["controller"] = true });
        return new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata.DeepClone(), ["spec"] = spec.DeepClone(), ["status"] = new JsonObject { ["phase"] = "Pending" } };
    }

    private static JsonObject PowerDomain() => new()
    {
        ["apiVersion"] = "toposcheduler.io/v1alpha1",
        ["kind"] = "PowerDomain",
        ["metadata"] = new JsonObject { ["name"] = "r" },
        ["spec"] = new JsonObject { ["kind"] = "rack", ["name"] = GangObjects.RackOf(0), ["budgetWatts"] = 60_000 },
    };

    private static JsonObject SchedulersLease() => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "kube-scheduler", ["namespace"] = "kube-system" },
        ["spec"] = new JsonObject { ["holderIdentity"] = "a_1", ["leaseDurationSeconds"] = 600, ["renewTime"] = "1999-01-01T00:00:00.000000Z" },
    };

    private static Permission? Asked(string request)
    {
        var (method, url) = (request[..request.IndexOf(' ', StringComparison.Ordinal)], request[(request.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        return Permission.Of(method, url.Split('?')[0], url.Contains("watch=true", StringComparison.Ordinal));
    }

    private static async Task WaitUntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds()) await Task.Delay(20, patience.Token);
    }
}
