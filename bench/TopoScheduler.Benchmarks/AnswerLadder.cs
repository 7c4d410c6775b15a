using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Placement.Scenarios;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// Answers on clusters 70 % full: a report on a gang of 32 whole nodes that fits and on one that does not, what-if of 100 jobs of 1 to 32 whole nodes in one
/// call, room, network, and why a gang waits. Inside the reference is the plan (the plans) alone: what an answer costs beyond them is the ratio. Over HTTP it is
/// the same answer inside. What takes seconds is measured once, and on 15,000 nodes what-if is asked inside and without a scenario only: the ladder is to end in minutes.
/// </summary>
public static class AnswerLadder
{
    private const int Jobs = 100;
    private const int Members = 32;
    private const int Runs = 3;
    private static readonly int[] NodeCounts = [5_000, 15_000];

    private static readonly (string Name, ScenarioRequest Request)[] Scenarios =
    [
        ("what-if of 100", new()),
        ("what-if of 100; a row drained", new() { Drain = ["row/w001"] }),
        ("what-if of 100; racks added; budgets -10%", new() { AddRacks = ["rack/r0000=8"], BudgetAll = "-10%" }),
    ];

    /// <summary>Measures all cases and prints them.</summary>
    public static List<AnswerCase> Run(TextWriter output)
    {
        var cases = new List<AnswerCase>();
        output.WriteLine(AnswerCase.Head);
        foreach (var count in NodeCounts)
        {
            var nodes = BenchClusters.Nodes(count);
            Climb(ClusterSnapshot.Create(nodes, BenchClusters.Pods(nodes, 0.7)), found =>
            {
                cases.Add(found);
                output.WriteLine(found.Row);
            }, isLargest: count == NodeCounts[^1]);
        }

        return cases;
    }

    private static void Climb(ClusterSnapshot cluster, Action<AnswerCase> found, bool isLargest)
    {
        var (fits, tooLarge) = (Of(Members, 0), Of(cluster.Nodes.Length / 8, 1));
        var insides = new Dictionary<string, Measurement>();
        var plan = Measured(() => Plan(cluster, [fits]));
        Inside("report placed", plan, () => AnswerJson.Bytes(Report(cluster, [fits], new())));
        Inside("report NoFit", Measured(() => Plan(cluster, [tooLarge])), () => AnswerJson.Bytes(Report(cluster, [tooLarge], new())));
        Inside("capacity", plan, () => AnswerJson.Bytes(CapacityView.Of(cluster)));
        Inside("topology", plan, () => AnswerJson.Bytes(TopologyView.Of(cluster)));
        Inside("explain", plan, () => AnswerJson.Bytes(Explainer.Explain(new()
        {
            Cluster = cluster,
            Subject = new(ExplanationSubjectKind.Gang, tooLarge.Key.Namespace, tooLarge.Key.Name),
            Gang = tooLarge,
        })));
        ImmutableArray<Gang> gangs = [.. Enumerable.Range(0, Jobs).Select(i => Of(1 << i % 6, i))];
        var plans = Measured(() => Plan(cluster, gangs));
        foreach (var (name, request) in isLargest ? Scenarios[..1] : Scenarios) Inside(name, plans, () => AnswerJson.Bytes(Report(cluster, gangs, request)), runs: 1);
        using var doors = new AnswerDoors(cluster);
        Over("report placed", doors.Report([fits]));
        Over("report NoFit", doors.Report([tooLarge]));
        if (!isLargest) Over(Scenarios[0].Name, doors.Report(gangs), runs: 1);
        Over("capacity", doors.Get("/v1/capacity"));
        Over("topology", doors.Get("/v1/topology"));

        void Inside(string name, Measurement reference, Func<byte[]> answer, int runs = Runs)
        {
            var length = 0;
            var ours = insides[name] = Measured(() => length = answer().Length, runs);
            found(new(name, "inside", cluster.Nodes.Length, length, ours, reference));
        }

        void Over(string name, Func<int> asked, int runs = Runs)
        {
            var length = 0;
            var ours = Measurement.Of(doors.Change, _ => length = asked(), runs, 1, ofProcess: true, fewest: runs);
            found(new(name, "http", cluster.Nodes.Length, length, ours, insides[name]));
        }
    }

    private static Measurement Measured(Action action, int runs = Runs) => Measurement.Of(action, runs, 1, fewest: runs);

    private static Gang Of(int members, int index)
    {
        var gang = BenchClusters.Gang(members);
        return gang with { Key = gang.Key with { Name = $"{gang.Key.Name}-{index}", Uid = "" }, Priority = 10 };
    }

    private static ImmutableArray<PlacementReport> Report(ClusterSnapshot cluster, ImmutableArray<Gang> gangs, ScenarioRequest request)
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
