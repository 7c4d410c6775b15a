using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.Server.Tests.Access;
using TopoScheduler.Server.Tests.Gangs;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Api;

/// <summary>Explanations by a server of a live cluster: of what its controller knows where it leads, of what it lists where it does not.</summary>
public sealed class ApiExplainTests
{
    private const string Gang = "/v1/explain/namespaces/ml/gangs/llama";

    // A replica that does not lead knows no queue: it lists what waits.
    [Fact]
    public async Task Explain_AnotherReplicaLeads_IsOfThePodsThatWait()
    {
        await using var live = await StartClusterAsync(nodes: 2, gangs: ["llama", "qwen"]);
        await using var api = await StartAsync(live, ("election:mode", "scheduler"), ("election:name", "nobody"));

        var (status, gang) = await ApiServer.ReadAsync(api.GetAsync(Gang));
        Assert.Equal((200, "Explanation", "waiting", "constraint"), (status, (string)gang["kind"]!, (string)gang["state"]!, (string)gang["cause"]!["kind"]!));
        Assert.Equal((2, 2, 4), ((int)gang["wait"]!["queueLength"]!, (int)gang["cause"]!["room"]!, (int)gang["wait"]!["membersThere"]!));

        var (_, pod) = await ApiServer.ReadAsync(api.GetAsync("/v1/explain/namespaces/ml/pods/llama-3"));
        Assert.Equal(("pod/ml/llama", 3), ((string)pod["subject"]!["gang"]!, (int)pod["subject"]!["member"]!));

        var (_, node) = await ApiServer.ReadAsync(api.GetAsync($"/v1/explain/nodes/{GangObjects.NodeName(0)}"));
        Assert.Equal(["pod/ml/llama", "pod/ml/qwen"], node["node"]!["waiting"]!.AsArray().Select(w => (string)w!["gang"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Explain_ThisReplicaLeads_SaysWhatItsQueueKnows()
    {
        await using var live = await StartClusterAsync(nodes: 2, gangs: ["llama"]);
        await using var api = await StartAsync(live, ("gangs:controller", "true"), ("election:mode", "none"));
        var gang = await UntilAsync(api, g => g["wait"]?["recorded"] is not null);

        Assert.Equal(("waiting", "constraint"), ((string)gang["state"]!, (string)gang["cause"]!["kind"]!));
        // A file has no earlier attempt, and what it has recorded stands in a GangPlacement.
        Assert.NotNull(gang["changed"]);
    }

    // Planned as kube-scheduler asks: the places are kept for a while after each call, and only whoever keeps them knows until when.
    [Fact]
    public async Task Explain_PlannedByTheExtender_SaysWhenItsHoldsLapse()
    {
        await using var live = await StartClusterAsync(nodes: 4, gangs: ["llama", "qwen"]);
        await using var api = await StartAsync(live, ("election:mode", "none"), ("gangs:controller", "false"), ("extender:holdSeconds", "900"));
        var before = DateTimeOffset.UtcNow;
        var node = await FilterAsync(api, live, "llama-0");

        var planned = await UntilAsync(api, g => (string)g["state"]! == "planned");
        var lapse = planned["deadlines"]!.AsArray().Single(d => ((string)d!["what"]!).Contains("lapse", StringComparison.Ordinal))!;
        Assert.Equal("its 4 holds lapse and the room is free again, unless kube-scheduler asks about the gang before", (string)lapse["what"]!);
        Assert.InRange(DateTimeOffset.Parse((string)lapse["at"]!, CultureInfo.InvariantCulture), before.AddSeconds(899), DateTimeOffset.UtcNow.AddSeconds(901));

        // One is bound: the others are waited for. By the day after tomorrow nothing is held.
        var pod = live.Objects.Find(GangObjects.Pods, GangObjects.Space, "llama-0")!;
        (pod["spec"]!["nodeName"], pod["spec"]!["schedulingGates"], pod["status"]!["phase"]) = (node, new JsonArray(), "Running");
        live.Objects.Put(GangObjects.Pods, pod);
        await UntilAsync(api, g => g["deadlines"]!.AsArray().Any(d => ((string)d!["what"]!).StartsWith("its 3 holds lapse", StringComparison.Ordinal)));
        await UntilAsync(api, g => g["deadlines"]!.AsArray().Count == 0, $"{Gang}?at={DateTimeOffset.UtcNow.AddDays(2):yyyy-MM-dd'T'HH:mm:ss'Z'}");
        await UntilAsync(api, g => (string)g["state"]! == "waiting" && g["deadlines"]!.AsArray().Count == 0, "/v1/explain/namespaces/ml/gangs/qwen");
    }

    [Fact]
    public async Task Explain_PodBoundBySomebody_IsOnItsNode()
    {
        await using var live = await StartClusterAsync(nodes: 2, gangs: []);
        var pod = GangObjects.Pod("solo", 0, 1);
        (pod["spec"]!["nodeName"], pod["spec"]!["schedulingGates"]) = (GangObjects.NodeName(1), new JsonArray());
        pod["status"] = new JsonObject { ["phase"] = "Running" };
        live.Objects.Put(GangObjects.Pods, pod);
        await using var api = await StartAsync(live, ("election:mode", "scheduler"), ("election:name", "nobody"));

        var answer = await UntilAsync(api, a => (string)a["state"]! == "running", "/v1/explain/namespaces/ml/pods/solo-0");

        Assert.Equal(GangObjects.NodeName(1), (string)answer["subject"]!["node"]!);
    }

    [Theory]
    [InlineData("/v1/explain/namespaces/ml/gangs/lama", "gang ml/lama is not in the cluster; did you mean llama?")]
    [InlineData("/v1/explain/namespaces/ml/gangs/llama?kind=jobset", "gang ml/jobset/llama is not in the cluster")]
    [InlineData("/v1/explain/namespaces/ml/pods/llama-7", "pod ml/llama-7 is not in the cluster; did you mean llama-0 or llama-1 or llama-2?")]
    [InlineData("/v1/explain/namespaces/other/pods/llama-0", "pod other/llama-0 is not in the cluster; there is none.")]
    [InlineData("/v1/explain/nodes/n-000", "node n-000 is not in the cluster; did you mean n-0000 or n-0001?")]
    public async Task Explain_Nobody_Is404WithNearNamesOfItsNamespace(string path, string expected)
    {
        await using var live = await StartClusterAsync(nodes: 2, gangs: ["llama"]);
        await using var api = await StartAsync(live, ("election:mode", "scheduler"), ("election:name", "nobody"));
        var (status, problem) = await ApiServer.ReadAsync(api.GetAsync(path));
        Assert.Equal(404, status);
        Assert.StartsWith(expected, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/explain/namespaces/ml/gangs/pod%2Fllama", 200)]
    [InlineData("/v1/explain/namespaces/ml/gangs/llama?kind=Pod", 200)]
    [InlineData("/v1/explain/namespaces/ml/gangs/llama?kind=a%2Fb", 400)]
    [InlineData("/v1/explain/namespaces/ml/pods/a%2Fb", 400)]
    [InlineData("/v1/explain/nodes/-", 400)]
    [InlineData("/v1/explain/nodes/n-0000?kind=node", 400)]
    [InlineData("/v1/explain/nodes/n-0000?at=noon", 400)]
    [InlineData("/v1/explain/namespaces/NO/pods/a", 400)]
    public async Task Explain_KindsAndNames_AreReadOrRefused(string path, int expected)
    {
        await using var live = await StartClusterAsync(nodes: 2, gangs: ["llama"]);
        await using var api = await StartAsync(live, ("election:mode", "scheduler"), ("election:name", "nobody"));
        Assert.Equal(expected, (await ApiServer.ReadAsync(api.GetAsync(path))).Status);
    }

    [Fact]
    public async Task Explain_OfANamespace_TakesTheRightInItAlone()
    {
        await using var secured = await SecuredServer.StartAsync();
        using var client = secured.Connect(secured.Api);
        client.DefaultRequestHeaders.Authorization = new("Bearer", ReviewDouble.Unauthorised);
        var (status, problem) = await ApiServer.ReadAsync(client.GetAsync(new Uri(Gang, UriKind.Relative)));
        Assert.Equal((403, "system:serviceaccount:ml:bystander may not get explanations.toposcheduler.io in namespace ml."), (status, (string)problem["detail"]!));
    }

    internal static async Task<FakeApiServer> StartClusterAsync(int nodes, string[] gangs)
    {
        var live = await FakeApiServer.StartAsync();
        for (var n = 0; n < nodes; n++) live.Objects.Put(GangObjects.Nodes, GangObjects.Node(n));
        foreach (var gang in gangs)
        {
            for (var m = 0; m < 4; m++)
            {
                var pod = GangObjects.Pod(gang, m, 4);
                pod["status"] = new JsonObject { ["phase"] = "Pending" };
                live.Objects.Put(GangObjects.Pods, pod);
            }
        }

        return live;
    }

    internal static async Task<ApiServer> StartAsync(FakeApiServer live, params (string Key, string Value)[] settings)
    {
        var api = await ApiServer.StartAsync(live, settings);
        await UntilAsync(api, _ => true, "/v1/topology");
        return api;
    }

    // The node that is left to a pod.
    private static async Task<string> FilterAsync(ApiServer api, FakeApiServer live, string pod)
    {
        var names = new JsonArray([.. live.Objects.All(GangObjects.Nodes, null).Objects.Select(n => (JsonNode)(string)n["metadata"]!["name"]!)]);
        var asked = new JsonObject { ["Pod"] = live.Objects.Find(GangObjects.Pods, GangObjects.Space, pod), ["NodeNames"] = names };
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            var (status, text) = await api.Server.PostAsync("filter", asked.ToJsonString());
            if (status == 200 && JsonNode.Parse(text)!["NodeNames"] is JsonArray { Count: 1 } left) return (string)left[0]!;
            await Task.Delay(50);
        }

        Assert.Fail($"{pod} has no node within 60 s");
        return "";
    }

    private static async Task<JsonNode> UntilAsync(ApiServer api, Predicate<JsonNode> holds, string path = Gang)
    {
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            var (status, body) = await ApiServer.ReadAsync(api.GetAsync(path));
            if (status == 200 && holds(body)) return body;
            await Task.Delay(50);
        }

        Assert.Fail($"{path} is not answered so within 60 s");
        return null!;
    }
}
