using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;
using Xunit.Abstractions;

namespace TopoScheduler.EndToEnd.PowerDomains;

/// <summary>The resource PowerDomain on a real API server: its schema, and a server that follows it.</summary>
[Trait("Category", "EndToEnd")]
public sealed class PowerDomainTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // Four nodes in one rack, its label far from binding: 2,300 W idle and 10,200 W at most each.
    private static readonly IReadOnlyList<FleetNode> Fleet = FleetNode.Fleet(spines: 1, leavesPerSpine: 1, nodesPerLeaf: 4, rackBudgetWatts: 45_000);

    [ControlPlaneFact]
    public async Task Schema_ValidObjects_AreTakenAndInvalidOnesRefused()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        await CustomResource.InstallAsync(plane, "powerdomains.yaml", KubePath.PowerDomains);

        var full = await CreateAsync(plane, "full", """
            {"kind":"rack","name":"R7","parent":"pdu/pdu-1","budgetWatts":50000,"baseWatts":1200,"redundancy":"N+1","units":5,"derate":0.8,"coolingWatts":45000,"strange":1,"schedule":[
            {"name":"once","budgetWatts":0,"start":"2027-01-31T16:00:00Z","end":"2027-01-31T18:00:00+01:00"},
            {"name":"weekly","budgetWatts":20000,"days":["Mon","Sun"],"from":"22:00","to":"06:30","timeZone":"America/Argentina/Buenos_Aires"}]}
            """);
        Assert.Equal((0.8, 2, null), ((double)full["spec"]!["derate"]!, full["spec"]!["schedule"]!.AsArray().Count, full["spec"]!["strange"]));
        await CreateAsync(plane, "least", """{"kind":"facility"}""");
        await CreateAsync(plane, "bounds", """{"kind":"pdu","derate":1,"redundancy":"N","units":2,"baseWatts":0,"budgetWatts":1000000000,"schedule":[]}""");

        var taken = new List<string>();
        foreach (var spec in Invalid)
        {
            try
            {
                await CreateAsync(plane, "wrong", spec);
                taken.Add(spec);
                await plane.Api.DeleteAsync($"{KubePath.PowerDomains}/wrong");
            }
            catch (KubeApiException e) when (e.Code == HttpStatusCode.UnprocessableEntity)
            {
                // As it should be.
            }
        }

        Assert.Empty(taken);
    }

    [ControlPlaneFact]
    public async Task Serve_ResourceInstalledLater_FollowsBudgetsAndWritesTheStatus()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        await plane.Api.CreateManyAsync(KubePath.Nodes, Fleet.Select(n => n.ToNode().ToJson()));
        // Ready although the server does not have the resource: budgets are those of the labels.
        await using var extender = await ServedExtender.StartAsync(plane);
        Assert.Equal(4, (await FreeAsync(extender)).Length);

        await CustomResource.InstallAsync(plane, "powerdomains.yaml", KubePath.PowerDomains);
        await CreateAsync(plane, "seven", $$"""{"kind":"rack","name":"{{Fleet[0].Rack}}","budgetWatts":12000}""");
        await Eventually.HoldsAsync("the new resource is found", Limit, async () => (await FreeAsync(extender)).Length == 0);

        // From now on every change is one event away.
        var raised = await FollowsAsync(plane, extender, """{"budgetWatts":44000}""", free: 4);
        var lowered = await FollowsAsync(plane, extender, """{"derate":0.3}""", free: 0);
        output.WriteLine($"a budget that was raised counted after {raised.TotalMilliseconds:F0} ms, one that was lowered after {lowered.TotalMilliseconds:F0} ms");
        Assert.InRange(lowered, TimeSpan.Zero, TimeSpan.FromSeconds(5));

        var status = await StatusAsync(plane, s => (int?)s["effectiveBudgetWatts"] == 13_200);
        Assert.Equal((9_200, 4_000, false), ((int)status["committedWatts"]!, (int)status["headroomWatts"]!, (bool)status["overBudget"]!));
        Assert.Equal("9,200 W of 13,200 W are committed.", (string?)status["message"]);

        // A window that is open now, and one that nobody can read the times of would not pass the schema.
        await FollowsAsync(plane, extender, """{"derate":1,"schedule":[{"name":"demand-response","budgetWatts":9000,"start":"2020-01-01T00:00:00Z"}]}""", free: 0);
        status = await StatusAsync(plane, s => (string?)s["window"] == "demand-response");
        Assert.Equal((9_000, -200, true), ((int)status["effectiveBudgetWatts"]!, (int)status["headroomWatts"]!, (bool)status["overBudget"]!));
        Assert.Equal("True", (string?)status["conditions"]!.AsArray().First(c => (string?)c!["type"] == "OverBudget")!["status"]);

        await plane.Api.DeleteAsync($"{KubePath.PowerDomains}/seven");
        await Eventually.HoldsAsync("the labels count again", Limit, async () => (await FreeAsync(extender)).Length == 4);
        Assert.DoesNotContain(extender.Log, line => line.Contains("is not written", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Invalid =>
    [
        "{}",
        """{"kind":"cage"}""",
        """{"kind":"rack","name":"a b"}""",
        """{"kind":"rack","name":"a123456789012345678901234567890123456789012345678901234567890123"}""",
        """{"kind":"rack","name":""}""",
        """{"kind":"rack","parent":""}""",
        """{"kind":"rack","parent":"pdu-1"}""",
        """{"kind":"rack","parent":"rack/r1"}""",
        .. new[] { "0", "-1", "1000000001", "\"90kW\"", "1.5" }.Select(w => $$"""{"kind":"rack","budgetWatts":{{w}}}"""),
        .. new[] { "-1", "1000000001", "\"1\"" }.Select(w => $$"""{"kind":"rack","baseWatts":{{w}}}"""),
        .. new[] { "0", "-1" }.Select(w => $$"""{"kind":"rack","coolingWatts":{{w}}}"""),
        .. new[] { "0", "-0.1", "1.01", "\"80%\"" }.Select(d => $$"""{"kind":"rack","derate":{{d}}}"""),
        .. new[] { "\"3N\"", "false", "\"\"" }.Select(r => $$"""{"kind":"rack","redundancy":{{r}}}"""),
        .. new[] { "1", "1001" }.Select(u => $$"""{"kind":"rack","units":{{u}}}"""),
        .. new[]
        {
            """{"name":"w"}""",
            """{"budgetWatts":1}""",
            """{"name":"","budgetWatts":1}""",
            """{"name":"w","budgetWatts":-1}""",
            """{"name":"w","budgetWatts":1,"start":"tomorrow"}""",
            """{"name":"w","budgetWatts":1,"start":"2027-01-31 16:00:00"}""",
            """{"name":"w","budgetWatts":1,"end":"2027-01-31T16:00:00"}""",
            """{"name":"w","budgetWatts":1,"days":["Monday"]}""",
            """{"name":"w","budgetWatts":1,"days":[]}""",
            """{"name":"w","budgetWatts":1,"from":"8:00"}""",
            """{"name":"w","budgetWatts":1,"to":"24:00"}""",
            """{"name":"w","budgetWatts":1,"timeZone":"../etc"}""",
            """{"name":"w","budgetWatts":1},{"name":"w","budgetWatts":2}""",
        }.Select(w => $$"""{"kind":"rack","schedule":[{{w}}]}"""),
        $$"""{"kind":"rack","schedule":[{{string.Join(',', Enumerable.Range(0, 101).Select(i => $$"""{"name":"w{{i}}","budgetWatts":1}"""))}}]}""",
    ];

    private static Task<JsonObject> CreateAsync(KubeControlPlane plane, string name, string spec) => plane.Api.CreateAsync(KubePath.PowerDomains, new()
    {
        ["apiVersion"] = "toposcheduler.io/v1alpha1",
        ["kind"] = "PowerDomain",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = JsonNode.Parse(spec),
    });

    // The nodes with room for a pod that takes a whole one.
    private static Task<string[]> FreeAsync(ServedExtender extender) =>
        extender.FilterAsync(new PodObject("probe") { Gpus = FleetNode.Gpus }.ToJson(), Fleet.Select(n => n.Name));

    private static async Task<TimeSpan> FollowsAsync(KubeControlPlane plane, ServedExtender extender, string spec, int free)
    {
        await plane.Api.PatchAsync($"{KubePath.PowerDomains}/seven", new JsonObject { ["spec"] = JsonNode.Parse(spec) });
        var start = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync($"{free} nodes are free under {spec}", Limit, async () => (await FreeAsync(extender)).Length == free);
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<JsonObject> StatusAsync(KubeControlPlane plane, Func<JsonObject, bool> isSo)
    {
        JsonObject? status = null;
        await Eventually.HoldsAsync("the status says so", Limit, async () =>
        {
            status = (await plane.Api.GetAsync($"{KubePath.PowerDomains}/seven"))["status"] as JsonObject;
            return status is not null && isSo(status);
        });
        return status!;
    }
}
