using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Filters;
using TopoScheduler.Core.Placement.Search;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// <c>--quick</c>: the ladder and the headline case in a minute or two, as two Markdown tables. <c>--headline</c> leaves the ladder out. Medians;
/// the ratio to first fit and the allocated bytes are what to compare between machines, not the milliseconds.
/// </summary>
public static class QuickRun
{
    private static readonly int[] NodeCounts = [100, 500, 2_500, 10_000];
    private static readonly int[] Gangs = [1, 64, 512];
    private static readonly int[] Loads = [0, 70];

    /// <summary>Runs and prints.</summary>
    public static int Run(TextWriter output, string[] args)
    {
        if (!args.Contains("--headline")) Ladder(output);
        Headline(output);
        return 0;
    }

    private static void Ladder(TextWriter output)
    {
        output.WriteLine("| nodes | load | members | outcome | steps | plan ms | first fit ms | ratio | plan MB | first fit MB |");
        output.WriteLine("|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|");
        foreach (var nodes in NodeCounts)
        {
            foreach (var load in Loads)
            {
                var cluster = Cluster(nodes, load);
                foreach (var members in Gangs)
                {
                    WriteCase(output, cluster, (nodes, load, members));
                }
            }
        }
    }

    private static void WriteCase(TextWriter output, ClusterSnapshot cluster, (int Nodes, int Load, int Members) of)
    {
        var gang = BenchClusters.Gang(of.Members);
        PlacementResult? result = null;
        var plan = Measurement.Of(() => result = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default));
        var reference = Measurement.Of(() => FirstFit.Place(cluster, gang));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {of.Nodes:N0} | {of.Load} % | {of.Members} | {result!.Outcome} | {result.Search.Steps:N0} | {plan.Milliseconds:F2} | {reference.Milliseconds:F2} | {plan.Milliseconds / reference.Milliseconds:F2} | {Megabytes(plan)} | {Megabytes(reference)} |"));
    }

    /// <summary>512 members of 8 GPUs on 10,000 nodes at 70 % load, budgets binding in every third rack: one call, phase by phase.</summary>
    private static void Headline(TextWriter output)
    {
        var nodes = BenchClusters.Nodes(10_000);
        var pods = BenchClusters.Pods(nodes, 0.7);
        var gang = BenchClusters.Gang(512);
        var policy = PlacementPolicy.Default;
        var snapshot = Measurement.Of(() => ClusterSnapshot.Create(nodes, pods), 9, 6000);
        var cluster = ClusterSnapshot.Create(nodes, pods);
        PlacementResult? result = null;
        var plan = Measurement.Of(() => result = PlacementEngine.Plan(cluster, gang, policy), 15, 20_000);
        var eligibility = Measurement.Of(() => Eligibility.Evaluate(cluster, gang), 31, 3000);
        var compile = Measurement.Of(() => PlacementProblem.Compile(cluster, gang, policy), 31, 3000);
        var first = Measurement.Of(() => FirstFit.Place(cluster, gang), 15, 3000);

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Headline: 512 pods of 8 GPUs on 10,000 nodes ({pods.Length:N0} pods there, 70 % full, 2,500 rack and 40 row budgets): {result!.Outcome}, {result.Search.Steps:N0} steps."));
        if (result.Plan is { } found)
        {
            output.WriteLine($"Uses {string.Join(", ", found.Score.Tiers.Select(t => $"{t.Used} {t.Tier}"))}.");
        }

        output.WriteLine();
        output.WriteLine("| where the time goes | median ms | fastest ms | MB | runs |");
        output.WriteLine("|---|---:|---:|---:|---:|");
        Write(output, "build the snapshot (once per cluster state)", snapshot);
        Write(output, "plan, in all", plan);
        Write(output, "· eligibility", eligibility);
        Write(output, "· compile the problem (without eligibility)", Minus(compile, eligibility));
        Write(output, "· search and scoring", Minus(plan, compile));
        Write(output, "first fit, for comparison", first);
    }

    private static ClusterSnapshot Cluster(int nodeCount, int loadPercent)
    {
        var nodes = BenchClusters.Nodes(nodeCount);
        return ClusterSnapshot.Create(nodes, BenchClusters.Pods(nodes, loadPercent / 100.0));
    }

    private static Measurement Minus(Measurement whole, Measurement part) => new(
        Math.Max(0, whole.Milliseconds - part.Milliseconds),
        Math.Max(0, whole.FastestMilliseconds - part.FastestMilliseconds),
        whole.AllocatedBytes - part.AllocatedBytes,
        Math.Min(whole.Runs, part.Runs));

    private static void Write(TextWriter output, string phase, Measurement measured) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {phase} | {measured.Milliseconds:F2} | {measured.FastestMilliseconds:F2} | {Megabytes(measured)} | {measured.Runs} |"));

    private static string Megabytes(Measurement measured) => (measured.AllocatedBytes / 1048576.0).ToString("F2", CultureInfo.InvariantCulture);
}
