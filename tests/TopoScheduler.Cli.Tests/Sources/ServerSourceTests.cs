using Microsoft.Extensions.Logging;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers;

namespace TopoScheduler.Cli.Tests.Sources;

/// <summary><c>--server</c>: a running server is asked, and its answers are shown as those that are made here.</summary>
public sealed class ServerSourceTests : IDisposable
{
    private const string Dgx = "samples/clusters/dgx-h100-su.yaml";
    private const string Moment = "2027-01-27T12:00:00Z";

    private readonly string _token = Path.GetTempFileName();

    public ServerSourceTests() => File.WriteAllText(_token, "token-of-whoever-asks");

    public static TheoryData<string, string> Questions => new()
    {
        { Dgx, $"report --job samples/jobs/pretrain-24x8.yaml --at {Moment}" },
        { Dgx, $"report --job samples/jobs/pretrain-25x8.yaml --job samples/jobs/mpi-finetune.yaml --max-steps 1000 --oversubscription spine=2.5 --assume-schedulable --at {Moment}" },
        { Dgx, $"report --job samples/jobs/pretrain-24x8.yaml --drain rack/rack-1 --budget pdu/pdu-2=+10% --at {Moment}" },
        { Dgx, $"report --job samples/jobs/pretrain-24x8.yaml --job samples/jobs/mpi-finetune.yaml --add-racks rack/rack-3=2 --budget-all -5% --finish-below 1 --at {Moment}" },
        { "samples/clusters/gb200-nvl72.yaml", $"report --job samples/jobs/nvl72-19.yaml --namespace research --at {Moment}" },
        { Dgx, "topology" },
        { Dgx, "doctor" },
        { "samples/clusters/legacy-10kw.yaml", $"capacity --gpus-per-pod 2 --at {Moment}" },
        { "samples/clusters/legacy-10kw.yaml", $"power --domain rack/a1 --at {Moment}" },
        { "tests/cases/demand-response/cluster.yaml", "power --at 2027-01-27T17:00:00Z" },
    };

    public void Dispose() => File.Delete(_token);

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Answer_OfAServer_IsThatOfTheFileInEveryForm(string cluster, string question)
    {
        await using var host = await StartAsync(cluster);
        foreach (var form in (string[])["json", "yaml", "text", "wide", "markdown", .. question.StartsWith("report", StringComparison.Ordinal) ? (string[])[] : ["html"]])
        {
            string[] ask = [.. question.Split(' '), "-o", form];
            var ofFile = CliHarness.Run([.. ask, "--cluster", cluster]);
            var ofServer = Ask(host, ask);
            Assert.Equal((ofFile.Code, ofFile.Out), (ofServer.Code, ofServer.Out));
            Assert.NotEmpty(ofServer.Out);
        }
    }

    public static TheoryData<string> Explained =>
    [
        .. Directory.GetDirectories(CliHarness.File("tests", "cases"), "explain-*").Where(d => IsExplained(File.ReadAllText(Path.Combine(d, "question.txt")))).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal),
    ];

    // Nothing live is known of a cluster that is served from a file: every case of explain is answered as the command answers it.
    [Theory]
    [MemberData(nameof(Explained))]
    public async Task Explanation_OfAServer_IsThatOfTheFileInEveryForm(string name)
    {
        var cluster = $"tests/cases/{name}/cluster.yaml";
        string[] question = [.. (await File.ReadAllLinesAsync(CliHarness.File("tests", "cases", name, "question.txt"))).Where(l => l.Length > 0)];
        if (!question.Contains("--at")) question = [.. question, "--at", Moment];
        await using var host = await StartAsync(cluster);
        foreach (var form in (string[])["json", "yaml", "text", "markdown", "html"])
        {
            string[] ask = ["explain", .. question, "-o", form];
            var ofFile = CliHarness.Run([.. ask, "--cluster", cluster]);
            var ofServer = Ask(host, ask);
            Assert.Equal((ofFile.Code, ofFile.Out), (ofServer.Code, ofServer.Out));
            Assert.NotEmpty(ofServer.Out);
        }
    }

    [Theory]
    [InlineData("gang trian -n ml", "404: gang ml/trian is not in the cluster; did you mean train?")]
    [InlineData("pod train-9 -n ml", "404: pod ml/train-9 is not in the cluster; did you mean train-")]
    [InlineData("node n9", "404: node n9 is not in the cluster; did you mean n1")]
    [InlineData("gang train -n elsewhere", "404: gang elsewhere/train is not in the cluster; there is none.")]
    [InlineData("gang train -n ml --before samples/clusters/dgx-h100-su.yaml", "option --before: a server knows of its own last attempt")]
    public async Task Explanation_OfNobody_IsCode2AndSaysWhoIsNear(string question, string expected)
    {
        await using var host = await StartAsync("tests/cases/explain-cordoned/cluster.yaml");
        var run = Ask(host, ["explain", .. question.Split(' ')]);
        Assert.Equal((ExitCodes.InvalidInput, ""), (run.Code, run.Out));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Placements_OfAServerOfAFile_AreNone()
    {
        await using var host = await StartAsync(Dgx);
        Assert.StartsWith("No gang is taken care of", Ask(host, "placements").Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_FailIf_CountsWhatTheServerSays()
    {
        await using var host = await StartAsync(Dgx);
        Assert.Equal(ExitCodes.Failing, Ask(host, "report", "--job", "samples/jobs/pretrain-24x8.yaml", "--fail-if", "placement.tier==leaf").Code);
    }

    [Theory]
    [InlineData("power --domain rack/no-such", 2, "error: GET http")]
    [InlineData("power --readings r.json", 2, "a server has readings of its own")]
    [InlineData("save", 2, "a server gives answers, not its cluster")]
    [InlineData("topology -o dot", 2, "a server gives answers, not its cluster")]
    [InlineData("report --job samples/jobs/mpi-finetune.yaml -o html", 2, "which the map needs")]
    [InlineData("report --job samples/jobs/mpi-finetune.yaml --drain rack/rack-99", 2, "rack/rack-99")]
    [InlineData("report --job tests/cases/eks-layers/cluster.yaml", 2, "422")]
    public async Task Question_ThatAServerCannotAnswer_SaysWhy(string question, int code, string expected)
    {
        await using var host = await StartAsync(Dgx);
        var run = Ask(host, question.Split(' '));
        Assert.Equal((code, ""), (run.Code, run.Out));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Question_WithoutToken_IsRefusedWithCode1()
    {
        await using var host = await StartAsync(Dgx);
        var run = CliHarness.Run("topology", "--server", host.Urls[0]);
        Assert.Equal((ExitCodes.Failed, ""), (run.Code, run.Out));
        Assert.Contains("/v1/topology: 401", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topology --server ftp://x", "option --server=\"ftp://x\": expected an address")]
    [InlineData("topology --server http://127.0.0.1:1/", "GET http://127.0.0.1:1/v1/topology: ", 1)]
    [InlineData("topology --server http://scheduler.example/ --token-file t", "a token would be read by everybody on the way")]
    [InlineData("topology --cluster c.yaml --server http://127.0.0.1:1/", "options --cluster and --server: name more than one cluster")]
    [InlineData("topology --cluster c.yaml --token-file t", "option --token-file: is of no use alone, expected --server with it.")]
    [InlineData("topology --server https://127.0.0.1:1/ --certificate-authority missing.pem", "missing.pem")]
    public void Server_Wrong_SaysWhat(string arguments, string expected, int code = ExitCodes.InvalidInput)
    {
        var run = CliHarness.Run(arguments.Split(' '));
        Assert.Equal((code, ""), (run.Code, run.Out));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private static bool IsExplained(string question) =>
        question.Split('\n')[0] is "gang" or "pod" or "node" && !question.Contains("--before", StringComparison.Ordinal);

    private CliRun Ask(ServerHost host, params string[] arguments) => CliHarness.Run([.. arguments, "--server", host.Urls[0], "--token-file", _token]);

    private async Task<ServerHost> StartAsync(string cluster)
    {
        var settings = ServeSettings.Load(new([], [], [
            KeyValuePair.Create("listen:url", "http://127.0.0.1:0"), KeyValuePair.Create("api:enabled", "true"), KeyValuePair.Create("source:cluster", cluster),
            KeyValuePair.Create("access:tokenFile", _token), KeyValuePair.Create("api:planSeconds", "600"),
            // As the command does of a file.
            KeyValuePair.Create("power:trustedNamespaces", "ml")]));
        var host = new ServerHost(settings, loggers => Scheduling.OfFile(settings, ClusterReader.Read(cluster), loggers), logging => logging.ClearProviders());
        await host.StartAsync();
        return host;
    }
}
