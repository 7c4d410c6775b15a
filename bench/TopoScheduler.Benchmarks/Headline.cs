using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Filters;
using TopoScheduler.Core.Placement.Search;

namespace TopoScheduler.Benchmarks;

/// <summary>512 members of 8 GPUs on 10,000 nodes at 70 % load, budgets binding in every third rack: one call, phase by phase.</summary>
public static class Headline
{
    /// <summary>Measures and prints.</summary>
    public static void Run(TextWriter output)
    {
        var nodes = BenchClusters.Nodes(10_000);
        var pods = BenchClusters.Pods(nodes, 0.7);
        var gang = BenchClusters.Gang(512);
        var policy = PlacementPolicy.Default;
        var snapshot = Measurement.Of(() => ClusterSnapshot.Create(nodes, pods), 9, 6000);
        var cold = Measurement.Of(() => ClusterSnapshot.Create(nodes, pods), fresh => Eligibility.Evaluate(fresh, gang), 7, 6000);
        var cluster = ClusterSnapshot.Create(nodes, pods);
        PlacementResult result = null!;
        var plan = Measurement.Of(() => result = PlacementEngine.Plan(cluster, gang, policy), 15, 20_000);
        var eligibility = Measurement.Of(() => Eligibility.Evaluate(cluster, gang), 31, 3000);
        var compile = Measurement.Of(() => PlacementProblem.Compile(cluster, gang, policy), 31, 3000);
        var first = Measurement.Of(() => FirstFit.Place(cluster, gang), 15, 3000);

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"512 pods of 8 GPUs on 10,000 nodes, 70 % full ({pods.Length:N0} pods there, 2,500 rack and 40 row budgets): {result.Outcome} in {result.Search.Steps:N0} steps."));
        if (result.Plan is { } found)
        {
            output.WriteLine($"Used: {string.Join(", ", found.Score.Tiers.Select(t => $"{t.Used} {t.Tier}"))}.");
        }

        output.WriteLine();
        output.WriteLine("| where the time goes | median ms | fastest ms | MB | runs |");
        output.WriteLine("|---|---:|---:|---:|---:|");
        Write(output, "build the snapshot, once per cluster state", snapshot);
        Write(output, "read its columns, at the first plan on it", Minus(cold, eligibility));
        Write(output, "plan, in all", plan);
        Write(output, "· eligibility", eligibility);
        Write(output, "· compile the problem", Minus(compile, eligibility));
        Write(output, "· search and scoring", Minus(plan, compile));
        Write(output, "first fit, for comparison", first);
    }

    private static Measurement Minus(Measurement whole, Measurement part) => new(
        Math.Max(0, whole.Milliseconds - part.Milliseconds),
        Math.Max(0, whole.FastestMilliseconds - part.FastestMilliseconds),
        Math.Max(0, whole.AllocatedBytes - part.AllocatedBytes),
        Math.Min(whole.Runs, part.Runs));

    private static void Write(TextWriter output, string phase, Measurement measured) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {phase} | {measured.Milliseconds:F2} | {measured.FastestMilliseconds:F2} | {measured.Megabytes:F2} | {measured.Runs} |"));
}
