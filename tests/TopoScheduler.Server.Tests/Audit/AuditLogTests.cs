using System.Text.Json.Nodes;
using TopoScheduler.Server.Tests.Webhook;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Server.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    private const string Pod = """{"metadata":{"name":"a","namespace":"ml","uid":"u1","resourceVersion":"77","labels":{"resourceVersion":"x"}},"spec":{"containers":[{"resources":{"requests":{"nvidia.com/gpu":"GPUS"}}}]}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("audit-");

    private string Record => Path.Combine(_folder.FullName, "audit.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Filter_PodThatFits_IsRecordedWithWhatItWasDecidedOn()
    {
        await using (var server = await TestServer.StartAsync(TestServer.Cluster(), ("audit:file", Record)))
        {
            await server.PostAsync("filter", Body(gpus: 8));
            await server.PostAsync("filter", Body(gpus: 9));
        }

        var lines = Lines();
        Assert.Equal(["start", "filter", "filter"], lines.Select(l => (string?)l["verb"]));
        var (fits, rejected) = (lines[1], lines[2]);
        Assert.Equal(("fits", "pod/ml/a", "pod/ml/a", "u1", "77", 4), ((string?)fits["outcome"], (string?)fits["gang"], (string?)fits["pod"], (string?)fits["uid"], (string?)fits["podVersion"], (int)fits["count"]!));
        Assert.Equal(["n0000", "n0001", "n0002", "n0003"], fits["nodes"]!.AsArray().Select(n => (string?)n));
        Assert.Equal(("rejected", "node has too little of a resource free", 0), ((string?)rejected["outcome"], (string?)rejected["reason"], (int)rejected["count"]!));
        // One cluster, and one set of settings.
        Assert.Equal(1, (long)fits["snapshot"]!);
        Assert.True(JsonNode.DeepEquals(fits["snapshot"], rejected["snapshot"]));
        Assert.True((long)fits["freed"]! > 0);
        Assert.Single(lines.Select(l => (string?)l["options"]).Distinct());
        Assert.Equal(Record, (string?)lines[0]["settings"]!["audit.file"]);
        Assert.InRange(DateTimeOffset.Parse((string)fits["time"]!, System.Globalization.CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddSeconds(1));
    }

    [Fact]
    public async Task BindAndPreempt_FromAFile_AreRecorded()
    {
        await using (var server = await TestServer.StartAsync(TestServer.Cluster(), ("audit:file", Record)))
        {
            await server.PostAsync("bind", """{"PodName":"a","PodNamespace":"ml","PodUID":"u1","Node":"n0000"}""");
            await server.PostAsync("preempt", "{\"Pod\":" + Pod.Replace("GPUS", "8", StringComparison.Ordinal) + ""","NodeNameToMetaVictims":{"n0001":{"Pods":[{"UID":"v"}]}}}""");
        }

        var lines = Lines();
        Assert.Equal(("bind", "refused", "n0000", "u1"), ((string?)lines[1]["verb"], (string?)lines[1]["outcome"], (string?)lines[1]["nodes"]![0], (string?)lines[1]["uid"]));
        Assert.Contains("toposched serves a cluster file", (string?)lines[1]["reason"], StringComparison.Ordinal);
        Assert.Equal(("preempt", "77"), ((string?)lines[2]["verb"], (string?)lines[2]["podVersion"]));
    }

    [Fact]
    public async Task Push_Readings_AreRecordedWithWhoPushedAndNoSecret()
    {
        var token = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(token, "a-token-of-thirty-two-characters");
        await using (var server = await TestServer.StartAsync(TestServer.Cluster(), ("audit:file", Record), ("telemetry:push", "true"), ("access:tokenFile", token)))
        {
            using var body = new StringContent("""{"readings":[]}""");
            server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "a-token-of-thirty-two-characters");
            using var answer = await server.Client.PostAsync(new Uri("/v1/power/readings", UriKind.Relative), body);
        }

        var line = Lines()[1];
        Assert.Equal(("readings", "taken", "access.tokenFile", 0), ((string?)line["verb"], (string?)line["outcome"], (string?)line["user"], (int)line["count"]!));
        Assert.DoesNotContain("a-token-of", await File.ReadAllTextAsync(Record), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deny_ByTheWebhook_IsRecorded()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(2).Racks(2, 13_000).Build();
        await using (var server = await WebhookServer.StartAsync(cluster, ("audit:file", Record), ("webhook:enforce", "bindings")))
        {
            using var client = server.Connect().Client;
            await WebhookServer.PostAsync(client, "/webhook/validate", Review.OfPod(Review.Pod("a", gpus: 9).On("n0000")).Bytes());
        }

        var line = Lines()[1];
        Assert.Equal(("deny", "denied", "pod/ml/a", "n0000"), ((string?)line["verb"], (string?)line["outcome"], (string?)line["pod"], (string?)line["nodes"]![0]));
        Assert.Equal("pod/ml/a cannot go to node n0000: its pods would take 9 nvidia.com/gpu of 8.", (string?)line["reason"]);
    }

    [Fact]
    public async Task Names_OddCharacters_StayOnOneLine()
    {
        await using (var server = await TestServer.StartAsync(TestServer.Cluster(), ("audit:file", Record)))
        {
            var odd = "a\\n\\u2028\\\"" + new string('x', 5_000);
            await server.PostAsync("filter", Body(8).Replace("\"a\"", $"\"{odd}\"", StringComparison.Ordinal));
        }

        var line = Lines()[1];
        Assert.StartsWith("pod/ml/a\n", (string?)line["pod"], StringComparison.Ordinal);
        Assert.Equal(1024, ((string?)line["pod"])!.Length);
    }

    [Fact]
    public async Task File_Full_IsRenamedAndTheNextBegins()
    {
        await using (var server = await TestServer.StartAsync(TestServer.Cluster(64), ("audit:file", Record), ("audit:fileMiB", "1")))
        {
            for (var i = 0; i < 2_500; i++) await server.PostAsync("filter", Body(8, nodes: 64));
        }

        Assert.InRange(new FileInfo(Record).Length, 1, 1 << 20);
        Assert.InRange(new FileInfo(Record + ".1").Length, 1 << 19, 1 << 20);
        Assert.All(Lines(), l => Assert.Equal("filter", (string?)l["verb"]));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Record));
    }

    [Fact]
    public async Task Start_FileThatCannotBeWritten_IsToldBeforeAnythingListens()
    {
        var e = await Assert.ThrowsAsync<Kubernetes.Files.InputException>(() => TestServer.StartAsync(TestServer.Cluster(), ("audit:file", "/nowhere/audit.jsonl")));
        Assert.StartsWith("/nowhere/audit.jsonl: cannot be written: ", e.Message, StringComparison.Ordinal);
    }

    // A disk that is full must not hold pods up.
    [Fact]
    public async Task File_CannotBeWrittenAnyMore_IsToldAndRequestsAreAnswered()
    {
        if (!File.Exists("/dev/full")) return;
        await using var server = await TestServer.StartAsync(TestServer.Cluster(), ("audit:file", "/dev/full"));
        Assert.Equal(200, (await server.PostAsync("filter", Body(8))).Status);
        for (var attempt = 0; !server.Log.Any(l => l.StartsWith("Warning: decisions are not recorded: ", StringComparison.Ordinal)); attempt++)
        {
            Assert.True(attempt < 100, "not told within 5 s");
            await Task.Delay(50);
        }
    }

    private static string Body(int gpus, int nodes = 4) => $$"""{"Pod":{{Pod.Replace("GPUS", $"{gpus}", StringComparison.Ordinal)}},"NodeNames":[{{string.Join(',', Enumerable.Range(0, nodes).Select(n => $"\"n{n:D4}\""))}}]}""";

    private JsonNode[] Lines() => [.. File.ReadAllLines(Record).Select(l => JsonNode.Parse(l)!)];
}
