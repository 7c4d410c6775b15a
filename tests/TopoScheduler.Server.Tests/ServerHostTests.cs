using System.Diagnostics;
using System.Net;
using System.Text;

namespace TopoScheduler.Server.Tests;

public sealed class ServerHostTests
{
    private static readonly Uri Readiness = new("/readyz?verbose", UriKind.Relative);

    [Fact]
    public async Task Start_ClusterFile_SaysWhereAndWhat()
    {
        await using var server = await TestServer.StartAsync(TestServer.Cluster(), ("source:cluster", "a.yaml"));

        Assert.Contains($"Information: serving on {server.Urls[0]} from cluster file a.yaml: 4 nodes, 0 pods", server.Log);
        Assert.Equal("[+]serving ok\n[+]cluster ok\n[+]leader ok\n[+]shutdown ok\nok\n", await server.Client.GetStringAsync(Readiness));
    }

    [Fact]
    public async Task HealthUrl_AnotherAddress_ServesHealthAndNothingElse()
    {
        await using var server = await TestServer.StartAsync(TestServer.Cluster(), ("listen:healthUrl", "http://127.0.0.1:0"));
        using var client = new HttpClient { BaseAddress = new(server.Urls[1]) };

        Assert.Equal("ok\n", await client.GetStringAsync(new Uri("/livez", UriKind.Relative)));
        Assert.Equal("ok\n", await client.GetStringAsync(new Uri("/healthz", UriKind.Relative)));
        using var body = new StringContent("{\"Pod\":{}}");
        using var refused = await client.PostAsync(new Uri("/scheduler/filter", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Equal(200, (await server.PostAsync("filter", "{\"Pod\":{}}")).Status);
    }

    [Fact]
    public async Task Ready_CheckExcluded_IsNotAsked()
    {
        await using var server = await TestServer.StartUnknownAsync();

        using var known = await server.Client.GetAsync(new Uri("/readyz?exclude=leader", UriKind.Relative));
        using var excluded = await server.Client.GetAsync(new Uri("/readyz?exclude=cluster&exclude=leader&verbose", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, known.StatusCode);
        Assert.Equal("[+]serving ok\n[+]shutdown ok\nok\n", await excluded.Content.ReadAsStringAsync());
    }

    // A body under way holds the stop up, but not for ever.
    [Fact]
    public async Task Stop_RequestUnderWay_EndsInTime()
    {
        await using var server = await TestServer.StartAsync(TestServer.Cluster(), ("extender:receiveMilliseconds", "60000"));
        await using var connection = await server.ConnectAsync();
        await connection.WriteAsync(Encoding.ASCII.GetBytes("POST /scheduler/filter HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"));
        var watch = Stopwatch.StartNew();

        await server.StopAsync();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Client.GetStringAsync(Readiness));
    }
}
