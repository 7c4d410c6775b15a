using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.Api;

public sealed class CallTests
{
    private const string Pods = "/api/v1/pods";

    [Theory]
    [InlineData(20)]
    [InlineData(36)]
    public async Task Bind_EveryState_IsTold(int minor)
    {
        await using var api = await FakeApiServer.StartAsync(new() { Minor = minor });
        using var client = new ApiClient(new() { Server = api.Address }, "test");
        var uid = AddPod(api, "p");

        var request = new BindRequest("ml", "p", uid, "n1") { Annotations = new Dictionary<string, string> { ["toposcheduler.io/rank"] = "3" } };
        Assert.Equal(BindOutcome.UidMismatch, (await client.BindAsync(request with { Uid = "other" }, default)).Outcome);
        Assert.Equal(new(BindOutcome.Bound, "n1", ""), await client.BindAsync(request, default));
        Assert.Equal("3", (string?)api.Objects.Find(Pods, "ml", "p")!["metadata"]!["annotations"]!["toposcheduler.io/rank"]);
        Assert.Equal(new(BindOutcome.AlreadyBoundHere, "n1", ""), await client.BindAsync(request, default));
        var elsewhere = await client.BindAsync(request with { Node = "n2" }, default);
        Assert.Equal((BindOutcome.AlreadyBoundElsewhere, "n1"), (elsewhere.Outcome, elsewhere.Node));
        Assert.Equal(BindOutcome.NotFound, (await client.BindAsync(request with { Name = "q" }, default)).Outcome);
    }

    [Fact]
    public async Task Bind_ServerFailsOrHangs_IsUnknown()
    {
        var hang = false;
        var time = new ManualTime();
        await using var api = await FakeApiServer.StartAsync(new()
        {
            First = async context =>
            {
                if (!context.Request.Path.Value!.EndsWith("/binding", StringComparison.Ordinal))
                {
                    return false;
                }

                if (hang)
                {
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                }

                await FakeApiServer.StatusAsync(context, 500, "InternalError", "etcdserver: request timed out");
                return true;
            },
        });
        using var client = new ApiClient(new() { Server = api.Address }, "test", time);
        var request = new BindRequest("ml", "p", AddPod(api, "p"), "n1");
        Assert.Equal(BindOutcome.Unknown, (await client.BindAsync(request, default)).Outcome);

        hang = true;
        var waiting = client.BindAsync(request, default);
        await Eventually.IsTrueWith(time, TimeSpan.FromSeconds(1), () => waiting.IsCompleted, "the time limit ends it");
        Assert.Equal(BindOutcome.Unknown, (await waiting).Outcome);
        Assert.Null((string?)api.Objects.Find(Pods, "ml", "p")!["spec"]?["nodeName"]);
    }

    [Fact]
    public async Task Evict_OldServerAndBudget_AreUnderstood()
    {
        var (old, blocked) = (true, true);
        await using var api = await FakeApiServer.StartAsync(new()
        {
            First = async context =>
            {
                if (!context.Request.Path.Value!.EndsWith("/eviction", StringComparison.Ordinal))
                {
                    return false;
                }

                context.Request.EnableBuffering();
                var version = (string?)(await JsonNode.ParseAsync(context.Request.Body))!["apiVersion"];
                context.Request.Body.Position = 0;
                if (old && version == "policy/v1")
                {
                    await FakeApiServer.StatusAsync(context, 400, "BadRequest", "no kind \"Eviction\" is registered for version \"policy/v1\"");
                    return true;
                }

                if (blocked)
                {
                    var causes = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = "needs 2" });
                    context.Response.Headers.RetryAfter = "10";
                    await FakeApiServer.StatusAsync(context, 429, "TooManyRequests", "Cannot evict pod", new JsonObject { ["causes"] = causes, ["retryAfterSeconds"] = 10 });
                    return true;
                }

                return false;
            },
        });
        using var client = new ApiClient(new() { Server = api.Address }, "test", new ManualTime());
        var key = new ObjectKey("ml", "p", AddPod(api, "p"));

        var answer = await client.EvictAsync(key, default);
        Assert.Equal((EvictOutcome.BlockedByBudget, TimeSpan.FromSeconds(10)), (answer.Outcome, answer.RetryAfter));
        blocked = false;
        Assert.Equal(EvictOutcome.UidMismatch, (await client.EvictAsync(key with { Uid = "other" }, default)).Outcome);
        Assert.Equal(EvictOutcome.Evicted, (await client.EvictAsync(key, default)).Outcome);
        Assert.Equal(EvictOutcome.NotFound, (await client.EvictAsync(key, default)).Outcome);
    }

    [Theory]
    [InlineData(PatchKind.Json, "application/json-patch+json", "?fieldManager=toposched")]
    [InlineData(PatchKind.Merge, "application/merge-patch+json", "?fieldManager=toposched")]
    [InlineData(PatchKind.Apply, "application/apply-patch+yaml", "?fieldManager=toposched&force=true")]
    [InlineData(PatchKind.StrategicMerge, "application/strategic-merge-patch+json", "?fieldManager=toposched")]
    public async Task Patch_EachKind_SaysWhatItIs(PatchKind kind, string mediaType, string query)
    {
        var seen = "";
        await using var api = await FakeApiServer.StartAsync(new() { First = context => Seen(context, ref seen) });
        using var client = new ApiClient(new() { Server = api.Address }, "test");
        AddPod(api, "p");

        var path = ApiResource.Pods.Path("ml", "p", "status");
        var patch = kind == PatchKind.Json
            ? """[{"op":"add","path":"/status","value":{"phase":"Running"}}]"""u8.ToArray()
            : """{"status":{"phase":"Running"}}"""u8.ToArray();
        await client.PatchAsync(path, kind, patch, default, "toposched", force: true);

        Assert.Equal($"PATCH {path}{query} {mediaType}", seen);
        Assert.Equal("Running", (string?)api.Objects.Find(Pods, "ml", "p")!["status"]?["phase"]);

        static Task<bool> Seen(HttpContext context, ref string seen)
        {
            seen = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.ContentType}";
            return Task.FromResult(false);
        }
    }

    [Fact]
    public async Task Objects_CustomResource_CreatedReplacedDeleted()
    {
        await using var api = await FakeApiServer.StartAsync();
        using var client = new ApiClient(new() { Server = api.Address }, "test");
        var gangs = new ApiResource("toposcheduler.io", "v1alpha1", "gangplans");
        var json = Encoding.UTF8.GetBytes("""{"apiVersion":"toposcheduler.io/v1alpha1","kind":"GangPlan","metadata":{"name":"g"},"spec":{"size":8}}""");

        var made = await client.CreateAsync(gangs.Path("ml"), json, default);
        var (uid, version) = (made["metadata"]["uid"].Text, made["metadata"]["resourceVersion"].Text);
        Assert.Equal("/apis/toposcheduler.io/v1alpha1/namespaces/ml/gangplans/g", gangs.Path("ml", "g"));
        Assert.Equal("8", (await client.GetAsync(gangs.Path("ml", "g"), default))!["spec"]["size"].Text);

        var next = Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"g","namespace":"ml","uid":"{{{uid}}}","resourceVersion":"{{{version}}}"},"spec":{"size":9}}""");
        await client.ReplaceAsync(gangs.Path("ml", "g"), next, default);
        var conflict = await Assert.ThrowsAsync<ApiException>(() => client.ReplaceAsync(gangs.Path("ml", "g"), next, default));
        Assert.Equal(409, conflict.Status.Code);

        Assert.False(await client.DeleteAsync(gangs.Path("ml", "g"), "other", default));
        Assert.True(await client.DeleteAsync(gangs.Path("ml", "g"), uid, default));
        Assert.False(await client.DeleteAsync(gangs.Path("ml", "g"), uid, default));
        Assert.Null(await client.GetAsync(gangs.Path("ml", "g"), default));
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public void Path_NameThatLeadsElsewhere_IsRefused(string name) => Assert.Throws<ArgumentException>(() => ApiResource.Pods.Path("ml", name));

    [Theory]
    [InlineData("a/b", "/api/v1/namespaces/ml/pods/a%2Fb")]
    [InlineData("a?b#c", "/api/v1/namespaces/ml/pods/a%3Fb%23c")]
    public void Path_StrangeName_IsEscaped(string name, string path) => Assert.Equal(path, ApiResource.Pods.Path("ml", name));

    // 429 always, 5xx only where it carries Retry-After and repeating does no harm.
    [Theory]
    [InlineData("GET", 429, "3", 4, 9)]
    [InlineData("GET", 429, null, 4, 7)]
    [InlineData("POST", 429, "3", 4, 9)]
    [InlineData("GET", 503, "2", 4, 6)]
    [InlineData("GET", 503, null, 1, 0)]
    [InlineData("POST", 503, "2", 1, 0)]
    [InlineData("GET", 403, "2", 1, 0)]
    public async Task Send_ServerIsBusy_RepeatsAfterTheTimeNamed(string method, int code, string? retryAfter, int requests, int seconds)
    {
        var count = 0;
        var time = new ManualTime();
        await using var api = await FakeApiServer.StartAsync(new()
        {
            First = async context =>
            {
                if (++count > 3)
                {
                    return false;
                }

                context.Response.Headers.RetryAfter = retryAfter;
                await FakeApiServer.StatusAsync(context, code, "Busy", "later");
                return true;
            },
        });
        AddPod(api, "p");
        using var client = new ApiClient(new() { Server = api.Address }, "test", time);
        var began = time.GetUtcNow();
        var call = method == "GET"
            ? (Task)client.GetAsync(ApiResource.Pods.Path("ml", "p"), default)
            : client.CreateAsync(ApiResource.Pods.Path("ml"), Encoding.UTF8.GetBytes("{\"metadata\":{\"name\":\"q\"}}"), default);
        await Eventually.IsTrueWith(time, TimeSpan.FromSeconds(0.25), () => call.IsCompleted, "it is answered");

        Assert.Equal(requests, count);
        Assert.Equal(requests == 1, call.IsFaulted);
        Assert.InRange((time.GetUtcNow() - began).TotalSeconds, seconds, Math.Max(30, seconds * 20));
    }

    private static string AddPod(FakeApiServer api, string name) =>
        (string)api.Objects.Put(Pods, new() { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "ml" } })["metadata"]!["uid"]!;
}
