using System.Collections.Concurrent;
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

    private static readonly ConcurrentDictionary<(string Cluster, string Job), Lazy<CliRun>> Runs = new();

    /// <summary>Cluster, job, outcome, narrowest tier when placed.</summary>
    private static readonly (string Cluster, string Job, string Outcome, string? Tier)[] Expected =
    [
        ("dgx-h100-su.yaml", "pretrain-24x8.yaml", "Placed", "leaf"),
        ("dgx-h100-su.yaml", "pretrain-25x8.yaml", "NoFit", null),
        ("dgx-h100-su.yaml", "pretrain-16x8-gated.yaml", "Placed", "leaf"),
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
        ("dps-gb300.yaml", "gb300-72x4.yaml", "Placed", "spine"),
        ("dps-gb300.yaml", "gb300-90x4.yaml", "NoFit", null),
        ("frontier-cdu.yaml.gz", "frontier-96x8.yaml", "Placed", "spine"),
        ("frontier-cdu.yaml.gz", "frontier-128x8.yaml", "Placed", "cluster"),
        ("lassen.yaml", "lassen-32x4.yaml", "Placed", "spine"),
        ("selene.yaml", "finetune-a100-6x8.yaml", "Placed", "leaf"),
        ("rack-bound-h100.yaml", "decode-lws.yaml", "Placed", "leaf"),
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
        var run = Run(cluster, job);
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

    [Fact]
    public void Dgx_TwentyFourPods_AreWhatTheWattsAdmit()
    {
        var report = Report("dgx-h100-su.yaml", "pretrain-24x8.yaml");
        var nodes = Nodes(report);
        Assert.DoesNotContain(nodes, n => n is "dgx-005" or "dgx-029" or "dgx-030" or "dgx-017" or "dgx-021");
        Assert.Equal(24 * 7_900, report.GetProperty("power").GetProperty("addedWatts").GetInt64());
        var pdus = PowerDomains(report).Where(d => d.GetProperty("kind").GetString() == "pdu").ToList();
        Assert.Equal(4, pdus.Count);

        // Not one more node at full draw fits under any PDU that still has a free node; pdu-3 has none left.
        Assert.All(pdus.Where(d => d.GetProperty("name").GetString() != "pdu-3"), d => Assert.True(d.GetProperty("afterWatts").GetInt64() + 7_900 > 75_000));
    }

    [Fact]
    public void Dgx_OneMore_IsRefusedForPowerWithThreeWaysOut()
    {
        var report = Report("dgx-h100-su.yaml", "pretrain-25x8.yaml");
        Assert.Contains("power", Values(report, "reasons", "constraint"));
        Assert.Equal(["fewerPods", "higherBudget", "lowerGpuCap"], Values(report, "counterOffers", "change").Order(StringComparer.Ordinal));
        Assert.Contains(report.GetProperty("counterOffers").EnumerateArray(), o => o.GetProperty("detail").GetString()!.Contains("24 pods", StringComparison.Ordinal));
    }

    [Fact]
    public void Nvl72_Segments_StayEachInOneDomain()
    {
        var pods = Report("gb200-nvl72.yaml", "nvl72-segments.yaml").GetProperty("placement").GetProperty("pods").EnumerateArray().ToList();
        var domains = pods.GroupBy(p => p.GetProperty("index").GetInt32() / 16).Select(g => g.Select(p => p.GetProperty("nvlinkDomain").GetString()).Distinct().ToList());
        Assert.All(domains, d => Assert.Single(d));
        Assert.DoesNotContain(pods, p => p.GetProperty("node").GetString() is "nvl3-tray-09" or "nvl3-tray-10" or "nvl1-tray-18");
    }

    [Fact]
    public void Nvl72_Nineteen_IsRefusedForNvLinkAndAWiderTierOffered()
    {
        var report = Report("gb200-nvl72.yaml", "nvl72-19.yaml");
        Assert.Contains("nvlink", Values(report, "reasons", "constraint"));
        Assert.Contains("widerTier", Values(report, "counterOffers", "change"));
    }

    [Fact]
    public void FatTree_SixtyFour_FillWhatOneCoreHasFree()
    {
        var report = Report("fat-tree-512.yaml.gz", "pretrain-64x8.yaml");
        Assert.Single(report.GetProperty("placement").GetProperty("pods").EnumerateArray().Select(p => p.GetProperty("path")[0].GetString()).Distinct());
        Assert.False(report.GetProperty("estimate").GetProperty("crossTierBytes").TryGetProperty("core", out _));
    }

    [Fact]
    public void FatTree_NinetySix_CrossTheCore() =>
        Assert.True(Report("fat-tree-512.yaml.gz", "pretrain-96x8.yaml").GetProperty("estimate").GetProperty("crossTierBytes").GetProperty("core").GetDouble() > 0);

    [Fact]
    public void Legacy_Six_AreRefusedForPowerThoughGpusAreFree()
    {
        var report = Report("legacy-10kw.yaml", "finetune-a100-6x8.yaml");
        Assert.Contains("power", Values(report, "reasons", "constraint"));
        Assert.DoesNotContain("resources", Values(report, "reasons", "constraint"));
        Assert.Contains("lowerGpuCap", Values(report, "counterOffers", "change"));
    }

    [Fact]
    public void Dps_Ninety_AreRefusedByTheUtilityAlone()
    {
        var report = Report("dps-gb300.yaml", "gb300-90x4.yaml");
        Assert.Equal(["facility/utility"], report.GetProperty("reasons").EnumerateArray().Where(r => r.TryGetProperty("domain", out _)).Select(r => r.GetProperty("domain").GetString()));
        Assert.Equal(["fewerPods", "higherBudget", "lowerGpuCap"], Values(report, "counterOffers", "change").Order(StringComparer.Ordinal));
        Assert.Contains(Values(report, "counterOffers", "detail"), d => d.Contains("84 pods", StringComparison.Ordinal));
    }

    [Fact]
    public void Frontier_CabinetsWorth_IsSharedByTwoForTheirWatts()
    {
        var cabinets = Nodes(Report("frontier-cdu.yaml.gz", "frontier-128x8.yaml")).Select(n => n[..5]).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(2, cabinets.Count());
        Assert.Single(Nodes(Report("frontier-cdu.yaml.gz", "frontier-96x8.yaml")).Select(n => n[..5]).Distinct());
    }

    [Fact]
    public void Mpi_Launcher_HoldsNoRankAndTheWorkersHoldAll()
    {
        var pods = Report("dgx-h100-su.yaml", "mpi-finetune.yaml").GetProperty("placement").GetProperty("pods").EnumerateArray().ToList();
        Assert.False(pods[0].TryGetProperty("firstRank", out _));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => i * 8), pods.Skip(1).Select(p => p.GetProperty("firstRank").GetInt32()));
    }

    private static JsonElement Report(string cluster, string job) => Run(cluster, job).Json();

    // Every pair is reported once, however many tests look at it.
    private static CliRun Run(string cluster, string job) =>
        Runs.GetOrAdd((cluster, job), _ => new(() => CliHarness.Run("report", "--cluster", Path.Combine(Clusters, cluster), "--job", Path.Combine(Jobs, job), "-o", "json"))).Value;

    private static List<string> Nodes(JsonElement report) =>
        [.. report.GetProperty("placement").GetProperty("pods").EnumerateArray().Select(p => p.GetProperty("node").GetString()!)];

    private static List<string> Values(JsonElement report, string list, string name) => [.. report.GetProperty(list).EnumerateArray().Select(r => r.GetProperty(name).GetString()!)];

    private static IEnumerable<JsonElement> PowerDomains(JsonElement report) =>
        report.TryGetProperty("power", out var power) ? [.. power.GetProperty("domains").EnumerateArray()] : [];

    private static IEnumerable<string> Names(string folder) => Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);
}
