using System.Text.Json.Nodes;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>An autoscaler is asked for room for a whole gang, and the gang is placed when it has made some.</summary>
public sealed class ProvisioningRequestTests
{
    private const string Requests = "/apis/autoscaling.x-k8s.io/v1/provisioningrequests";
    private const string Templates = "/api/v1/podtemplates";
    private const string Class = "best-effort-atomic-scale-up.autoscaling.x-k8s.io";

    [Fact]
    public async Task WaitedForRoom_OneRequestWithATemplateForEachRole()
    {
        var scene = Scene();
        for (var m = 0; m < 6; m++)
        {
            var pod = GangObjects.Pod("llama", m, 6);
            pod["metadata"]!["labels"] = new JsonObject { ["weight"] = "7" };
            pod["spec"]!["nodeSelector"] = new JsonObject { ["nvidia.com/gpu.product"] = "NVIDIA-H100-80GB-HBM3" };
            pod["spec"]!["tolerations"] = new JsonArray(new JsonObject { ["key"] = "gpu", ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 60 });
            pod["spec"]!["affinity"] = JsonNode.Parse("""{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":10,"preference":{"matchExpressions":[{"key":"a","operator":"In","values":["1"]}]}}]}}""");
            scene.Objects.Put(GangObjects.Pods, pod);
        }

        await scene.WaitAsync(TimeSpan.FromSeconds(290));
        Assert.Empty(All(scene, Requests));
        await scene.WaitAsync(TimeSpan.FromSeconds(60));

        var placement = scene.Placement["metadata"]!;
        var request = Assert.Single(All(scene, Requests));
        var template = Assert.Single(All(scene, Templates));
        foreach (var owned in new[] { request, template })
        {
            var owner = owned["metadata"]!["ownerReferences"]![0]!;
            Assert.Equal(("GangPlacement", (string?)placement["name"], (string?)placement["uid"]), ((string?)owner["kind"], (string?)owner["name"], (string?)owner["uid"]));
        }

        Assert.Equal((string?)placement["name"], (string?)request["metadata"]!["name"]);
        Assert.Equal(Class, (string?)request["spec"]!["provisioningClassName"]);
        var podSet = Assert.Single((JsonArray)request["spec"]!["podSets"]!)!;
        Assert.Equal((6, (string?)template["metadata"]!["name"]), ((int)podSet["count"]!, (string?)podSet["podTemplateRef"]!["name"]));
        Assert.StartsWith($"{placement["name"]}-", (string?)template["metadata"]!["name"], StringComparison.Ordinal);

        var (pods, spec) = (scene.Pods[0]["spec"]!, template["template"]!["spec"]!);
        foreach (var part in new[] { "nodeSelector", "tolerations", "affinity" }) Assert.True(JsonNode.DeepEquals(pods[part], spec[part]), $"{part}: {spec[part]}");
        Assert.True(JsonNode.DeepEquals(pods["containers"]![0]!["resources"], spec["containers"]![0]!["resources"]));
        Assert.Equal("7", (string?)template["template"]!["metadata"]!["labels"]!["weight"]);
        Assert.Null(spec["schedulingGates"]);
        Assert.All(scene.Pods, p => Assert.True(GangScene.IsGated(p)));
        Assert.Contains($"; ProvisioningRequest {placement["name"]} asks an autoscaler for room", GangScene.Message(scene.Placement), StringComparison.Ordinal);
        Assert.Equal(2, scene.Writes.Count(w => w.Path.Contains("provisioningrequests", StringComparison.Ordinal) || w.Path.Contains("podtemplates", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Accepted", "the autoscaler has accepted ", ": why it is so", false)]
    [InlineData("Provisioned", "the autoscaler has made room for ", ": why it is so", true)]
    [InlineData("Failed", "the autoscaler has given up ", ": why it is so", false)]
    [InlineData("BookingExpired", "the autoscaler no longer keeps the room it made for ", ": why it is so", false)]
    public async Task Answer_IsToldWithinTenSeconds(string type, string begin, string end, bool hasDeadline)
    {
        var scene = Scene();
        scene.CreateGang("llama", 6);
        await scene.WaitAsync(TimeSpan.FromSeconds(302));
        Answer(scene, type);
        await scene.WaitAsync(TimeSpan.FromSeconds(12));
        var message = GangScene.Message(scene.Placement);
        Assert.Contains(begin, message, StringComparison.Ordinal);
        Assert.EndsWith(end, message, StringComparison.Ordinal);
        Assert.Equal(hasDeadline, scene.Placement["status"]!["deadlines"] is not null);
        if (hasDeadline) Assert.Equal("2026-01-02T03:14:05Z", (string?)scene.Placement["status"]!["deadlines"]![0]!["at"]);
    }

    [Fact]
    public async Task NodesCome_PodsTakeTheRoomOfTheRequest_WhichGoesWhenAllAreBound()
    {
        var scene = Scene();
        scene.CreateGang("llama", 6);
        await scene.WaitAsync(TimeSpan.FromSeconds(302));
        var name = (string)scene.Placement["metadata"]!["name"]!;
        AddNodes(scene);
        await scene.SettleAsync();
        Assert.All(scene.Pods, p =>
        {
            Assert.NotNull(GangScene.PinOf(p));
            Assert.Equal(name, (string?)p["metadata"]!["annotations"]!["autoscaling.x-k8s.io/consume-provisioning-request"]);
            Assert.Equal(Class, (string?)p["metadata"]!["annotations"]!["autoscaling.x-k8s.io/provisioning-class-name"]);
        });
        Assert.Single(All(scene, Requests));
        scene.BindAll();
        await scene.WaitAsync(TimeSpan.FromSeconds(3));
        Assert.Empty(All(scene, Requests));
        Assert.Empty(All(scene, Templates));
        Assert.Equal("Bound", GangScene.Phase(scene.Placement));
        Assert.DoesNotContain("Requested", scene.Placement.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyAsked_PodsSayNothing()
    {
        var scene = Scene();
        scene.CreateGang("llama", 3);
        await scene.SettleAsync();
        Assert.All(scene.Pods, p => Assert.DoesNotContain("autoscaling", p.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task GangGoes_RequestGoes()
    {
        var scene = Scene();
        scene.CreateGang("llama", 6);
        await scene.WaitAsync(TimeSpan.FromSeconds(302));
        for (var m = 0; m < 6; m++) scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, $"llama-{m}");
        await scene.SettleAsync();
        Assert.Empty(All(scene, Requests));
        Assert.Empty(scene.Placements);
    }

    // Plain pods that are made again have a placement of the same name, and the garbage collector takes its time.
    [Fact]
    public async Task RequestOfAGangThatIsOver_MakesRoom()
    {
        var scene = Scene();
        scene.CreateGang("llama", 6);
        await scene.WaitAsync(TimeSpan.FromSeconds(5));
        var name = (string)scene.Placement["metadata"]!["name"]!;
        foreach (var (path, end) in new[] { (Requests, ""), (Templates, "-member") })
        {
            scene.Objects.Put(path, new()
            {
                ["metadata"] = new JsonObject { ["namespace"] = GangObjects.Space, ["name"] = name + end, ["ownerReferences"] = new JsonArray(new JsonObject { ["uid"] = "another" }) },
            });
        }

        await scene.WaitAsync(TimeSpan.FromSeconds(310));
        var request = Assert.Single(All(scene, Requests));
        Assert.Equal((string?)scene.Placement["metadata"]!["uid"], (string?)request["metadata"]!["ownerReferences"]![0]!["uid"]);
        var template = (string)request["spec"]!["podSets"]![0]!["podTemplateRef"]!["name"]!;
        Assert.Equal(scene.Placement["metadata"]!["uid"]!.ToString(), scene.Objects.Find(Templates, GangObjects.Space, template)!["metadata"]!["ownerReferences"]![0]!["uid"]!.ToString());
    }

    [Fact]
    public async Task Leader_KilledAtEveryCall_OneRequestAndPodsThatTakeItsRoom()
    {
        var made = await RunAsync(int.MaxValue, FakeFault.None);
        Assert.InRange(made, 32, 48);
        for (var call = 0; call < made; call++)
        {
            foreach (var fault in new[] { FakeFault.CrashBefore, FakeFault.CrashAfter, FakeFault.LoseAnswer, FakeFault.Refuse }) await RunAsync(call, fault);
        }
    }

    private static async Task<int> RunAsync(int faultAt, FakeFault fault)
    {
        var scene = Scene();
        scene.CreateGang("llama", 6);
        await scene.WaitAsync(TimeSpan.FromSeconds(298));
        var calls = 0;
        scene.Handler.Fault = _ => calls++ == faultAt ? fault : FakeFault.None;
        await scene.LiveAsync(seconds: 15);
        Assert.Single(All(scene, Requests));
        AddNodes(scene);
        await scene.LiveAsync(seconds: 5);
        Assert.All(scene.Pods, p => Assert.Equal(Class, (string?)p["metadata"]!["annotations"]!["autoscaling.x-k8s.io/provisioning-class-name"]));
        scene.BindAll();
        await scene.LiveAsync(seconds: 8);
        Assert.Empty(All(scene, Requests));
        Assert.Equal("Bound", GangScene.Phase(scene.Placement));
        return calls;
    }

    private static GangScene Scene() => new(nodes: 4, options: new() { PatchesAtOnce = 1, RankMaps = false, ScaleUp = "provisioning-request" });

    private static IReadOnlyList<JsonObject> All(GangScene scene, string path) => scene.Objects.All(path, GangObjects.Space).Objects;

    private static void AddNodes(GangScene scene)
    {
        for (var n = 16; n < 24; n++) scene.Objects.Put(GangObjects.Nodes, GangObjects.Node(n));
    }

    private static void Answer(GangScene scene, string type)
    {
        var request = (JsonObject)Assert.Single(All(scene, Requests)).DeepClone();
        request["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = type,
                ["status"] = "True",
                ["message"] = "why it is so",
                ["lastTransitionTime"] = "2026-01-02T03:04:05Z",
            }),
        };
        scene.Objects.Put(Requests, request);
    }
}
