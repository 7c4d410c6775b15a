using System.Globalization;
using System.Net.Sockets;
using System.Text;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Server.Tests.Extender;

/// <summary>
/// Several requests one after another on one connection, as kube-scheduler keeps it: what a large or refused body leaves behind must not reach the next.
/// </summary>
public sealed class SameConnectionTests : IAsyncLifetime
{
    private const int Mebibyte = 1 << 20;
    private static readonly ClusterSnapshot Cluster = TestServer.Cluster();
    private static readonly byte[] Small = Encoding.UTF8.GetBytes($"{{\"Pod\":{{\"metadata\":{{\"uid\":\"small\"}}}},\"NodeNames\":[\"{Cluster.Nodes[1].Name}\",\"stranger\"]}}");

    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(Cluster, ("extender:bodyMiB", "1"), ("extender:nodesBodyMiB", "4"));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("objects", 200, false, false)]
    [InlineData("objects", 200, true, false)]
    [InlineData("objects", 200, false, true)]
    [InlineData("objects", 200, true, true)]
    [InlineData("objects broken at the end", 400, false, false)]
    [InlineData("objects broken at the end", 400, true, true)]
    [InlineData("too many names", 413, false, false)]
    [InlineData("too many names", 413, true, false)]
    [InlineData("too many names", 413, false, true)]
    [InlineData("garbage", 400, false, true)]
    public async Task Filter_AfterALargeBody_AnswersTheNextRequestAsOnAFreshConnection(string large, int status, bool chunked, bool pipelined)
    {
        var (_, expected) = await _server.PostAsync("filter", Encoding.UTF8.GetString(Small));
        var first = Request(Large(large), chunked);
        var next = Request(Small, chunked: false);
        await using var connection = await _server.ConnectAsync();
        using var answers = new BufferedStream(connection);

        // Three times: the one large body of the moment is over when it is answered.
        for (var round = 0; round < 3; round++)
        {
            var sending = SendAsync(connection, pipelined ? [.. first, .. next] : first);
            Assert.Equal(status, (await AnswerAsync(answers)).Status);
            await sending;
            if (!pipelined) await SendAsync(connection, next);
            Assert.Equal((200, expected), await AnswerAsync(answers));
        }
    }

    [Fact]
    public async Task Filter_BodyBeyondEveryLimit_Is413AndTheServerGoesOn()
    {
        await using var connection = await _server.ConnectAsync();
        using var answers = new BufferedStream(connection);
        // Only announced: nothing of it is waited for.
        await SendAsync(connection, Encoding.ASCII.GetBytes("POST /scheduler/filter HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n"));

        Assert.Equal(413, (await AnswerAsync(answers)).Status);
        Assert.Equal(200, (await _server.PostAsync("filter", Encoding.UTF8.GetString(Small))).Status);
    }

    private static byte[] Large(string kind)
    {
        var item = $"{{\"metadata\":{{\"name\":\"{Cluster.Nodes[0].Name}\",\"x\":\"{new string('x', 3 * Mebibyte)}\"}}}}";
        return Encoding.UTF8.GetBytes(kind switch
        {
            "objects" => $"{{\"Pod\":{{\"metadata\":{{\"uid\":\"large\"}}}},\"Nodes\":{{\"items\":[{item}]}}}}",
            "objects broken at the end" => $"{{\"Pod\":{{}},\"Nodes\":{{\"items\":[{item}}}}}",
            "too many names" => $"{{\"Pod\":{{}},\"NodeNames\":[{string.Join(',', Enumerable.Repeat("\"0123456789\"", 150_000))}]}}",
            _ => new string('?', Mebibyte - 1),
        });
    }

    private static byte[] Request(byte[] body, bool chunked)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST /scheduler/filter HTTP/1.1\r\nHost: x\r\n{(chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {body.Length}")}\r\n\r\n"));
        if (!chunked) return [.. head, .. body];
        return [.. head, .. body.Chunk(100_000).SelectMany(c => (byte[])[.. Encoding.ASCII.GetBytes($"{c.Length:x}\r\n"), .. c, .. "\r\n"u8]), .. "0\r\n\r\n"u8];
    }

    private static async Task SendAsync(NetworkStream connection, byte[] bytes)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await connection.WriteAsync(bytes, patience.Token);
    }

    private static async Task<(int Status, string Text)> AnswerAsync(Stream answers)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await answers.ReadExactlyAsync(one, patience.Token);
            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n");
        var length = lines.Single(l => l.StartsWith("Content-Length: ", StringComparison.Ordinal))["Content-Length: ".Length..];
        var body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
        await answers.ReadExactlyAsync(body, patience.Token);
        return (int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), Encoding.UTF8.GetString(body));
    }
}
