using System.Diagnostics;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Testing.Oracles;
using TopoScheduler.Testing.ThirdParty;
using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Replay;

/// <summary>
/// Every pod of a production trace, one after the other, through the engine. Each answer is judged by books of our own: a placement that takes more
/// than there is, and a "no fit" where some node had room, are both faults.
/// </summary>
public sealed class OpenbReplayTests(ITestOutputHelper output)
{
    // The whole takes ten seconds of one core: in the inner loop every fourth node and every fourth pod stand for it.
    private const string Variable = "TOPOSCHEDULER_REPLAY";
    private const int Stride = 4;

    [ThirdPartyFact]
    public void Plan_EveryPodOfTheTrace_ViolatesNothingAndMissesNoRoom()
    {
        var allNodes = OpenbTrace.Nodes();
        var allPods = OpenbTrace.Pods();
        Assert.Equal((1213, 8152), (allNodes.Count, allPods.Count));
        var nodes = OpenbCluster.Label([.. allNodes.Where((_, i) => i % Step == 0)]);
        var pods = allPods.Where((_, i) => i % Step == 0).ToList();
        var replay = new Replay(ClusterSnapshot.Create(nodes, []));
        Assert.DoesNotContain(replay.Cluster.Problems, p => p.Severity == Severity.Error);
        foreach (var pod in pods)
        {
            replay.Place(pod);
        }

        output.WriteLine($"{nodes.Length} nodes, {pods.Count} pods{(Step == 1 ? "" : $" ({Variable}=whole runs all)")}. {replay.Figures()}");
        Assert.Equal(pods.Count, replay.Placed + replay.Refused);

        // Else the cluster is so roomy or so full that the replay means nothing.
        Assert.InRange(replay.Placed, pods.Count * 6 / 10, pods.Count * 9 / 10);
        Assert.True(replay.RefusedForPower > 0, "no budget bound");
        Assert.Empty(new NaivePower(replay.Cluster.Nodes).Overdrawn(
            [.. Enumerable.Range(0, nodes.Length).Select(replay.Cluster.DrawOf)], Enumerable.Range(0, nodes.Length).ToHashSet()));
    }

    private static int Step => Environment.GetEnvironmentVariable(Variable) == "whole" || ThirdPartyData.IsRequired ? 1 : Stride;

    private sealed class Replay(ClusterSnapshot cluster)
    {
        private readonly ReplayBooks _books = new(cluster.Nodes);
        private readonly List<double> _placedMs = [];
        private readonly List<double> _refusedMs = [];
        private readonly List<double> _plusMs = [];

        public ClusterSnapshot Cluster { get; private set; } = cluster;

        public int Placed { get; private set; }

        public int Refused { get; private set; }

        public int RefusedForPower { get; private set; }

        public void Place(OpenbPod pod)
        {
            var gang = OpenbCluster.Gang(pod);
            var template = gang.Roles[0].Template;
            var start = Stopwatch.GetTimestamp();
            var result = PlacementEngine.Plan(Cluster, gang, PlacementPolicy.Default);
            (result.Plan is null ? _refusedMs : _placedMs).Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (result.Plan is not { } plan)
            {
                Assert.Equal(PlacementOutcome.NoFit, result.Outcome);
                var room = _books.AnyFor(template);
                Assert.True(room < 0, room < 0 ? "" : $"{pod.Name}: no fit, yet {Cluster.Nodes[room].Name} has room");
                Refused++;
                RefusedForPower += _books.PowerAloneRefuses(template) ? 1 : 0;
                return;
            }

            var node = Assert.Single(plan.Members).Node;
            Assert.True(_books.Refusal(node, template) is null, $"{pod.Name} on {Cluster.Nodes[node].Name}: {_books.Refusal(node, template)}");
            _books.Enter(node, template);
            Placed++;
            start = Stopwatch.GetTimestamp();
            Cluster = Cluster.Plus([new(pod.Name, pod.Name, Cluster.Nodes[node].Name, template, Gang: gang.Key)]);
            _plusMs.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        public string Figures() =>
            $"{Placed} pods placed, {Refused} refused ({RefusedForPower} of them where only watts were short on some node), {_books.GpusUsed} GPUs in use, "
            + $"fullest power domain at {_books.HighestFill:P1}.\nPlan, all: {Times([.. _placedMs, .. _refusedMs])}.\nPlan, placed: {Times(_placedMs)}.\n"
            + $"Plan, refused: {Times(_refusedMs)}.\nPlus: {Times(_plusMs)}.";

        private static string Times(List<double> ms)
        {
            ms.Sort();
            return $"median {ms[ms.Count / 2]:F3} ms, p99 {ms[ms.Count * 99 / 100]:F3} ms, most {ms[^1]:F1} ms, in all {ms.Sum() / 1000:F2} s";
        }
    }
}
