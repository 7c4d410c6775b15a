using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Server.Controllers;

namespace TopoScheduler.Server.Tests.Extender;

/// <summary>The routes over real connections: answers, refusals, and that the server still serves after each refusal.</summary>
public sealed class ExtenderEndpointsTests : IAsyncLifetime
{
    private static readonly ClusterSnapshot Cluster = TestServer.Cluster();
    private static readonly string Names = string.Join(',', Cluster.Topology.NodeNames.Select(n => $"\"{n}\""));
    private static readonly string Valid =
        """{"Pod":{"metadata":{"name":"p","uid":"u"},"spec":{"containers":[{"resources":{"limits":{"nvidia.com/gpu":"8"}}}]}},"NodeNames":[NAMES]}"""
            .Replace("NAMES", Names, StringComparison.Ordinal);

    private TestServer _server = null!;

    public async Task InitializeAsync() =>
        _server = await TestServer.StartAsync(Cluster, ("extender:bodyMiB", "1"), ("extender:nodesBodyMiB", "4"), ("extender:receiveMilliseconds", "500"));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task Filter_ValidBody_Is200WhateverTheContentType(string? contentType)
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(Valid));
        if (contentType is not null) body.Headers.ContentType = new(contentType);
        using var answer = await _server.Client.PostAsync(new Uri("/scheduler/filter", UriKind.Relative), body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
        Assert.NotNull(answer.Content.Headers.ContentLength);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(Cluster.Topology.NodeNames, json.RootElement.GetProperty("NodeNames").EnumerateArray().Select(n => n.GetString()!));
    }

    [Fact]
    public async Task Filter_ChunkedBody_Is200()
    {
        using var body = new StreamContent(new Unseekable(Encoding.UTF8.GetBytes(Valid)));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/scheduler/filter") { Content = body };
        request.Headers.TransferEncodingChunked = true;
        using var answer = await _server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task EveryVerb_ValidBody_Is200()
    {
        Assert.StartsWith("[{\"Host\":", (await _server.PostAsync("prioritize", Valid)).Text, StringComparison.Ordinal);
        Assert.StartsWith("{\"Error\":\"pod/ns/p cannot", (await _server.PostAsync("bind", $$"""{"PodName":"p","PodNamespace":"ns","PodUID":"u","Node":"{{Cluster.Nodes[0].Name}}"}""")).Text, StringComparison.Ordinal);
        Assert.Equal((200, "{\"NodeNameToMetaVictims\":{}}"), await _server.PostAsync("preempt", """{"Pod":{},"NodeNameToMetaVictims":{"stranger":{"Pods":[{"UID":"x"}]}}}"""));
    }

    // A node that was created a moment ago, or a name of no cluster: the scheduler must go on, and not prefer it.
    [Theory]
    [InlineData("\"NodeNames\":[\"stranger\",KNOWN,\"\",\"n\\u00e4he\",null]", "stranger", "KNOWN", "", "n\u00e4he", "")]
    [InlineData("\"NodeNames\":[\"stranger\",\"stranger\"]", "stranger", "stranger")]
    [InlineData("\"Nodes\":{\"items\":[{\"metadata\":{\"name\":KNOWN}},{\"metadata\":{\"name\":\"stranger\"}},{}]}", "KNOWN", "stranger", "")]
    public async Task Prioritize_UnknownNodes_Are200AndScore0(string candidates, params string[] hosts)
    {
        var known = Cluster.Nodes[1].Name;
        foreach (var pod in new[] { Valid, OfGang })
        {
            var body = pod[..pod.IndexOf("\"NodeNames\"", StringComparison.Ordinal)] + candidates.Replace("KNOWN", $"\"{known}\"", StringComparison.Ordinal) + "}";

            var (status, text) = await _server.PostAsync("prioritize", body);

            Assert.Equal(200, status);
            using var answer = JsonDocument.Parse(text);
            var scores = answer.RootElement.EnumerateArray().Select(h => (Host: h.GetProperty("Host").GetString(), Score: h.GetProperty("Score").GetInt32())).ToArray();
            Assert.Equal(hosts.Select(h => h == "KNOWN" ? known : h), scores.Select(s => s.Host));
            // Of a gang that was not planned nobody has a node yet.
            Assert.All(scores, s => Assert.Equal(s.Host == known && pod == Valid ? 10 : 0, s.Score));
        }
    }

    [Fact]
    public async Task Prioritize_MemberWithANodeAmongStrangers_ScoresItsNodeAlone()
    {
        var (_, text) = await _server.PostAsync("filter", OfGang);
        using var filtered = JsonDocument.Parse(text);
        var planned = Assert.Single(filtered.RootElement.GetProperty("NodeNames").EnumerateArray()).GetString();

        var (status, scores) = await _server.PostAsync("prioritize", OfGang.Replace(Names, $"\"stranger\",\"{planned}\"", StringComparison.Ordinal));

        Assert.Equal((200, $"[{{\"Host\":\"stranger\",\"Score\":0}},{{\"Host\":\"{planned}\",\"Score\":10}}]"), (status, scores));
    }

    [Theory]
    [InlineData("filter", "")]
    [InlineData("filter", "{\"Pod\":{},\"NodeNames\":[")]
    [InlineData("filter", "{\"NodeNames\":[]}")]
    [InlineData("prioritize", "not json")]
    [InlineData("bind", "{\"Node\":\"n\"}")]
    [InlineData("preempt", "{\"Pod\":{},\"NodeNameToVictims\":{\"n\":{\"Pods\":[null]}}}")]
    public async Task Verb_MalformedBody_Is400AndSaysWhy(string verb, string body)
    {
        var (status, text) = await _server.PostAsync(verb, body);
        Assert.Equal(400, status);
        Assert.Contains("expected", text, StringComparison.Ordinal);
        await AssertServing();
    }

    [Fact]
    public async Task Filter_DeeplyNestedBody_Is400()
    {
        Assert.Equal(400, (await _server.PostAsync("filter", $"{{\"Pod\":{{}},\"x\":{new string('[', 300_000)}")).Status);
        await AssertServing();
    }

    [Fact]
    public async Task Filter_OtherMethod_Is405()
    {
        using var answer = await _server.Client.GetAsync(new Uri("/scheduler/filter", UriKind.Relative));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Filter_TooManyNames_Is413(bool chunked)
    {
        var names = Encoding.UTF8.GetBytes($"{{\"Pod\":{{}},\"NodeNames\":[{string.Join(',', Enumerable.Repeat("\"0123456789\"", 100_000))}]}}");
        Assert.Equal("413", await StatusOf(names, chunked));
        await AssertServing();
    }

    [Fact]
    public async Task Filter_LargeBodyOfNodeObjects_Is200UpToItsOwnLimit()
    {
        static byte[] Objects(int mebibytes) => Encoding.UTF8.GetBytes(
            $"{{\"Pod\":{{\"spec\":{{}}}},\"Nodes\":{{\"items\":[{{\"metadata\":{{\"name\":\"{Cluster.Nodes[0].Name}\",\"x\":\"{new string('x', mebibytes << 20)}\"}}}}]}}}}");

        Assert.Equal("200", await StatusOf(Objects(3), chunked: true));
        Assert.Equal("200", await StatusOf(Objects(3), chunked: false));
        Assert.Equal("413", await StatusOf(Objects(4), chunked: true));
        Assert.Equal("413", await StatusOf(Objects(4), chunked: false));
        await AssertServing();
    }

    // Bytes that keep coming, but one at a time: no idle timeout would notice.
    [Fact]
    public async Task Filter_DribbledBody_Is408InTime()
    {
        await using var connection = await _server.ConnectAsync();
        var watch = Stopwatch.StartNew();
        await connection.WriteAsync(Head(1000, chunked: false));
        using var dribble = new CancellationTokenSource();
        var dribbling = DribbleAsync(connection, dribble.Token);

        var status = await StatusOf(connection);
        await dribble.CancelAsync();
        await dribbling;

        Assert.Equal("408", status);
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(15));
        await AssertServing();
    }

    [Fact]
    public async Task Filter_ConnectionThatBreaksOff_LeavesTheServerServing()
    {
        await using (var connection = await _server.ConnectAsync())
        {
            await connection.WriteAsync(Head(1000, chunked: false));
            await connection.WriteAsync("{\"Pod\":"u8.ToArray());
        }

        await AssertServing();
        Assert.DoesNotContain(_server.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Filter_ManyAtOnce_AreAllAnsweredAlike()
    {
        var (_, expected) = await _server.PostAsync("filter", Valid);
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _server.PostAsync("filter", Valid)));
        Assert.All(answers, a => Assert.Equal((200, expected), a));
    }

    [Fact]
    public async Task Verbs_ClusterNotKnown_Are503AndNotReady()
    {
        await using var server = await TestServer.StartUnknownAsync();

        Assert.Equal(503, (await server.PostAsync("filter", Valid)).Status);
        using var unready = await server.Client.GetAsync(new Uri("/readyz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unready.StatusCode);
        Assert.Contains("[-]cluster failed: the cluster is not known yet", await unready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("ok\n", await server.Client.GetStringAsync(new Uri("/livez", UriKind.Relative)));
        Assert.Equal("ok\n", await _server.Client.GetStringAsync(new Uri("/readyz", UriKind.Relative)));
    }

    [Fact]
    public async Task Verb_Defect_Is500WithOneLoggedLineAndNoStack()
    {
        await using var server = await TestServer.StartAsync(
            (settings, loggers) => Scheduling.OfFile(settings, Cluster, loggers, () => throw new InvalidOperationException("planted")));

        var (status, text) = await server.PostAsync("filter", OfGang);

        Assert.Equal(500, status);
        Assert.DoesNotContain("planted", text, StringComparison.Ordinal);
        var line = Assert.Single(server.Log, l => l.StartsWith("Error", StringComparison.Ordinal));
        Assert.Contains("filter failed by a defect: InvalidOperationException: planted", line, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", line, StringComparison.Ordinal);
    }

    // A gang is held until a time that is asked for.
    private static string OfGang => Valid.Replace("\"metadata\":{", "\"metadata\":{\"annotations\":{\"toposcheduler.io/gang\":\"g\",\"toposcheduler.io/gang-size\":\"2\"},", StringComparison.Ordinal);

    private static byte[] Head(int length, bool chunked) => Encoding.ASCII.GetBytes(
        $"POST /scheduler/filter HTTP/1.1\r\nHost: x\r\n{(chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {length}")}\r\n\r\n");

    private async Task<string> StatusOf(byte[] body, bool chunked)
    {
        await using var connection = await _server.ConnectAsync();
        var answer = StatusOf(connection);
        try
        {
            await connection.WriteAsync(Head(body.Length, chunked));
            if (chunked) await connection.WriteAsync(Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"));
            await connection.WriteAsync(body);
            if (chunked) await connection.WriteAsync("\r\n0\r\n\r\n"u8.ToArray());
        }
        catch (IOException)
        {
            // Refused before all of it was sent.
        }

        return await answer;
    }

    private static async Task<string> StatusOf(Stream connection)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var head = new byte["HTTP/1.1 200".Length];
        await connection.ReadExactlyAsync(head, patience.Token);
        return Encoding.ASCII.GetString(head)[^3..];
    }

    private static async Task DribbleAsync(Stream connection, CancellationToken end)
    {
        try
        {
            while (true)
            {
                await connection.WriteAsync(" "u8.ToArray(), end);
                await Task.Delay(20, end);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The server hung up, or the test is over.
        }
    }

    private async Task AssertServing() => Assert.Equal(200, (await _server.PostAsync("filter", Valid)).Status);

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
