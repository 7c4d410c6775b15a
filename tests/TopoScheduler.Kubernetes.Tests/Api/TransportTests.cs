using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Auth;
using TopoScheduler.Kubernetes.Api.Watching;
using TopoScheduler.Kubernetes.Tests.Files;
using TopoScheduler.Testing.Certificates;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.Api;

public sealed class TransportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _ours = new("ours");
    private readonly TestCertificates _others = new("others");
    private readonly ManualTime _time = new();

    public void Dispose()
    {
        _folder.Dispose();
        _ours.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task Tls_OnlyTheGivenAuthority_IsTrusted()
    {
        using var certificate = _ours.Server("127.0.0.1");
        await using var api = await FakeApiServer.StartAsync(new() { Certificate = certificate });
        var trusting = new ApiConnection { Server = api.Address, Authority = PemSource.OfText("ca", _ours.Pem) };

        Assert.Equal(36, await MinorAsync(trusting));
        Assert.Equal(36, await MinorAsync(trusting with { Authority = PemSource.OfText("ca", _others.Pem + "\n" + _ours.Pem) }));
        await Assert.ThrowsAsync<ApiUnavailableException>(() => MinorAsync(trusting with { Authority = PemSource.OfText("ca", _others.Pem) }));
        await Assert.ThrowsAsync<ApiUnavailableException>(() => MinorAsync(trusting with { Authority = null }));
        Assert.Equal(36, await MinorAsync(trusting with { Authority = null, SkipVerify = true }));
    }

    [Fact]
    public async Task Tls_NameOfTheServer_IsChecked()
    {
        using var certificate = _ours.Server("kubernetes.test");
        await using var api = await FakeApiServer.StartAsync(new() { Certificate = certificate });
        var connection = new ApiConnection { Server = api.Address, Authority = PemSource.OfText("ca", _ours.Pem) };

        await Assert.ThrowsAsync<ApiUnavailableException>(() => MinorAsync(connection));
        Assert.Equal(36, await MinorAsync(connection with { TlsServerName = "kubernetes.test" }));
        await Assert.ThrowsAsync<ApiUnavailableException>(() => MinorAsync(connection with { TlsServerName = "other.test" }));
    }

    [Fact]
    public async Task Tls_AuthorityFileRotated_IsReadAgain()
    {
        using var certificate = _ours.Server("127.0.0.1");
        await using var api = await FakeApiServer.StartAsync(new() { Certificate = certificate });
        var file = Write("ca.crt", _others.Pem);
        using var client = new ApiClient(new() { Server = api.Address, Authority = PemSource.OfFile(file) }, "test", _time);
        await Assert.ThrowsAsync<ApiUnavailableException>(() => client.GetVersionAsync(default));

        Write("ca.crt", _ours.Pem);
        Assert.Equal(36, (await client.GetVersionAsync(default)).Minor);
    }

    [Fact]
    public async Task Tls_ClientCertificateRotated_IsUsedAndEndsStreams()
    {
        var names = new List<string?>();
        using var certificate = _ours.Server("127.0.0.1");
        await using var api = await FakeApiServer.StartAsync(new()
        {
            Certificate = certificate,
            AsksForCertificate = true,
            WatchList = FakeWatchList.Refused,
            First = async context =>
            {
                var name = (await context.Connection.GetClientCertificateAsync())?.Subject;
                lock (names)
                {
                    names.Add(context.Request.Protocol + " " + name);
                }

                return false;
            },
        });
        var (first, second) = (_ours.Client("first"), _ours.Client("second"));
        var user = new ApiUser { ClientCertificate = PemSource.OfFile(Write("tls.crt", first.Certificate)), ClientKey = PemSource.OfFile(Write("tls.key", first.Key)) };
        using var client = new ApiClient(new() { Server = api.Address, Authority = PemSource.OfText("ca", _ours.Pem), User = user }, "test", _time);
        var notices = new System.Collections.Concurrent.ConcurrentQueue<WatchNotice>();
        var reflector = new Reflector<Seen>(client, new(KnownObjects.Configs), Seen.Read, new KnownObjects(), new() { Notice = notices.Enqueue });
        using var stop = new CancellationTokenSource();
        var running = reflector.RunAsync(stop.Token);
        await Eventually.IsTrue(() => api.Watches.Open == 1, "the watch is open");
        // And on our side too: the clock must not move while the request for it is still being answered.
        api.Objects.Put(KnownObjects.Configs, new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "seen", ["namespace"] = "ml" } });
        await Eventually.IsTrue(() => reflector.Events == 1, "the watch has told something");

        Write("tls.crt", second.Certificate);
        Write("tls.key", second.Key);
        await client.GetVersionAsync(default);
        Assert.DoesNotContain(names, n => n!.Contains("second", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromSeconds(61));
        await client.GetAsync(ApiResource.Nodes.Path(name: "n"), default);
        await Eventually.IsTrue(() => notices.Any(n => n.Message.Contains("certificate changed", StringComparison.Ordinal)), "the watch ends");
        await Eventually.IsTrue(() => api.Requests.Count(r => r.Contains("&resourceVersion=", StringComparison.Ordinal)) == 2, "the watch begins anew");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal("HTTP/2 CN=first", names[0]);
        Assert.Equal("HTTP/2 CN=second", names[^1]);
        Assert.Equal(0, reflector.Errors);
    }

    [Fact]
    public async Task Token_RotatedAndRefused_IsReadAgainOnce()
    {
        var valid = "one";
        var tokens = new List<string>();
        await using var api = await FakeApiServer.StartAsync(new() { First = context => RefuseAsync(context, () => valid, tokens) });
        var file = Write("token", "one\n");
        using var client = new ApiClient(new() { Server = api.Address, User = new() { TokenFile = file, Token = "less" } }, "test", _time);
        await client.GetAsync("/api/v1/nodes/n", default);

        Write("token", "two\n");
        await client.GetAsync("/api/v1/nodes/n", default);
        valid = "two";
        await client.GetAsync("/api/v1/nodes/n", default);
        Assert.Equal(["Bearer one", "Bearer one", "Bearer one", "Bearer two"], tokens);

        Write("token", "three\n");
        _time.Advance(TimeSpan.FromSeconds(61));
        valid = "three";
        await client.GetAsync("/api/v1/nodes/n", default);
        Assert.Equal("Bearer three", tokens[^1]);
        Assert.Equal(5, tokens.Count);

        valid = "four";
        var refused = await Assert.ThrowsAsync<ApiException>(() => client.GetAsync("/api/v1/nodes/n", default));
        Assert.Equal(401, refused.Status.Code);
        Assert.DoesNotContain("three", refused.Message, StringComparison.Ordinal);
        Assert.Equal(6, tokens.Count);
    }

    [Fact]
    public async Task Exec_CachedUntilItExpires_RunAgainWhenRefused()
    {
        var valid = "token-1";
        var tokens = new List<string>();
        await using var api = await FakeApiServer.StartAsync(new() { First = context => RefuseAsync(context, () => valid, tokens) });
        var count = Path.Combine(_folder.Path, "count");
        var expires = _time.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var script = Write("login.sh", $$$"""
            test "$WHO" = me || exit 3
            case "$KUBERNETES_EXEC_INFO" in *'"server":"{{{api.Address}}}"'*) ;; *) exit 4 ;; esac
            echo x >> "{{{count}}}"
            echo "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"token-$(wc -l < "{{{count}}}" | tr -d ' ')\",\"expirationTimestamp\":\"{{{expires}}}\"}}"
            """);
        var plugin = new ExecPlugin { Command = "/bin/sh", Arguments = [script], Environment = [KeyValuePair.Create("WHO", "me")], ProvideClusterInfo = true };
        using var client = new ApiClient(new() { Server = api.Address, User = new() { Exec = plugin } }, "test", _time);

        await client.GetAsync("/api/v1/nodes/n", default);
        await client.GetAsync("/api/v1/nodes/n", default);
        valid = "token-2";
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetAsync("/api/v1/nodes/n", default)));
        Assert.Equal(2, (await File.ReadAllLinesAsync(count)).Length);

        _time.Advance(TimeSpan.FromHours(1));
        valid = "token-3";
        await client.GetAsync("/api/v1/nodes/n", default);
        Assert.Equal("Bearer token-3", tokens[^1]);
        Assert.Equal(3, (await File.ReadAllLinesAsync(count)).Length);
    }

    [Theory]
    [InlineData("exit 7", "exit code 7")]
    [InlineData("echo hush-secret", "not JSON")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"hush\":\"hush-secret\"}}'", "status")]
    public async Task Exec_GivesNothing_IsToldWithoutItsOutput(string line, string expected)
    {
        var plugin = new ExecPlugin { Command = "/bin/sh", Arguments = [Write("login.sh", line)] };
        using var client = new ApiClient(new() { Server = new("http://127.0.0.1:1"), User = new() { Exec = plugin } }, "test", _time);

        var error = await Assert.ThrowsAsync<Kubernetes.Files.InputException>(() => client.GetVersionAsync(default));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_Request_SayWhoAsksAndForWhat()
    {
        var headers = new Dictionary<string, string>();
        await using var api = await FakeApiServer.StartAsync(new()
        {
            First = context =>
            {
                headers = context.Request.Headers.ToDictionary(h => h.Key, h => string.Join(' ', h.Value.AsEnumerable()), StringComparer.OrdinalIgnoreCase);
                return Task.FromResult(false);
            },
        });
        var user = new ApiUser
        {
            UserName = "u",
            Password = "hush",
            ActAs = "jane",
            ActAsUid = "7",
            ActAsGroups = ["dev"],
            ActAsExtra = [KeyValuePair.Create("example.org/scope", "a")],
        };
        var connection = new ApiConnection { Server = api.Address, User = user };
        Assert.DoesNotContain("hush", connection.ToString(), StringComparison.Ordinal);
        Assert.Equal(36, await MinorAsync(connection));

        Assert.Equal("toposched/test", headers["User-Agent"]);
        Assert.Equal("application/json", headers["Accept"]);
        Assert.Equal("gzip", headers["Accept-Encoding"]);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("u:hush")), headers["Authorization"]);
        Assert.Equal("jane", headers["Impersonate-User"]);
        Assert.Equal("7", headers["Impersonate-Uid"]);
        Assert.Equal("dev", headers["Impersonate-Group"]);
        Assert.Equal("a", headers["Impersonate-Extra-example.org%2Fscope"]);
    }

    [Fact]
    public async Task Proxy_OfTheConfiguration_IsAskedInstead()
    {
        // A proxy for plain HTTP is a server that is sent the whole address.
        await using var proxy = await FakeApiServer.StartAsync(new() { Minor = 21 });
        var connection = new ApiConnection { Server = new("http://api.test:6443"), Proxy = ProxyRules.Always(proxy.Address) };

        Assert.Equal(21, await MinorAsync(connection));
    }

    [Fact]
    public async Task Send_NoServer_IsUnavailable()
    {
        var error = await Assert.ThrowsAsync<ApiUnavailableException>(() => MinorAsync(new() { Server = new("http://127.0.0.1:1"), User = new() { Token = "hush" } }));

        Assert.StartsWith("GET /version: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Pages_AreReadWhole()
    {
        await using var api = await FakeApiServer.StartAsync();
        for (var i = 0; i < 7; i++)
        {
            var labels = new JsonObject { ["a"] = "b" };
            api.Objects.Put(KnownObjects.Configs, new() { ["metadata"] = new JsonObject { ["name"] = $"c{i}", ["namespace"] = "a", ["labels"] = labels } });
        }

        using var client = new ApiClient(new() { Server = api.Address }, "test", _time);
        var list = await client.ListAsync(new ApiSelection(KnownObjects.Configs, "x!=y", "a=b"), ObjectKeyText, null, default, 3);

        Assert.Equal(7, list.Items.Distinct().Count());
        Assert.Equal(3, api.Requests.Count);
        Assert.Equal("GET /api/v1/configmaps?fieldSelector=x%21%3Dy&labelSelector=a%3Db&limit=3", api.Requests.First());

        static string ObjectKeyText(Kubernetes.Objects.Tree tree) => ObjectKey.Of(tree).Name;
    }

    private static async Task<bool> RefuseAsync(HttpContext context, Func<string> valid, List<string> tokens)
    {
        var token = context.Request.Headers.Authorization.ToString();
        lock (tokens)
        {
            tokens.Add(token);
        }

        if (token == "Bearer " + valid())
        {
            return false;
        }

        await FakeApiServer.StatusAsync(context, 401, "Unauthorized", "Unauthorized");
        return true;
    }

    private static async Task<int> MinorAsync(ApiConnection connection)
    {
        using var client = new ApiClient(connection, "test");
        return (await client.GetVersionAsync(default)).Minor;
    }

    private string Write(string name, string text) => _folder.Write(name, Encoding.UTF8.GetBytes(text));
}
