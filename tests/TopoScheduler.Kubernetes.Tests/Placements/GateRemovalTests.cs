using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Testing.FakeApi;
using TopoScheduler.Testing.Permissions;

namespace TopoScheduler.Kubernetes.Tests.Placements;

/// <summary>Our gate comes off every waiting pod when we go.</summary>
public sealed class GateRemovalTests : IDisposable
{
    private const string Ours = "toposcheduler.io/gang";
    private const string Pods = "/api/v1/pods";

    private readonly FakeObjects _objects = new(seed: 1);
    private readonly FakeApiHandler _handler;

    public GateRemovalTests() => _handler = new(_objects);

    public void Dispose() => _handler.Dispose();

    [Fact]
    public async Task Run_TenGangsInTwoNamespaces_LeavesNoGateOfOursAndEveryOther()
    {
        for (var gang = 0; gang < 10; gang++)
        {
            for (var member = 0; member < 16; member++) Create(gang < 6 ? "ml" : "research", $"g{gang}-{member}", Ours);
        }

        Create("ml", "queued", "kueue.x-k8s.io/admission", Ours);
        Create("ml", "foreign", "example.test/gate");
        Create("ml", "plain");
        var told = new List<(int, int)>();

        var result = await Removal(progress: (removed, found) =>
        {
            lock (told) told.Add((removed, found));
        }).RunAsync(CancellationToken.None);

        Assert.Empty(result.Left);
        Assert.Equal(new Dictionary<string, int> { ["ml"] = 97, ["research"] = 64 }, result.Removed);
        Assert.DoesNotContain(All(), p => Gates(p).Contains(Ours));
        Assert.Equal(["kueue.x-k8s.io/admission"], Gates(Find("ml", "queued")));
        Assert.Equal(["example.test/gate"], Gates(Find("ml", "foreign")));
        // Who still leads must not take them for pods it has placed.
        Assert.Equal("ungated", (string?)Find("ml", "g0-0")["metadata"]!["annotations"]!["toposcheduler.io/scale-up"]);
        Assert.Null(Find("ml", "plain")["metadata"]!["annotations"]);
        Assert.Contains((161, 161), told);

        Assert.Empty((await Removal().RunAsync(CancellationToken.None)).Removed);
    }

    [Fact]
    public async Task Run_OneNamespace_LeavesTheOthers()
    {
        Create("ml", "a", Ours);
        Create("research", "b", Ours);

        var result = await Removal("ml").RunAsync(CancellationToken.None);

        Assert.Equal(["ml"], result.Removed.Keys);
        Assert.Equal([Ours], Gates(Find("research", "b")));
    }

    [Fact]
    public async Task Run_PodsMadeMeanwhile_LoseTheirGateToo()
    {
        Create("ml", "a", Ours);
        var more = 3;
        _handler.Answered = (request, _) =>
        {
            if (request.Method == "PATCH" && more-- > 0) Create("ml", $"late-{more}", Ours);
        };

        var result = await Removal().RunAsync(CancellationToken.None);

        Assert.Equal((4, 0), (result.Removed["ml"], result.Left.Count));
    }

    [Fact]
    public async Task Run_PodGoneOrMadeAgainMeanwhile_IsNoFailure()
    {
        Create("ml", "gone", Ours);
        Create("ml", "again", Ours);
        var once = 0;
        _handler.Fault = request =>
        {
            if (request.Method.Method == "PATCH" && Interlocked.Exchange(ref once, 1) == 0)
            {
                _objects.Delete(Pods, "ml", "gone");
                _objects.Delete(Pods, "ml", "again");
                Create("ml", "again", Ours);
            }

            return FakeFault.None;
        };

        var result = await Removal().RunAsync(CancellationToken.None);

        Assert.Empty(result.Left);
        Assert.Equal(1, result.Removed["ml"]);
        Assert.Empty(Gates(Find("ml", "again")));
    }

    [Fact]
    public async Task Run_ServerRefusesOne_SaysWhichAndTakesTheOthersOff()
    {
        foreach (var name in (string[])["a", "b", "c"]) Create("ml", name, Ours);
        _handler.Fault = request => request.Method.Method == "PATCH" && request.RequestUri!.AbsolutePath.EndsWith("/b", StringComparison.Ordinal) ? FakeFault.Refuse : FakeFault.None;

        var result = await Removal().RunAsync(CancellationToken.None);

        Assert.Equal(2, result.Removed["ml"]);
        Assert.Equal(new("ml", "b", "the server is currently unable to handle the request"), Assert.Single(result.Left));
    }

    [Fact]
    public async Task Count_ChangesNothing()
    {
        Create("ml", "a", Ours);
        Create("ml", "b", Ours);

        Assert.Equal(new Dictionary<string, int> { ["ml"] = 2 }, await Removal().CountAsync(CancellationToken.None));
        Assert.Equal([Ours], Gates(Find("ml", "a")));
    }

    [Fact]
    public async Task DeleteWebhook_OnceAndAgain_SaysWhetherItWasThere()
    {
        _objects.Put("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", new() { ["metadata"] = new JsonObject { ["name"] = "toposcheduler" } });

        Assert.True(await Removal().DeleteWebhookAsync("toposcheduler", CancellationToken.None));
        Assert.False(await Removal().DeleteWebhookAsync("toposcheduler", CancellationToken.None));
    }

    [Fact]
    public async Task All_AsksWhatThePageOfPermissionsLists()
    {
        var used = new HashSet<Permission>();
        _handler.Answered = (request, _) =>
        {
            lock (used) used.Add(Permission.Of(request.Method, request.Path, watches: false)!);
        };
        Create("ml", "a", Ours);

        await Removal().DeleteWebhookAsync("toposcheduler", CancellationToken.None);
        await Removal().RunAsync(CancellationToken.None);

        Assert.Equal(PermissionPage.Load(Live.OwnerPermissionTests.Root()).AtTheEnd.Select(p => p.ToString()).Order(StringComparer.Ordinal), used.Select(p => p.ToString()).Order(StringComparer.Ordinal));
    }

    private GateRemoval Removal(string? ns = null, Action<int, int>? progress = null) => new(_handler.Client()) { Namespace = ns, Progress = progress, Settle = TimeSpan.Zero };

    private void Create(string ns, string name, params string[] gates)
    {
        var spec = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "example.test/a" }) };
        if (gates.Length > 0) spec["schedulingGates"] = new JsonArray([.. gates.Select(g => (JsonNode)new JsonObject { ["name"] = g })]);
        var metadata = new JsonObject { ["namespace"] = ns, ["name"] = name };
        _objects.Put(Pods, new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = spec, ["status"] = new JsonObject { ["phase"] = "Pending" } });
    }

    private IEnumerable<JsonObject> All() => _objects.All(Pods, null).Objects;

    private JsonObject Find(string ns, string name) => _objects.Find(Pods, ns, name)!;

    private static string[] Gates(JsonObject pod) => [.. (pod["spec"]!["schedulingGates"]?.AsArray() ?? []).Select(g => (string)g!["name"]!)];
}
