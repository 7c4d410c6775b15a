using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Testing.Cases;
using TopoScheduler.Testing.Samples;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// Stranded watts: how much of the rack budgets of <c>samples/clusters/rack-bound-h100.yaml</c> is drawn when nothing fits any more, without part 7 of the order
/// (power fill), with it, and where gangs accept a cap. The same sequences of gangs for all three (<see cref="PowerFilling"/>).
/// </summary>
public static class StrandedPower
{
    private const string Sample = "rack-bound-h100.yaml";
    private const int Sequences = 40;
    private const int LeastGpuWatts = 350;
    private static readonly ImmutableArray<int>[] Mixes = [[8], [4, 8], [2, 4, 8]];

    /// <summary>Fills and prints.</summary>
    public static void Run(TextWriter output)
    {
        var content = ClusterReader.ReadText(SampleClusters.All.Single(s => s.File == Sample).Content, Sample);
        var cluster = ClusterSnapshot.Create(content.Nodes, content.Pods);
        output.WriteLine();
        output.WriteLine("| GPUs per pod | order | budget used | spread | least | most | more than without part 7 | less | GPUs placed | of them capped |");
        output.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var gpus in Mixes)
        {
            var without = Fill(cluster, gpus, PlacementPolicy.Default with { WithoutPowerFill = true }, null);
            var with = Fill(cluster, gpus, PlacementPolicy.Default, null);
            var capped = Fill(cluster, gpus, PlacementPolicy.Default, LeastGpuWatts);
            Write(output, gpus, "without part 7", without, without);
            Write(output, gpus, "with part 7", with, without);
            Write(output, gpus, $"with part 7 and caps down to {LeastGpuWatts} W", capped, without);
        }
    }

    private static PowerFillingEnd[] Fill(ClusterSnapshot cluster, ImmutableArray<int> gpus, PlacementPolicy policy, int? leastGpuWatts) =>
        [.. Enumerable.Range(0, Sequences).Select(seed => new PowerFilling(seed, gpus, policy, leastGpuWatts).Run(cluster))];

    private static void Write(TextWriter output, ImmutableArray<int> gpus, string order, PowerFillingEnd[] ends, PowerFillingEnd[] reference)
    {
        var mean = ends.Average(e => e.UsedShare);
        var spread = Math.Sqrt(ends.Average(e => (e.UsedShare - mean) * (e.UsedShare - mean)));
        var more = ends.Zip(reference).Count(e => e.First.UsedShare > e.Second.UsedShare);
        var less = ends.Zip(reference).Count(e => e.First.UsedShare < e.Second.UsedShare);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {string.Join(", ", gpus)} | {order} | {100 * mean:F1} % | {100 * spread:F1} % | {100 * ends.Min(e => e.UsedShare):F1} % | {100 * ends.Max(e => e.UsedShare):F1} % | {more} of {ends.Length} | {less} of {ends.Length} | {ends.Average(e => e.Gpus):F1} | {ends.Average(e => e.CappedGpus):F1} |"));
    }
}
