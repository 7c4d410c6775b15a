using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;

namespace TopoScheduler.Benchmarks;

/// <summary>What power costs: the same gangs on the same clusters under every tree of <see cref="PowerClusters"/>, by turns with no power labels at all.</summary>
public static class PowerLadder
{
    private const int WarmUpMilliseconds = 500;
    private static readonly int[] NodeCounts = [100, 500, 2_500, 10_000];
    private static readonly int[] Gangs = [1, 64, 512];
    private static readonly int[] Loads = [0, 70];

    /// <summary>Measures all cases and prints them.</summary>
    public static List<PowerCase> Run(TextWriter output)
    {
        var cases = new List<PowerCase>();
        output.WriteLine(PowerCase.Head);
        foreach (var count in NodeCounts)
        {
            var nodes = BenchClusters.Nodes(count);
            foreach (var load in Loads)
            {
                var pods = PowerClusters.Pods(nodes, load / 100.0);
                var clusters = PowerClusters.All.Select(labels => ClusterSnapshot.Create(PowerClusters.Nodes(nodes, labels), pods)).ToArray();
                foreach (var members in Gangs)
                {
                    cases.AddRange(Measure(clusters, load, members));
                    cases.TakeLast(clusters.Length - 1).ToList().ForEach(c => output.WriteLine(c.Row));
                }
            }
        }

        return cases;
    }

    private static IEnumerable<PowerCase> Measure(ClusterSnapshot[] clusters, int load, int members)
    {
        var gang = BenchClusters.Gang(members);
        var results = new PlacementResult[clusters.Length];
        var sides = Enumerable.Range(0, clusters.Length).Select(c => (Action)(() => results[c] = PlacementEngine.Plan(clusters[c], gang, PlacementPolicy.Default)));
        var turns = new Turns(() => { }, false, [.. sides]);
        Turns.WarmUp([turns], WarmUpMilliseconds);
        var measured = turns.Measure();
        for (var c = 1; c < clusters.Length; c++)
        {
            yield return new(PowerClusters.All[c], clusters[c].Nodes.Length, load, members, results[c], results[0], measured[c], measured[0]);
        }
    }
}
