using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Webhook;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Webhook;

public sealed class WebhookEndpointsTests
{
    private const string Mutate = "/webhook/mutate";
    private const string Validate = "/webhook/validate";

    private static readonly ClusterSnapshot Cluster = ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(2).Racks(2, 13_000).Build();

    [Theory]
    [InlineData("admission.k8s.io/v1")]
    [InlineData("admission.k8s.io/v1beta1")]
    public async Task Mutate_ManagedPod_IsPatchedInTheSameVersion(string version)
    {
        await using var server = await WebhookServer.StartAsync(Cluster);
        var (client, _) = server.Connect();
        var pod = Review.Pod();
        var review = Review.OfPod(pod);
        review["apiVersion"] = version;

        var (status, text) = await WebhookServer.PostAsync(client, Mutate, review.Bytes());

        var answer = JsonNode.Parse(text)!;
        Assert.Equal((200, version, "AdmissionReview"), (status, (string?)answer["apiVersion"], (string?)answer["kind"]));
        var response = answer["response"]!;
        Assert.Equal(((string?)review["request"]!["uid"], true, "JSONPatch"), ((string?)response["uid"], (bool)response["allowed"]!, (string?)response["patchType"]));
        var patched = JsonPatch.Apply(pod, Convert.FromBase64String((string)response["patch"]!));
        Assert.Equal("toposcheduler.io/gang", (string?)patched["spec"]!["schedulingGates"]![0]!["name"]);
        client.Dispose();
    }

    [Fact]
    public async Task Mutate_GateOff_LeavesPodsAlone()
    {
        await using var server = await WebhookServer.StartAsync(Cluster, ("webhook:gate", "false"));
        var (client, _) = server.Connect();

        var (status, text) = await WebhookServer.PostAsync(client, Mutate, Review.OfPod(Review.Pod()).Bytes());

        Assert.Equal(200, status);
        Assert.Null(JsonNode.Parse(text)!["response"]!["patch"]);
        client.Dispose();
    }

    [Theory]
    [InlineData("none", true)]
    [InlineData("bindings", false)]
    public async Task Validate_PodBeyondTheNode_IsDeniedOnlyWhenEnforced(string enforce, bool allowed)
    {
        await using var server = await WebhookServer.StartAsync(Cluster, ("webhook:enforce", enforce));
        var (client, _) = server.Connect();

        var (status, text) = await WebhookServer.PostAsync(client, Validate, Review.OfPod(Review.Pod("a", gpus: 9).On("n0000")).Bytes());

        var response = JsonNode.Parse(text)!["response"]!;
        Assert.Equal((200, allowed), (status, (bool)response["allowed"]!));
        if (!allowed)
        {
            Assert.Equal((403, "Forbidden"), ((int)response["status"]!["code"]!, (string?)response["status"]!["reason"]));
            Assert.Equal("pod/ml/a cannot go to node n0000: its pods would take 9 nvidia.com/gpu of 8.", (string?)response["status"]!["message"]);
        }

        client.Dispose();
    }

    // A Binding says nothing of what the pod takes: that is asked of the API server, and the second Binding meets the first before any watch shows it.
    [Fact]
    public async Task Validate_BindingOnALiveCluster_ReadsThePodAndHolds()
    {
        await using var api = await FakeApiServer.StartAsync();
        api.Objects.Put("/api/v1/nodes", JsonNode.Parse("""
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","uid":"u1","labels":{"toposcheduler.io/rack":"r1","toposcheduler.io/rack-power-budget-watts":"13000",
            "toposcheduler.io/node-max-watts":"10000","toposcheduler.io/node-idle-watts":"2000"}},
            "status":{"allocatable":{"cpu":"96","memory":"1Ti","nvidia.com/gpu":"8","pods":"110"},"conditions":[{"type":"Ready","status":"True"}]}}
            """)!.AsObject());
        foreach (var name in new[] { "a", "b" }) api.Objects.Put("/api/v1/pods", Review.Pod(name, 5));
        await using var server = await WebhookServer.StartAsync(
            (_, all) => TestServer.StartAsync((loaded, loggers) => Scheduling.OfCluster(loaded, new(new ApiConnection { Server = api.Address }, "test"), loggers), all),
            ("webhook:enforce", "bindings"));
        var (client, _) = server.Connect();
        while ((await server.Server.Client.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode != System.Net.HttpStatusCode.OK) await Task.Delay(20);

        var (_, first) = await WebhookServer.PostAsync(client, Validate, Review.OfBinding("a", "n1").Bytes());
        var (_, second) = await WebhookServer.PostAsync(client, Validate, Review.OfBinding("b", "n1").Bytes());

        Assert.True((bool)JsonNode.Parse(first)!["response"]!["allowed"]!);
        Assert.Equal(
            "pod/ml/b cannot go to node n1: its pods would take 10 nvidia.com/gpu of 8.", (string?)JsonNode.Parse(second)!["response"]!["status"]!["message"]);
        client.Dispose();
    }

    [Fact]
    public async Task Validate_ClusterNotKnownYet_Is503()
    {
        await using var server = await WebhookServer.StartAsync(
            (_, all) => TestServer.StartAsync((loaded, loggers) => Scheduling.OfCluster(loaded, new(new ApiConnection { Server = new("http://127.0.0.1:1") }, "test"), loggers), all),
            ("webhook:enforce", "bindings"));
        var (client, _) = server.Connect();

        Assert.Equal(503, (await WebhookServer.PostAsync(client, Validate, Review.OfBinding("a", "n1").Bytes())).Status);
        Assert.Equal(200, (await WebhookServer.PostAsync(client, Mutate, Review.OfPod(Review.Pod()).Bytes())).Status);
        client.Dispose();
    }

    [Fact]
    public async Task Post_BadBodies_AreRefusedAndTheServerGoesOn()
    {
        await using var server = await WebhookServer.StartAsync(Cluster);
        var (client, _) = server.Connect();
        var deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[", 100_000)));
        var noUid = Review.OfPod(Review.Pod());
        noUid["request"]!.AsObject().Remove("uid");

        foreach (var path in new[] { Mutate, Validate })
        {
            Assert.Equal(400, (await WebhookServer.PostAsync(client, path, [])).Status);
            Assert.Equal(400, (await WebhookServer.PostAsync(client, path, "{\"kind\":\"AdmissionReview\""u8.ToArray())).Status);
            Assert.Equal(400, (await WebhookServer.PostAsync(client, path, "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}"u8.ToArray())).Status);
            Assert.Equal(400, (await WebhookServer.PostAsync(client, path, [0xff, 0xfe])).Status);
            Assert.Equal(400, (await WebhookServer.PostAsync(client, path, deep)).Status);
            Assert.Equal(400, (await WebhookServer.PostAsync(client, path, noUid.Bytes())).Status);
            Assert.Equal(413, (await WebhookServer.PostAsync(client, path, new byte[WebhookEndpoints.BodyBytes + 1])).Status);
            Assert.Equal(200, (await WebhookServer.PostAsync(client, path, Review.OfPod(Review.Pod()).Bytes())).Status);
        }

        Assert.Equal(405, (int)(await client.GetAsync(new Uri(Mutate, UriKind.Relative))).StatusCode);
        client.Dispose();
    }

    [Fact]
    public async Task Post_BodyThatNeverEnds_IsRefusedInTime()
    {
        await using var server = await WebhookServer.StartAsync(Cluster);
        await using var connection = await server.ConnectBareAsync();
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"POST {Mutate} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{{"));
        using var reader = new StreamReader(connection);

        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task Doors_Each_AnswerOnlyWhatTheyAreFor()
    {
        await using var server = await WebhookServer.StartAsync(Cluster);
        var (client, _) = server.Connect();

        Assert.Equal("ok\n", await client.GetStringAsync(new Uri("/livez", UriKind.Relative)));
        foreach (var path in new[] { "/readyz", "/healthz", "/", "/webhook", "/Webhook/mutate" })
        {
            Assert.Equal(404, (int)(await client.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        }

        Assert.Equal(404, (await WebhookServer.PostAsync(client, "/scheduler/filter", "{\"Pod\":{}}"u8.ToArray())).Status);
        Assert.Equal(404, (await WebhookServer.PostAsync(server.Server.Client, Mutate, Review.OfPod(Review.Pod()).Bytes())).Status);
        Assert.Equal(404, (await WebhookServer.PostAsync(server.Server.Client, "/WEBHOOK/mutate", Review.OfPod(Review.Pod()).Bytes())).Status);
        client.Dispose();
    }

    [Fact]
    public async Task Certificate_Rotated_IsShownToTheNextConnection()
    {
        await using var server = await WebhookServer.StartAsync(Cluster);
        var serials = new List<string>();
        await Meet();
        await Meet();
        Assert.Equal(serials[0], serials[1]);

        server.Rotate();
        await Meet();
        Assert.NotEqual(serials[1], serials[2]);

        // Half written: the last one stays in force, and this is told once.
        await File.WriteAllTextAsync(server.Files.Key, "half");
        await Meet();
        await Meet();
        Assert.Equal([serials[2], serials[2]], serials[3..]);
        Assert.Single(server.Server.Log, line => line.StartsWith("Warning: the last certificate stays in force: ", StringComparison.Ordinal));

        server.Rotate();
        await Meet();
        Assert.NotEqual(serials[2], serials[5]);

        async Task Meet()
        {
            var (client, shown) = server.Connect();
            Assert.Equal("ok\n", await client.GetStringAsync(new Uri("/livez", UriKind.Relative)));
            serials.Add(Assert.Single(shown));
            client.Dispose();
        }
    }

    [Fact]
    public async Task Start_CertificateThatIsNone_IsToldBeforeAnythingListens()
    {
        var e = await Assert.ThrowsAsync<Kubernetes.Files.InputException>(() => TestServer.StartAsync(
            Cluster, ("webhook:url", "https://127.0.0.1:0"), ("webhook:certFile", "/nowhere/tls.crt"), ("webhook:keyFile", "/nowhere/tls.key")));

        Assert.StartsWith("/nowhere/tls.crt: cannot be read", e.Message, StringComparison.Ordinal);
    }
}
