using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Placement.Scenarios;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// What-if in one call: a scenario and 100 jobs of 1 to 32 whole nodes, each placed beside the earlier ones, on a cluster 70 % full. The reference in the same
/// run is planning the same 100 jobs with nothing said about them: what a report costs beyond the plan is the ratio.
/// </summary>
public static class AnswerLadder
{
    private const int Jobs = 100;
    private static readonly int[] NodeCounts = [5_000, 15_000];

    private static readonly (string Name, ScenarioRequest Request)[] Scenarios =
    [
        ("as it is", new()),
        ("row drained", new() { Drain = ["row/w001"] }),
        ("racks added and budgets -10%", new() { AddRacks = ["rack/r0000=8"], BudgetAll = "-10%" }),
    ];

    /// <summary>Measures all cases and prints them.</summary>
    public static List<AnswerCase> Run(TextWriter output)
    {
        var cases = new List<AnswerCase>();
        output.WriteLine(AnswerCase.Head);
        ImmutableArray<Gang> gangs = [.. Enumerable.Range(0, Jobs).Select(i => Named(BenchClusters.Gang(1 << i % 6), i))];
        foreach (var count in NodeCounts)
        {
            var nodes = BenchClusters.Nodes(count);
            var cluster = ClusterSnapshot.Create(nodes, BenchClusters.Pods(nodes, 0.7));
            foreach (var (name, request) in Scenarios)
            {
                ImmutableArray<PlacementReport> reports = [];
                var reference = Measurement.Of(() => Plan(cluster, gangs), 3, 1);
                var answer = Measurement.Of(() => reports = Answer(cluster, request, gangs), 3, 1);
                cases.Add(new(name, count, reports.Count(r => r.Placement is not null), Jobs, answer, reference));
                output.WriteLine(cases[^1].Row);
            }
        }

        return cases;
    }

    private static Gang Named(Gang gang, int index) => gang with { Key = gang.Key with { Name = $"{gang.Key.Name}-{index}", Uid = "" }, Priority = 10 };

    private static ImmutableArray<PlacementReport> Answer(ClusterSnapshot cluster, ScenarioRequest request, ImmutableArray<Gang> gangs)
    {
        var run = ScenarioRun.Of(cluster, request, PlacementPolicy.Default);
        if (!run.Problems.IsEmpty) throw new InvalidOperationException(run.Problems[0].ToString());
        var sequence = new ReportSequence(run.Cluster, PlacementPolicy.Default, DateTimeOffset.UnixEpoch);
        ImmutableArray<PlacementReport> reports = [.. gangs.Select(sequence.Next)];
        run.Report(sequence.Cluster);
        return reports;
    }

    private static void Plan(ClusterSnapshot cluster, ImmutableArray<Gang> gangs)
    {
        foreach (var gang in gangs)
        {
            if (PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default).Plan is { } plan) cluster = cluster.Plus(PlannedPods.Of(cluster, gang, plan));
        }
    }
}
