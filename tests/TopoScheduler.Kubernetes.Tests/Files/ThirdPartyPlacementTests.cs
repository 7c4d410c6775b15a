using System.Text;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Testing.ThirdParty;
using Xunit.Abstractions;

namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>
/// Every manifest that others publish is read and planned: at least nine in ten workloads that ask for accelerators are placed on a cluster that offers
/// what they ask for, and for each of the rest there is a reason. The table is written to the test's output.
/// </summary>
public sealed class ThirdPartyPlacementTests(ITestOutputHelper output)
{
    private static readonly string[] Folders = ["manifests", "kueue", "volcano", "kai-scheduler", "hivedscheduler", "knavigator"];

    private sealed record Row(string File, string Kind, int Size, int Gpus, PlacementOutcome? Outcome, string Note);

    [ThirdPartyFact]
    public void Plan_EveryPublishedWorkload_IsPlacedOrHasAReason()
    {
        var rows = new List<Row>();
        foreach (var (name, content) in Files())
        {
            rows.AddRange(Rows(name, content));
        }

        Write(rows);
        var asking = rows.Where(r => r.Gpus > 0 || r.Outcome is PlacementOutcome.Invalid).ToList();
        var placed = asking.Count(r => r.Outcome is PlacementOutcome.Placed);
        output.WriteLine($"\n{asking.Count} workloads ask for accelerators, {placed} of them are placed.");
        Assert.True(asking.Count >= 25, $"only {asking.Count} workloads were found");
        Assert.True(placed >= 0.9 * asking.Count, $"{placed} of {asking.Count}");
        Assert.All(asking.Where(r => r.Outcome is not PlacementOutcome.Placed), r => Assert.NotEqual("", r.Note));
        Assert.All(rows.Where(r => r is { Outcome: not null, Gpus: 0 } && r.Outcome is not PlacementOutcome.Invalid), r => Assert.Equal(PlacementOutcome.Placed, r.Outcome));
    }

    [ThirdPartyFact]
    public void Plan_KnavigatorNetworkBenchmark_TakesTheNodesItExpects()
    {
        var (cluster, expected) = KnavigatorNodes.Load();
        var text = File.ReadAllText(ThirdPartyData.Require("knavigator", "nwtopo", "jobset.yaml"));
        var gang = Assert.Single(JobReader.ReadText(GoTemplate.Fill(text, ("_NAME_", "jobset1"), ("replicas", "3"), ("ttl", "2m")), "jobset.yaml").Gangs);

        var plan = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default).Plan!;

        Assert.Equal(expected.Order(), plan.Members.Select(m => cluster.Nodes[m.Node].Name).Order());
    }

    // knavigator submits its templates with these figures (run-test.yaml); environment variables of shell templates as their README sets them.
    private static IEnumerable<(string Name, JobContent Content)> Files()
    {
        foreach (var path in Folders.SelectMany(f => Directory.EnumerateFiles(ThirdPartyData.Require(f), "*.yaml", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(ThirdPartyData.Root, path).Replace('\\', '/');
            var text = File.ReadAllText(path);
            if (!text.Contains("{{._NAME_}}\"", StringComparison.Ordinal))
            {
                yield return (name, JobReader.Read(path));
                if (text.Contains("$NUM_NODES", StringComparison.Ordinal))
                {
                    yield return ($"{name}, filled in", JobReader.ReadText(GoTemplate.FillShell(text, ("NUM_NODES", "2"), ("GPU_PER_NODE", "8"), ("EFA_PER_NODE", "32")), name));
                }

                continue;
            }

            foreach (var replicas in name.Contains("nwtopo", StringComparison.Ordinal) ? ["3"] : name.EndsWith("gang/jobset.yaml", StringComparison.Ordinal) ? ["5"] : new[] { "32", "10" })
            {
                var filled = GoTemplate.Fill(text, ("_NAME_", "job1"), ("replicas", replicas), ("workers", replicas), ("ttl", "2m"));
                yield return ($"{name}, {replicas} replicas", JobReader.ReadText(filled, name));
            }
        }
    }

    private static IEnumerable<Row> Rows(string file, JobContent content)
    {
        if (content.Gangs.IsEmpty)
        {
            yield return new(file, "", 0, 0, null, "no workload: " + content.Problems.FirstOrDefault()?.Message.Split([", expected", "; expected"], StringSplitOptions.None)[0]);
            yield break;
        }

        var cluster = FittingCluster.For(content.Gangs);
        foreach (var gang in content.Gangs)
        {
            var result = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default);
            if (result.Plan is { } plan)
            {
                var before = cluster;
                cluster = cluster.Plus(plan.Members.Select(m => new PodInfo(
                    $"{gang.Key.Name}-{m.Member}", "", before.Nodes[m.Node].Name, gang.Roles[m.Role].Template, gang.Priority, Gang: gang.Key)));
            }

            var note = result.Outcome is PlacementOutcome.Placed
                ? result.Problems.FirstOrDefault(p => p.Severity != Severity.Info)?.Message
                : result.Problems.FirstOrDefault(p => p.Severity == Severity.Error)?.Message ?? result.Reasons.FirstOrDefault()?.Message;
            yield return new(file, gang.Key.Kind, gang.Size, gang.Gpus, result.Outcome, note ?? "");
        }
    }

    // Replicas that are alike are one line.
    private void Write(List<Row> rows)
    {
        var text = new StringBuilder("| file | kind | gang size | GPUs | outcome | note |\n|---|---|---|---|---|---|\n");
        foreach (var alike in rows.GroupBy(r => r))
        {
            var row = alike.Key;
            var times = alike.Count() > 1 ? $"{alike.Count()} × " : "";
            text.Append(row.Outcome is null
                ? $"| {row.File} | | | | | {row.Note} |\n"
                : $"| {row.File} | {times}{row.Kind} | {row.Size} | {row.Gpus} | {row.Outcome} | {row.Note} |\n");
        }

        output.WriteLine(text.ToString());
    }
}
