using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.FakeApi;

public sealed class FakeApiHandlerTests
{
    private static readonly string PodPath = ApiResource.Pods.Path("ml", "p");

    [Fact]
    public async Task Call_EveryVerb_IsAnsweredBeforeItReturns()
    {
        using var desk = new Desk();
        using var client = desk.Handler.Client();
        desk.Pod("p", "\"x\":1");
        Task[] calls =
        [
            client.GetAsync(PodPath, default),
            client.GetVersionAsync(default),
            client.ListAsync(new(ApiResource.Pods.Path()), ObjectKeyOf, null, default),
            client.CreateAsync(ApiResource.Pods.Path("ml"), """{"metadata":{"name":"q"}}"""u8.ToArray(), default),
            client.PatchAsync(PodPath, PatchKind.Merge, """{"metadata":{"labels":{"a":"b"}}}"""u8.ToArray(), default),
            client.BindAsync(new("ml", "p", "", "n1"), default),
            client.EvictAsync(new("ml", "q", ""), default),
            client.DeleteAsync(PodPath, null, default),
        ];

        Assert.All(calls, call => Assert.True(call.IsCompletedSuccessfully));
        await Task.WhenAll(calls);
    }

    [Theory]
    [InlineData(FakeFault.CrashBefore, false, typeof(FakeCrashException))]
    [InlineData(FakeFault.CrashAfter, true, typeof(FakeCrashException))]
    [InlineData(FakeFault.LoseAnswer, true, typeof(ApiUnavailableException))]
    [InlineData(FakeFault.Refuse, false, typeof(ApiException))]
    public async Task Fault_OfAPatch_IsSeenAsWhatItIs(FakeFault fault, bool applied, Type error)
    {
        using var desk = new Desk();
        using var client = desk.Handler.Client();
        desk.Pod("p");
        var before = desk.Objects.Version;
        desk.Handler.Fault = request => request.Method == HttpMethod.Patch ? fault : FakeFault.None;

        var thrown = await Record.ExceptionAsync(() => client.PatchAsync(PodPath, PatchKind.Merge, """{"metadata":{"labels":{"a":"b"}}}"""u8.ToArray(), default));

        Assert.IsType(error, thrown);
        Assert.Equal(applied, desk.Objects.Version > before);
        Assert.Equal(applied, (await client.GetAsync(PodPath, default))!["metadata"]["labels"]["a"].Text == "b");
    }

    [Fact]
    public async Task Crash_InACallThatDoesNotThrow_PassesThrough()
    {
        using var desk = new Desk();
        using var client = desk.Handler.Client();
        desk.Pod("p", "\"x\":1");
        await client.GetVersionAsync(default);

        desk.Handler.Fault = _ => FakeFault.LoseAnswer;
        Assert.Equal(BindOutcome.Unknown, (await client.BindAsync(new("ml", "p", "", "n1"), default)).Outcome);
        desk.Handler.Fault = _ => FakeFault.CrashBefore;
        await Assert.ThrowsAsync<FakeCrashException>(() => client.BindAsync(new("ml", "p", "", "n1"), default));
        await Assert.ThrowsAsync<FakeCrashException>(() => client.EvictAsync(new("ml", "p", ""), default));
        await Assert.ThrowsAsync<FakeCrashException>(() => client.GetAsync(PodPath, default));
    }

    [Fact]
    public async Task List_Pages_AreOneMoment()
    {
        using var desk = new Desk();
        using var client = desk.Handler.Client();
        foreach (var name in (string[])["a", "b", "c", "d", "e"])
        {
            desk.Pod(name);
        }

        var first = desk.Get("/api/v1/pods?limit=2").Is(200);
        desk.Delete(Desk.PodsOf + "/e").Is(200);
        var rest = desk.Get($"/api/v1/pods?limit=9&continue={first.Body["metadata"]!["continue"]}").Is(200);

        Assert.Equal(["c", "d", "e"], rest.Body["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!));
        Assert.Equal((string?)first.Body["metadata"]!["resourceVersion"], (string?)rest.Body["metadata"]!["resourceVersion"]);
        Assert.Equal(4, (await client.ListAsync(new(ApiResource.Pods.Path("ml")), ObjectKeyOf, null, default, 3)).Items.Count);
        desk.Get("/api/v1/pods?limit=2&continue=99:2").Is(410, "Expired");
    }

    [Fact]
    public async Task BothDoors_SameRequests_SameAnswers()
    {
        var (inProcess, overHttp) = (new List<string>(), new List<string>());
        var objects = new FakeObjects(7, new ManualTime());
        using var handler = new FakeApiHandler(objects);
        using (var client = handler.Client())
        {
            await RunAsync(client, inProcess);
        }

        await using var api = await FakeApiServer.StartAsync(new() { Objects = new(7, new ManualTime()) });
        using (var client = new ApiClient(new() { Server = api.Address }, "test"))
        {
            await RunAsync(client, overHttp);
        }

        Assert.Equal(inProcess, overHttp);
        Assert.Equal(State(objects), State(api.Objects));
        Assert.Contains("422 Invalid", string.Join('\n', inProcess), StringComparison.Ordinal);
    }

    private static async Task RunAsync(ApiClient client, List<string> log)
    {
        var pod = """{"metadata":{"generateName":"p-"},"spec":{"schedulingGates":[{"name":"g"}]}}"""u8.ToArray();
        await Told(client.CreateAsync(ApiResource.Pods.Path("ml"), pod, default));
        var name = log[0].Split(' ')[1];
        var path = ApiResource.Pods.Path("ml", name);
        await Told(client.PatchAsync(path, PatchKind.Json, """[{"op":"test","path":"/spec/schedulingGates/0/name","value":"x"}]"""u8.ToArray(), default));
        await Told(client.PatchAsync(path, PatchKind.Merge, """{"spec":{"schedulerName":"x"}}"""u8.ToArray(), default));
        await Told(client.PatchAsync(path, PatchKind.Json, """[{"op":"remove","path":"/spec/schedulingGates/0"}]"""u8.ToArray(), default));
        await Told(client.PatchAsync(path, PatchKind.Merge, """{"metadata":{"resourceVersion":"1"}}"""u8.ToArray(), default));
        await Told(client.ReplaceAsync(ApiResource.Pods.Path("ml", "none"), pod, default));
        log.Add((await client.BindAsync(new("ml", name, "", "n1"), default)).ToString());
        log.Add((await client.DeleteAsync(path, null, default)).ToString());

        async Task Told(Task<Kubernetes.Objects.Tree> call)
        {
            try
            {
                var tree = await call;
                log.Add($"done {tree["metadata"]["name"].Text} {tree["metadata"]["uid"].Text} {tree["metadata"]["resourceVersion"].Text}");
            }
            catch (ApiException e)
            {
                log.Add(e.Message);
            }
        }
    }

    private static string State(FakeObjects objects) => string.Join('\n', objects.Since(0, Desk.Pods, null)!.Select(e => $"{e.Version} {e.Type} {e.Object.ToJsonString()}"));

    private static string ObjectKeyOf(Kubernetes.Objects.Tree tree) => ObjectKey.Of(tree).Name;
}
