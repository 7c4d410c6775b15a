using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Server;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Cli.Tests.Answers;

/// <summary>A server on the objects of a cluster file answers what the commands answer on the file, byte for byte: the samples, whatever is asked.</summary>
public sealed class SameAnswerTests : IDisposable
{
    private const string Moment = "2027-01-27T12:00:00Z";
    private const string Token = "token-of-whoever-asks";

    private readonly string _token = Path.GetTempFileName();

    public SameAnswerTests() => File.WriteAllText(_token, Token);

    public static TheoryData<string> Clusters => [.. Directory.GetFiles(CliHarness.File("samples", "clusters")).Select(f => $"samples/clusters/{Path.GetFileName(f)}").Order(StringComparer.Ordinal)];

    private static string[] Jobs => [.. Directory.GetFiles(CliHarness.File("samples", "jobs")).Select(f => $"samples/jobs/{Path.GetFileName(f)}").Order(StringComparer.Ordinal)];

    public void Dispose() => File.Delete(_token);

    [Theory]
    [MemberData(nameof(Clusters))]
    public async Task Report_EverySampleJob_IsThatOfTheCommand(string cluster)
    {
        await using var host = await StartAsync(cluster);
        using var client = Connect(host);
        foreach (var job in Jobs)
        {
            var told = CliHarness.Run("report", "--cluster", cluster, "--job", job, "--at", Moment, "-o", "json");
            Assert.Equal(told.Out, await AskAsync(client, Question(job)));
        }
    }

    [Fact]
    public async Task Report_SeveralJobsAndOptions_IsThatOfTheCommand()
    {
        const string cluster = "samples/clusters/dgx-h100-su.yaml";
        string[] jobs = ["samples/jobs/pretrain-16x8-gated.yaml", "samples/jobs/decode-lws.yaml", "samples/jobs/pretrain-24x8.yaml"];
        await using var host = await StartAsync(cluster);
        using var client = Connect(host);
        string[] options = ["--at", Moment, "--namespace", "ml-research", "--oversubscription", "spine=2.5,core=4", "--max-steps", "1000", "--assume-schedulable"];
        var told = CliHarness.Run(["report", "--cluster", cluster, .. jobs.SelectMany(j => new[] { "--job", j }), "-o", "json", .. options]);
        var answered = await AskAsync(client, new JsonObject
        {
            ["manifests"] = string.Join("\n---\n", jobs.Select(j => File.ReadAllText(CliHarness.File(j)))),
            ["source"] = string.Join(", ", jobs),
            ["namespace"] = "ml-research",
            ["at"] = Moment,
            ["policy"] = new JsonObject
            {
                ["oversubscription"] = new JsonObject { ["spine"] = 2.5, ["core"] = 4 },
                ["maxSteps"] = 1000,
                ["assumeSchedulable"] = true,
                ["trustHints"] = true,
            },
        });
        Assert.Contains("PlacementReportList", told.Out, StringComparison.Ordinal);
        Assert.Equal(told.Out, answered);
    }

    // Told by an API server, as in a cluster: what a file does not have (holds, trust that is not given, readings) is not there.
    [Theory]
    [InlineData("samples/clusters/dgx-h100-su.yaml", "samples/jobs/pretrain-24x8.yaml", "samples/jobs/pretrain-25x8.yaml")]
    [InlineData("samples/clusters/gb200-nvl72.yaml", "samples/jobs/nvl72-16.yaml", "samples/jobs/nvl72-19.yaml")]
    [InlineData("samples/clusters/rack-bound-h100.yaml", "samples/jobs/finetune-pytorchjob.yaml", "samples/jobs/pretrain-16x8-gated.yaml")]
    public async Task Report_LiveCluster_IsThatOfTheCommand(string cluster, params string[] jobs)
    {
        await using var live = await FakeApiServer.StartAsync();
        var objects = RequestText.Read(await File.ReadAllBytesAsync(CliHarness.File(cluster)), cluster, 64 << 20);
        foreach (var obj in objects) live.Objects.Put(obj["kind"].Text == "PowerDomain" ? "/apis/toposcheduler.io/v1alpha1/powerdomains" : $"/api/v1/{obj["kind"].Text.ToLowerInvariant()}s", Json(obj).AsObject());
        var namespaces = string.Join(',', objects.Select(o => o["metadata"]["namespace"].Text).Where(n => n.Length > 0).Distinct());
        var settings = Settings(KeyValuePair.Create("power:trustedNamespaces", namespaces));
        await using var host = new ServerHost(settings, loggers => Scheduling.OfCluster(settings, new(new ApiConnection { Server = live.Address }, "test"), loggers), logging => logging.ClearProviders());
        await host.StartAsync();
        using var client = Connect(host);
        await UntilKnownAsync(client);
        foreach (var job in jobs)
        {
            var told = CliHarness.Run("report", "--cluster", cluster, "--job", job, "--at", Moment, "-o", "json");
            Assert.Equal(told.Out, await AskAsync(client, Question(job)));
        }
    }

    [Theory]
    [MemberData(nameof(Clusters))]
    public async Task Views_EveryCluster_AreThoseOfTheCommands(string cluster)
    {
        await using var host = await StartAsync(cluster);
        using var client = Connect(host);
        foreach (var (path, command) in new[] { ($"capacity?at={Moment}", "capacity"), ($"power?at={Moment}", "power"), ("topology", "topology"), ("problems", "doctor") })
        {
            string[] at = path.Contains('?', StringComparison.Ordinal) ? ["--at", Moment] : [];
            Assert.Equal(CliHarness.Run([command, "--cluster", cluster, "-o", "json", .. at]).Out, await client.GetStringAsync(new Uri($"/v1/{path}", UriKind.Relative)));
        }
    }

    private ServeSettings Settings(params KeyValuePair<string, string>[] more) => ServeSettings.Load(new([], [], [
        KeyValuePair.Create("listen:url", "http://127.0.0.1:0"), KeyValuePair.Create("api:enabled", "true"), KeyValuePair.Create("access:tokenFile", _token),
        KeyValuePair.Create("api:planSeconds", "600"), .. more]));

    private async Task<ServerHost> StartAsync(string cluster)
    {
        var settings = Settings(KeyValuePair.Create("source:cluster", cluster));
        var host = new ServerHost(settings, loggers => Scheduling.OfFile(settings, ClusterReader.Read(cluster), loggers), logging => logging.ClearProviders());
        await host.StartAsync();
        return host;
    }

    private static HttpClient Connect(ServerHost host)
    {
        var client = new HttpClient { BaseAddress = new(host.Urls[0]), Timeout = TimeSpan.FromMinutes(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    // A job that cannot be read at all is no report, here and there.
    private static async Task<string> AskAsync(HttpClient client, JsonObject question)
    {
        using var body = new StringContent(question.ToJsonString(JsonSerializerOptions.Default));
        using var answer = await client.PostAsync(new Uri("/v1/report", UriKind.Relative), body);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    private static JsonObject Question(string job) => new()
    {
        ["manifests"] = File.ReadAllText(CliHarness.File(job)),
        ["source"] = job,
        ["at"] = Moment,
        ["policy"] = new JsonObject { ["trustHints"] = true },
    };

    private static async Task UntilKnownAsync(HttpClient client)
    {
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            using var answer = await client.GetAsync(new Uri("/v1/topology", UriKind.Relative));
            if (answer.IsSuccessStatusCode) return;
            await Task.Delay(50);
        }

        Assert.Fail("the cluster is not known within 60 s");
    }

    // Scalars are read by their text, so text they may be.
    private static JsonNode Json(Tree tree) => tree.Kind switch
    {
        TreeKind.Map => new JsonObject(tree.Entries.ToArray().Where(e => e.Value.Kind != TreeKind.Null).Select(e => KeyValuePair.Create(e.Key, (JsonNode?)Json(e.Value)))),
        TreeKind.List => new JsonArray([.. tree.Items.ToArray().Select(Json)]),
        _ => JsonValue.Create(tree.Text),
    };
}
