using System.Globalization;
using System.Net;
using System.Text;
using TopoScheduler.Testing.Certificates;
using Xunit.Abstractions;

namespace TopoScheduler.Server.Tests.Access;

public sealed class ClientCertificateTests(ITestOutputHelper output)
{
    private static readonly Uri Filter = new("/scheduler/filter", UriKind.Relative);

    [Theory]
    [InlineData("missing", "no client certificate")]
    [InlineData("wrong authority", "the certificate of CN=system:kube-scheduler is not accepted")]
    [InlineData("expired", "the certificate of CN=system:kube-scheduler is not accepted: NotTimeValid")]
    [InlineData("for servers", "the certificate of CN=server is not accepted: NotValidForUsage")]
    [InlineData("another name", "the certificate of CN=somebody bears no name that is allowed")]
    public async Task Connect_NotTheRightCertificate_IsRefusedAndTold(string certificate, string reason)
    {
        await using var server = await SecuredServer.StartAsync();
        using var strangers = new TestCertificates("client authority");
        using var client = server.Connect(server.Extender, certificate switch
        {
            "missing" => null,
            "wrong authority" => strangers.Client(SecuredServer.Admitted),
            "expired" => server.Clients.ExpiredClient(SecuredServer.Admitted),
            "for servers" => server.Clients.ServerPem(SecuredServer.Admitted),
            _ => server.Clients.Client("somebody"),
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(client));

        Assert.Contains(server.Server.Log, l => l.StartsWith($"Warning: a connection is refused: {reason}", StringComparison.Ordinal));
        using var right = server.Connect();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(right));
    }

    [Theory]
    [InlineData("scheduler.kube-system.svc", true)]
    [InlineData("spiffe://cluster.local/scheduler", true)]
    [InlineData("CN=anybody", false)]
    [InlineData("any", false)]
    [InlineData("anybody", true)]
    public async Task Connect_AlternativeNames_CountAsWritten(string allowed, bool admitted)
    {
        await using var server = await SecuredServer.StartAsync(("listen:clientNames", $"x,{allowed}"));
        using var client = server.Connect(server.Extender, server.Clients.Client("anybody", "scheduler.kube-system.svc", "spiffe://cluster.local/scheduler"));

        Assert.Equal(admitted, await Record.ExceptionAsync(() => AskAsync(client)) is null);
    }

    // The address stays open while the authority changes: new connections are judged by the new one.
    [Fact]
    public async Task Authority_Rotated_JudgesTheNextConnection()
    {
        await using var server = await SecuredServer.StartAsync();
        using var next = new TestCertificates("next authority");
        using var before = server.Connect(server.Extender, next.Client(SecuredServer.Admitted));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(before));

        await File.WriteAllTextAsync(server.PathOf("clients.crt"), server.Clients.Pem + "\n" + next.Pem);
        using var both = server.Connect(server.Extender, next.Client(SecuredServer.Admitted));
        using var old = server.Connect();
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await AskAsync(both), await AskAsync(old)));

        await File.WriteAllTextAsync(server.PathOf("clients.crt"), next.Pem);
        using var gone = server.Connect();
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(gone));

        // Nothing that can be used is no invitation: the last authority counts.
        await File.WriteAllTextAsync(server.PathOf("clients.crt"), "");
        using var stranger = server.Connect();
        using var known = server.Connect(server.Extender, next.Client(SecuredServer.Admitted));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(stranger));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(known));
        Assert.Contains(server.Server.Log, l => l.StartsWith("Warning: the last certificate stays in force: ", StringComparison.Ordinal) && l.Contains("holds no certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Certificate_ExpiresUnderAnOpenConnection_IsRefusedFromThenOn()
    {
        await using var server = await SecuredServer.StartAsync();
        using var client = server.Connect(server.Extender, server.Clients.BriefClient(SecuredServer.Admitted, TimeSpan.FromSeconds(3)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));

        for (var patience = 0; await AskAsync(client) == HttpStatusCode.OK; patience++)
        {
            Assert.True(patience < 100, "answered for 10 s");
            await Task.Delay(100);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(client));
    }

    // kube-scheduler keeps its connections, others come and go; the files are replaced as often as they can be meanwhile.
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Certificate_RotatedUnderLoad_NoRequestFails(string version)
    {
        await using var server = await SecuredServer.StartAsync();
        using var stop = new CancellationTokenSource();
        using var kept = Connect();
        var asked = 0;
        var callers = Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var client = caller < 2 ? kept : Connect();
                Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
                Interlocked.Increment(ref asked);
                if (caller >= 2) client.Dispose();
            }
        })).ToList();

        for (var rotation = 0; rotation < 20; rotation++)
        {
            server.Rotate();
            await File.WriteAllTextAsync(server.PathOf("clients.crt"), server.Clients.Pem + string.Create(CultureInfo.InvariantCulture, $"\n# {rotation}\n"));
            await Task.Delay(50);
            Assert.DoesNotContain(callers, c => c.IsFaulted);
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        output.WriteLine($"HTTP {version}: {asked} requests, none failed, over 20 rotations");
        Assert.True(asked > 40, $"{asked} requests");

        HttpClient Connect()
        {
            var client = server.Connect();
            client.DefaultRequestVersion = Version.Parse(version);
            return client;
        }
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient client)
    {
        using var body = new StringContent("""{"Pod":{}}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(Filter, body);
        return answer.StatusCode;
    }
}
