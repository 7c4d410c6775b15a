using System.Text.Json.Nodes;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Cli.Tests.Sources;

/// <summary>One question, several doors: the bytes of the answer are the same whether a file or a live cluster is read. Further doors add their answer here.</summary>
public sealed class SameAnswerTests
{
    public static TheoryData<string, string> Questions => new()
    {
        { "dgx-h100-su.yaml", "report --job samples/jobs/pretrain-24x8.yaml" },
        { "dgx-h100-su.yaml", "report --job samples/jobs/pretrain-25x8.yaml --budget-all -10%" },
        { "dgx-h100-su.yaml", "doctor" },
        { "gb200-nvl72.yaml", "report --job samples/jobs/nvl72-segments.yaml --job samples/jobs/nvl72-16.yaml" },
        { "gb200-nvl72.yaml", "topology" },
        { "legacy-10kw.yaml", "capacity" },
        { "legacy-10kw.yaml", "power --domain rack/a1" },
        { "dps-gb300.yaml", "power" },
        { "fat-tree-512.yaml.gz", "report --job samples/jobs/mpi-finetune.yaml" },
        { "frontier-cdu.yaml.gz", "report --job samples/jobs/frontier-96x8.yaml" },
        { "lassen.yaml", "capacity --gpus-per-pod 2" },
        { "selene.yaml", "topology" },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Answer_OfFileAndOfLiveCluster_IsTheSameBytes(string file, string question)
    {
        var path = $"samples/clusters/{file}";
        await using var live = await FakeOfFile.StartAsync(path);
        string[] ask = [.. question.Split(' '), "--at", "2027-01-27T12:00:00Z", "-o", "json"];
        if (question.StartsWith("doctor", StringComparison.Ordinal) || question.StartsWith("topology", StringComparison.Ordinal)) ask = [.. question.Split(' '), "-o", "json"];

        var ofFile = CliHarness.Run([.. ask, "--cluster", path]);
        var ofCluster = CliHarness.Run([.. ask, "--kubeconfig", live.Kubeconfig]);

        Assert.NotEmpty(ofFile.Out);
        Assert.Equal((ofFile.Code, ofFile.Out, ofFile.Error), (ofCluster.Code, ofCluster.Out, ofCluster.Error));
    }

    [Fact]
    public async Task Live_ManyPods_AreListedInChunksWithoutThoseThatEnded()
    {
        await using var live = await FakeOfFile.StartAsync("samples/clusters/fat-tree-512.yaml.gz");

        Assert.Equal(0, CliHarness.Run("topology", "--kubeconfig", live.Kubeconfig).Code);

        Assert.Contains(live.Server.Requests, r => r.StartsWith("GET /api/v1/nodes", StringComparison.Ordinal) && r.Contains("continue=", StringComparison.Ordinal));
        Assert.Contains(live.Server.Requests, r => r.StartsWith("GET /api/v1/pods", StringComparison.Ordinal) && r.Contains("status.phase", StringComparison.Ordinal));
        Assert.All(live.Server.Requests, r => Assert.StartsWith("GET ", r, StringComparison.Ordinal));
        Assert.DoesNotContain(live.Server.Requests, r => r.Contains("persistentvolumes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Live_PowerDomainsRefused_IsAnErrorThatSaysWhatFollows()
    {
        var refusing = new FakeApiOptions
        {
            First = async context =>
            {
                if (!context.Request.Path.Value!.Contains("powerdomains", StringComparison.Ordinal)) return false;
                await FakeApiServer.StatusAsync(context, 403, "Forbidden", "powerdomains is forbidden");
                return true;
            },
        };
        await using var live = await FakeOfFile.StartAsync("samples/clusters/legacy-10kw.yaml", refusing);

        var run = CliHarness.Run("capacity", "--kubeconfig", live.Kubeconfig);

        Assert.Equal(0, run.Code);
        Assert.Contains("powerdomains is forbidden; budgets that only they state are not kept to", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_NodesRefused_IsCode1()
    {
        var refusing = new FakeApiOptions
        {
            First = async context =>
            {
                await FakeApiServer.StatusAsync(context, 403, "Forbidden", "nodes is forbidden");
                return true;
            },
        };
        await using var live = await FakeOfFile.StartAsync(null, refusing);

        var run = CliHarness.Run("topology", "--kubeconfig", live.Kubeconfig);

        Assert.Equal((ExitCodes.Failed, ""), (run.Code, run.Out));
        Assert.StartsWith("error: GET /api/v1/nodes", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_JobWithoutNamespace_IsInThatOfTheContext()
    {
        await using var live = await FakeOfFile.StartAsync("samples/clusters/dgx-h100-su.yaml");
        const string job = "{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {spec: {containers: [{name: main, resources: {limits: {nvidia.com/gpu: 8}}}]}}}}";

        var run = CliHarness.Run(job, ["report", "--kubeconfig", live.Kubeconfig, "--job", "-", "-o", "json"]);

        Assert.Equal("training", run.Json().GetProperty("gang").GetProperty("namespace").GetString());
    }

    [Fact]
    public async Task Live_PodsOfAnEmptyCluster_AreNotAssumed()
    {
        await using var live = await FakeOfFile.StartAsync(null);
        live.Server.Objects.Put("/api/v1/nodes", (JsonObject)JsonNode.Parse("""{"metadata":{"name":"n1"},"status":{"allocatable":{"nvidia.com/gpu":"8","pods":"110"}}}""")!);

        Assert.DoesNotContain("assumed empty", CliHarness.Run("doctor", "--kubeconfig", live.Kubeconfig, "-o", "json").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topology --cluster c.yaml --kubeconfig k", "options --cluster and --kubeconfig: name more than one cluster; expected one of --cluster, --kubeconfig (with --context) and --server.")]
    [InlineData("capacity --cluster c.yaml --context c", "options --cluster and --context: name more than one cluster")]
    [InlineData("doctor", "and kubectl would find none: ~/.kube/config does not exist")]
    [InlineData("report --job samples/jobs/mpi-finetune.yaml", "no cluster is given, expected --cluster with a file, --server with the address of a toposched, or --kubeconfig")]
    [InlineData("power --kubeconfig missing.yaml", "missing.yaml")]
    [InlineData("topology --interval 5 --cluster c.yaml", "option --interval: is of no use alone, expected --watch with it.")]
    public void Source_WrongOrNone_IsCode2AndSaysWhat(string arguments, string expected)
    {
        var run = CliHarness.Run(arguments.Split(' '));
        Assert.Equal((ExitCodes.InvalidInput, ""), (run.Code, run.Out));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }
}
