using System.Text.Json.Nodes;
using TopoScheduler.Cli.Tests.Sources;

namespace TopoScheduler.Cli.Tests.Saving;

/// <summary><c>toposched save</c>: what is kept answers as the whole does, what is not kept is gone.</summary>
public sealed class SaveCommandTests : IDisposable
{
    private const string Secret = "hunter2";

    private readonly string _folder = Directory.CreateTempSubdirectory("saved").FullName;

    public static TheoryData<string, string> Pairs => new()
    {
        { "dgx-h100-su.yaml", "pretrain-24x8.yaml" },
        { "dgx-h100-su.yaml", "pretrain-25x8.yaml" },
        { "gb200-nvl72.yaml", "nvl72-segments.yaml" },
        { "fat-tree-512.yaml.gz", "pretrain-96x8.yaml" },
        { "legacy-10kw.yaml", "finetune-a100-6x8.yaml" },
        { "dps-gb300.yaml", "gb300-90x4.yaml" },
        { "frontier-cdu.yaml.gz", "frontier-96x8.yaml" },
        { "lassen.yaml", "lassen-32x4.yaml" },
        { "selene.yaml", "finetune-a100-6x8.yaml" },
        { "rack-bound-h100.yaml", "decode-lws.yaml" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Report_OnTheSavedFile_IsTheSameBytes(string cluster, string job)
    {
        var (path, ask) = ($"samples/clusters/{cluster}", new[] { "report", "--job", $"samples/jobs/{job}", "-o", "json" });
        foreach (var ending in (string[])["yaml", "json.gz"])
        {
            var saved = Save(path, ending);
            Assert.Equal(CliHarness.Run([.. ask, "--cluster", path]).Out, CliHarness.Run([.. ask, "--cluster", saved]).Out);
            Assert.Equal(CliHarness.Run("doctor", "-o", "json", "--cluster", path).Out, CliHarness.Run("doctor", "-o", "json", "--cluster", saved).Out);
            Assert.Equal(CliHarness.Run("power", "-o", "json", "--cluster", path).Out, CliHarness.Run("power", "-o", "json", "--cluster", saved).Out);
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Report_WithNumbersForNames_IsTheSameOnceTheyAreNamedAgain(string cluster, string job)
    {
        var (path, ask) = ($"samples/clusters/{cluster}", new[] { "report", "--job", $"samples/jobs/{job}", "-o", "json" });
        var names = Path.Combine(_folder, "names.json");

        var saved = Save(path, "yaml", "--hash-names", "--names", names);

        var named = NumberedNames.Read(names);
        var numbered = CliHarness.Run([.. ask, "--cluster", saved]).Out;
        Assert.Equal(CliHarness.Run([.. ask, "--cluster", path]).Out, named.Again(numbered));

        // Nothing that the numbers stand for is left, short names that are words of their own apart.
        var text = File.ReadAllText(saved);
        Assert.All(named.NameOf.Values.Where(n => n.Length > 6), name => Assert.DoesNotContain($"{name}\n", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("yaml")]
    [InlineData("json")]
    [InlineData("yaml.gz")]
    public void Save_Twice_IsTheSameBytes(string ending)
    {
        var first = File.ReadAllBytes(Save("samples/clusters/dgx-h100-su.yaml", ending));
        var again = Save(Save("samples/clusters/dgx-h100-su.yaml", ending), $"again.{ending}");
        Assert.Equal(first, File.ReadAllBytes(again));
    }

    [Fact]
    public async Task Save_OfLiveClusterAndOfItsFile_IsTheSameBytes()
    {
        await using var live = await FakeOfFile.StartAsync(null);
        var file = Path.Combine(_folder, "whole.json");
        var items = new JsonArray();
        foreach (var obj in FakeOfFile.Objects("samples/clusters/dgx-h100-su.yaml").OrderBy(o => (string)o["kind"]!, StringComparer.Ordinal).ThenBy(o => (string)o["metadata"]!["name"]!, StringComparer.Ordinal))
        {
            obj["metadata"]!["uid"] = $"uid-{items.Count}";
            FakeOfFile.Put(live.Server, (JsonObject)obj.DeepClone());
            items.Add(obj);
        }

        await File.WriteAllTextAsync(file, new JsonObject { ["kind"] = "List", ["apiVersion"] = "v1", ["items"] = items }.ToJsonString());

        var saved = CliHarness.Run("save", "--kubeconfig", live.Kubeconfig);

        Assert.Equal(0, saved.Code);
        Assert.Equal(CliHarness.Run("save", "--cluster", file).Out.Split("---\n").Order(), saved.Out.Split("---\n").Order());
    }

    [Fact]
    public void Save_PlantedSecrets_NoneSurvives()
    {
        var file = Path.Combine(_folder, "planted.yaml");
        File.WriteAllText(file, Planted);

        foreach (var more in (string[][])[[], ["--hash-names"]])
        {
            var run = CliHarness.Run(["save", "--cluster", file, .. more]);
            Assert.Equal((0, ""), (run.Code, run.Error));
            Assert.DoesNotContain(Secret, run.Out, StringComparison.Ordinal);
            Assert.Contains("nvidia.com/gpu", run.Out, StringComparison.Ordinal);
        }

        // What was planted is nothing that decides.
        var report = CliHarness.Run("report", "--cluster", file, "--job", "samples/jobs/mpi-finetune.yaml", "-o", "json").Out;
        Assert.Equal(report, CliHarness.Run("report", "--cluster", Save(file, "out.yaml"), "--job", "samples/jobs/mpi-finetune.yaml", "-o", "json").Out);
    }

    [Fact]
    public void Save_GangPlacements_AreKept()
    {
        var file = Path.Combine(_folder, "gangs.yaml");
        File.WriteAllText(file, Planted);
        var run = CliHarness.Run("save", "--cluster", file);
        Assert.Contains("phase: Waiting", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("managedFields", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_JobThatIsOver_SaysSoAndNothingElseOfItsStatus()
    {
        var run = CliHarness.Run("save", "--cluster", "tests/cases/explain-over-without-pods/cluster.yaml");
        Assert.Contains("type: Complete", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("completionTime", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("all of it", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("SuccessCriteriaMet", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("save --cluster samples/clusters/selene.yaml -o out.txt", "option --output=\"out.txt\": expected a name that ends in .yaml, .yml or .json, or one of them with .gz.")]
    [InlineData("save --cluster samples/clusters/selene.yaml --names n.json", "option --names: there are none without --hash-names, expected both.")]
    [InlineData("save --cluster samples/jobs/mpi-finetune.yaml", "the cluster has no node; expected at least one, nothing is written.")]
    [InlineData("save --cluster samples/clusters/selene.yaml -o no/such/folder/c.yaml", "no/such/folder/c.yaml: cannot be written:")]
    public void Save_Wrong_IsCode2AndSaysWhat(string arguments, string expected)
    {
        var run = CliHarness.Run(arguments.Split(' '));
        Assert.Equal((ExitCodes.InvalidInput, ""), (run.Code, run.Out));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private string Save(string cluster, string ending, params string[] more)
    {
        var file = Path.Combine(_folder, $"saved.{ending}");
        var run = CliHarness.Run(["save", "--cluster", cluster, "-o", file, .. more]);
        Assert.Equal((0, "", ""), (run.Code, run.Out, run.Error));
        return file;
    }

    private const string Planted = """
        apiVersion: v1
        kind: Node
        metadata:
          name: n1
          annotations: {example.test/token: hunter2}
          labels: {kubernetes.io/hostname: n1, topology.kubernetes.io/zone: z1}
          managedFields: [{manager: hunter2}]
        spec: {providerID: hunter2, podCIDR: hunter2}
        status:
          allocatable: {nvidia.com/gpu: "8", cpu: "64", memory: 512Gi, pods: "110"}
          conditions: [{type: Ready, status: "True", message: hunter2}, {type: hunter2, status: "False"}]
          images: [{names: [hunter2]}]
          nodeInfo: {machineID: hunter2}
          addresses: [{type: InternalIP, address: hunter2}]
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: p1
          namespace: ml
          annotations: {example.test/token: hunter2, toposcheduler.io/workload: inference}
          labels: {app: web}
        spec:
          nodeName: n1
          serviceAccountName: hunter2
          imagePullSecrets: [{name: hunter2}]
          volumes: [{name: hunter2, secret: {secretName: hunter2}}]
          affinity:
            podAntiAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
              - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
              preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: hunter2}}]
          containers:
          - name: main
            image: hunter2
            command: [hunter2]
            args: [hunter2]
            env: [{name: TOKEN, value: hunter2}]
            envFrom: [{secretRef: {name: hunter2}}]
            livenessProbe: {exec: {command: [hunter2]}}
            resources: {limits: {nvidia.com/gpu: 2}}
        status: {phase: Running, podIP: hunter2, containerStatuses: [{image: hunter2}]}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: hunter2}
        data: {token: hunter2}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: hunter2}
        data: {token: hunter2}
        ---
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: ClusterTrainingRuntime
        metadata: {name: torch}
        spec:
          template:
            spec:
              replicatedJobs:
              - name: node
                template:
                  spec:
                    template:
                      metadata: {annotations: {example.test/token: hunter2}}
                      spec:
                        serviceAccountName: hunter2
                        containers: [{name: node, image: hunter2, env: [{name: T, value: hunter2}], resources: {limits: {nvidia.com/gpu: 1}}}]
        ---
        apiVersion: toposcheduler.io/v1alpha1
        kind: GangPlacement
        metadata: {name: g1, namespace: ml, managedFields: [{manager: hunter2}], annotations: {a: hunter2}}
        spec: {gang: {kind: Job, name: j}, size: 2, min: 2, gpus: 16}
        status: {phase: Waiting, message: it waits}
        """;
}
