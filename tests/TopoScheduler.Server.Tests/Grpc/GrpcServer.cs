using TopoScheduler.Core.Cluster;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>A server that answers over gRPC and over HTTP, on a cluster of two racks that does not change by itself.</summary>
internal sealed class GrpcServer : IAsyncDisposable
{
    /// <summary>Its token.</summary>
    public const string Token = "a-token-of-thirty-two-characters";

    private readonly string _tokenFile = Path.GetTempFileName();

    private GrpcServer() => File.WriteAllText(_tokenFile, Token);

    /// <summary>The server.</summary>
    public TestServer Server { get; private set; } = null!;

    /// <summary>A client with the token.</summary>
    public GrpcClient Client { get; private set; } = null!;

    /// <summary>Two racks of two nodes of 8 GPUs, one of which is busy.</summary>
    public static ClusterSnapshot Racks() => ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(2).Racks(2, 40_000).Busy(8).Build();

    /// <summary>Starts one.</summary>
    public static async Task<GrpcServer> StartAsync(params (string Key, string Value)[] settings)
    {
        var server = new GrpcServer();
        (string, string)[] all =
        [
            ("listen:grpcUrl", "http://127.0.0.1:0"), ("api:enabled", "true"), ("telemetry:push", "true"), ("access:tokenFile", server._tokenFile), ("grpc:watchMilliseconds", "50"), .. settings,
        ];
        server.Server = await TestServer.StartAsync(Racks(), all);
        server.Client = GrpcClient.Of(server.Server, Token);
        return server;
    }

    /// <summary>What HTTP answers.</summary>
    public async Task<byte[]> HttpAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new("Bearer", Token);
        if (body is not null) request.Content = new StringContent(body);
        using var answer = await Server.Client.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.IsSuccessStatusCode, System.Text.Encoding.UTF8.GetString(bytes));
        return bytes;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        File.Delete(_tokenFile);
    }
}
