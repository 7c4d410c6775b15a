using System.Text.Json;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Cli.Tests.Samples;

/// <summary>Every sample is read, and every suitable pair of cluster and job is reported.</summary>
public sealed class SamplesTests
{
    private static readonly string Clusters = CliHarness.File("samples", "clusters");
    private static readonly string Jobs = CliHarness.File("samples", "jobs");

    /// <summary>Cluster, job, outcome, narrowest tier when placed.</summary>
    private static readonly (string Cluster, string Job, string Outcome, string? Tier)[] Expected =
    [
        ("dgx-h100-su.yaml", "pretrain-24x8.yaml", "Placed", "leaf"),
        ("dgx-h100-su.yaml", "pretrain-25x8.yaml", "NoFit", null),
        ("dgx-h100-su.yaml", "finetune-pytorchjob.yaml", "Placed", "leaf"),
        ("dgx-h100-su.yaml", "mpi-finetune.yaml", "Placed", "leaf"),
        ("dgx-h100-su.yaml", "decode-lws.yaml", "Placed", "leaf"),
        ("gb200-nvl72.yaml", "nvl72-16.yaml", "Placed", "nvlink-domain"),
        ("gb200-nvl72.yaml", "nvl72-19.yaml", "NoFit", null),
        ("gb200-nvl72.yaml", "nvl72-segments.yaml", "Placed", "leaf"),
        ("fat-tree-512.yaml.gz", "pretrain-24x8.yaml", "Placed", "core"),
        ("fat-tree-512.yaml.gz", "pretrain-64x8.yaml", "Placed", "core"),
        ("fat-tree-512.yaml.gz", "pretrain-96x8.yaml", "Placed", "cluster"),
        ("fat-tree-512.yaml.gz", "finetune-pytorchjob.yaml", "Placed", "leaf"),
        ("fat-tree-512.yaml.gz", "mpi-finetune.yaml", "Placed", "leaf"),
        ("fat-tree-512.yaml.gz", "decode-lws.yaml", "Placed", "leaf"),
        ("legacy-10kw.yaml", "finetune-a100-6x8.yaml", "NoFit", null),
        ("legacy-10kw.yaml", "inference-l40s.yaml", "Placed", "leaf"),
    ];

    public static TheoryData<string> ClusterFiles => [.. Names(Clusters)];

    public static TheoryData<string> JobFiles => [.. Names(Jobs)];

    public static TheoryData<string, string, string, string?> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string, string, string?>();
            foreach (var (cluster, job, outcome, tier) in Expected) pairs.Add(cluster, job, outcome, tier);
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(ClusterFiles))]
    public void ClusterFile_IsRead_WithoutProblem(string file)
    {
        var content = ClusterReader.Read(Path.Combine(Clusters, file));
        Assert.DoesNotContain(content.Problems.Concat(ClusterSnapshot.Create(content.Nodes, content.Pods).Problems), p => p.Severity != Severity.Info);
        Assert.NotEmpty(content.Pods);
    }

    [Theory]
    [MemberData(nameof(JobFiles))]
    public void JobFile_IsRead_AsOneGangWithoutError(string file)
    {
        var content = JobReader.Read(Path.Combine(Jobs, file));
        Assert.DoesNotContain(content.Problems, p => p.Severity != Severity.Info);
        Assert.DoesNotContain(Assert.Single(content.Gangs).Problems, p => p.Severity != Severity.Info);
    }

    [Fact]
    public void EveryFile_IsInAPair()
    {
        Assert.Equal(Names(Clusters), Expected.Select(p => p.Cluster).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(Names(Jobs), Expected.Select(p => p.Job).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Report_Pair_HasItsOutcome(string cluster, string job, string outcome, string? tier)
    {
        var run = CliHarness.Run("report", "--cluster", Path.Combine(Clusters, cluster), "--job", Path.Combine(Jobs, job), "-o", "json");
        var report = run.Json();
        Assert.Equal(outcome, report.GetProperty("outcome").GetString());
        Assert.Equal(outcome == "Placed" ? 0 : 3, run.Code);
        Assert.Equal("", run.Error);
        Assert.True(report.GetProperty("search").GetProperty("complete").GetBoolean());
        ReportSchema.Check(report);
        if (tier is null)
        {
            Assert.NotEmpty(report.GetProperty("reasons").EnumerateArray());
            return;
        }

        var placement = report.GetProperty("placement");
        Assert.Equal(tier, placement.GetProperty("tier").GetString());
        Assert.Equal(report.GetProperty("gang").GetProperty("size").GetInt32(), placement.GetProperty("pods").GetArrayLength());
        Assert.All(PowerDomains(report), d => Assert.True(d.GetProperty("afterWatts").GetInt64() <= d.GetProperty("budgetWatts").GetInt64()));
    }

    private static IEnumerable<JsonElement> PowerDomains(JsonElement report) =>
        report.TryGetProperty("power", out var power) ? [.. power.GetProperty("domains").EnumerateArray()] : [];

    private static IEnumerable<string> Names(string folder) => Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);
}
