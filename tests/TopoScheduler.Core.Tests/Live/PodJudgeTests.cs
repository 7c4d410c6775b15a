using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Placement.Search;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>Judging single pods without a search must give what planning a gang of one gives.</summary>
public sealed class PodJudgeTests
{
    private const int Chunks = 15;
    private const int CasesPerChunk = 100;
    private const long MostBytesPerCall = 4 << 10;

    [Theory]
    [MemberData(nameof(ChunkNumbers))]
    public void Verdicts_AnyCluster_AreThoseOfThePlanOnEachNode(int chunk)
    {
        var (fitting, power) = (0, 0);
        for (var seed = chunk * CasesPerChunk; seed < (chunk + 1) * CasesPerChunk; seed++)
        {
            var world = new JudgeWorld(seed);
            var judge = new PodJudge(world.Gang, PlacementPolicy.Default);
            Assert.True(PodJudge.Serves(world.Gang));
            // The judge keeps what it knows of nodes; the second snapshot has other pods on them, the third another power model.
            foreach (var cluster in new[] { world.Cluster, world.Changed(), new JudgeWorld(seed + 1_000_000).Cluster })
            {
                var verdicts = judge.Verdicts(cluster).ToArray();
                for (var n = 0; n < verdicts.Length; n++)
                {
                    var allowed = new bool[verdicts.Length];
                    allowed[n] = true;
                    var result = PlacementEngine.Plan(cluster, world.Gang, PlacementPolicy.Default, allowed);
                    Assert.True((result.Plan is not null) == (verdicts[n] == PodJudge.Fits), $"seed {seed}, {cluster.Nodes[n].Name}: verdict {Text(verdicts[n])}, plan {result.Outcome}");
                    if (verdicts[n] == PodJudge.Fits) fitting++;
                    if (Text(verdicts[n]) == nameof(FitConstraint.Power)) power++;
                }
            }
        }

        Assert.True(fitting > 200 && power > 20, $"{fitting} nodes fit, {power} lack watts: the cases decide nothing");
    }

    [Theory]
    [MemberData(nameof(ChunkNumbers))]
    public void Score_AnyCluster_OrdersNodesAsTheTotalOrderDoes(int chunk)
    {
        var byFill = 0;
        for (var seed = chunk * CasesPerChunk; seed < (chunk + 1) * CasesPerChunk; seed++)
        {
            var world = new JudgeWorld(seed);
            var random = new Random(seed);
            var judge = new PodJudge(world.Gang, PlacementPolicy.Default);
            foreach (var cluster in new[] { world.Cluster, world.Changed() })
            {
                int[] all = [.. Enumerable.Range(0, cluster.Nodes.Length)];
                var scores = judge.Score(cluster, all).ToArray();
                AssertInOrder(cluster, world.Gang, all, scores, seed);
                int[] some = [.. all.Where(_ => random.Next(2) == 0)];
                AssertInOrder(cluster, world.Gang, some, judge.Score(cluster, some).ToArray(), seed);
                // Of nodes that are equal in everything else the search takes the one with the fullest power domain as well.
                var planned = PlacementEngine.Plan(cluster, world.Gang, PlacementPolicy.Default).Plan?.Members[0].Node ?? -1;
                var best = Array.IndexOf(scores, PodJudge.BestScore);
                Assert.True(planned == best, $"seed {seed}: scores {string.Join(' ', scores)}, planned on {planned}, best {best}");
                if (best < 0) continue;
                var cards = Cards(cluster, world.Gang, all);
                if (cards.Any(c => c.Key < best && (c.Value with { PowerFillPpm = 0, Nodes = [] }).CompareTo(cards[best] with { PowerFillPpm = 0, Nodes = [] }) == 0)) byFill++;
            }
        }

        Assert.True(byFill >= 3, $"only {byFill} times decided by the power fill: the cases decide nothing");
    }

    [Fact]
    public void Verdicts_EmptyCluster_AreNone()
    {
        var judge = new PodJudge(GangBuilder.Members(1).Build(), PlacementPolicy.Default);

        Assert.True(judge.Verdicts(ClusterSnapshot.Create([], [])).IsEmpty);
        Assert.True(judge.Score(ClusterSnapshot.Create([], []), []).IsEmpty);
    }

    [Fact]
    public void Verdicts_NodeOrBudgetChanged_AreJudgedAnew()
    {
        var state = new ClusterState();
        state.ReplaceNodes(ClusterBuilder.Spines(1).NodesPerLeaf(2).Racks(1, 20_000).BuildNodes());
        var judge = new PodJudge(GangBuilder.Members(1).GpusPerPod(8).Build(), PlacementPolicy.Default);
        Assert.Equal("Fits Fits", Verdicts());

        var node = state.Current.Nodes[0];
        state.Upsert(node with { Unschedulable = true });
        Assert.Equal("Readiness Fits", Verdicts());
        state.Upsert(node with { PowerLocation = node.PowerLocation with { RackBudgetWatts = 5_000 } });
        Assert.Equal("Power Fits", Verdicts());
        state.Upsert(node with { Allocatable = node.Allocatable.With(GangBuilder.Gpu, 7) });
        Assert.Equal("Resources Fits", Verdicts());
        state.RemoveNode(node.Name);
        Assert.Equal("Fits", Verdicts());

        string Verdicts() => string.Join(' ', judge.Verdicts(state.Current).ToArray().Select(Text));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(2_000)]
    public void Score_ChangedSnapshots_AllocatesNothingPerNode(int nodes)
    {
        var cluster = ClusterBuilder.Spines(4).Leaves(5).NodesPerLeaf(nodes / 20).Racks(4, 40_000).Busy(Enumerable.Range(0, nodes / 2)).Build();
        var snapshots = Enumerable.Range(0, 40).Select(i => cluster.Plus([ClusterBuilder.BoundPod(ClusterBuilder.NameOf(nodes - 1 - i), $"more-{i}", i % 3)])).ToList();
        var judge = new PodJudge(GangBuilder.Members(1).GpusPerPod(2).Build(), PlacementPolicy.Default);
        int[] all = [.. Enumerable.Range(0, nodes)];
        foreach (var snapshot in snapshots[..20]) judge.Score(snapshot, all);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 20; i < 40; i++)
        {
            judge.Verdicts(snapshots[i]);
            judge.Score(snapshots[i], all);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 40, 0, MostBytesPerCall);
    }

    [Fact]
    public void Serves_WhatNeedsAPlan_IsFalse()
    {
        Assert.True(PodJudge.Serves(GangBuilder.Members(1).Required(Tier.Leaf).Build()));
        Assert.False(PodJudge.Serves(GangBuilder.Members(2).Build()));
        Assert.False(PodJudge.Serves(GangBuilder.Members(1).GpuWatts(600, 300).Build()));
        Assert.False(PodJudge.Serves(GangBuilder.Members(1).Hints(h => h with { Required = new(Tier.Cluster, "zone") }).Build()));
        Assert.False(PodJudge.Serves(GangBuilder.Members(1).Templates(t => t with { Spread = [new(1, "zone", null, 1, true, false)] }).Build()));
    }

    public static TheoryData<int> ChunkNumbers() => [.. Enumerable.Range(0, Chunks)];

    private static void AssertInOrder(ClusterSnapshot cluster, Gang gang, int[] candidates, byte[] scores, int seed)
    {
        var cards = Cards(cluster, gang, candidates);
        for (var n = 0; n < scores.Length; n++)
        {
            if (!cards.ContainsKey(n)) Assert.True(scores[n] == 0, $"seed {seed}: {cluster.Nodes[n].Name} takes no pod and has score {scores[n]}");
        }

        foreach (var (a, mine) in cards)
        {
            Assert.Equal(cards.Values.All(c => mine.CompareTo(c) <= 0), scores[a] == PodJudge.BestScore);
            foreach (var (b, other) in cards)
            {
                Assert.True(scores[a] <= scores[b] || mine.CompareTo(other) < 0, $"seed {seed}: {a} scores {scores[a]}, {b} {scores[b]}, but {other} comes before {mine}");
            }
        }
    }

    // The engine's own price of every node that takes the pod.
    private static Dictionary<int, ScoreCard> Cards(ClusterSnapshot cluster, Gang gang, int[] candidates)
    {
        var problem = PlacementProblem.Compile(cluster, gang, PlacementPolicy.Default);
        problem.Configure(1, null);
        var scorer = new PlacementScorer(problem, null);
        var cards = new Dictionary<int, ScoreCard>();
        foreach (var n in candidates)
        {
            var counts = new int[cluster.Nodes.Length];
            counts[n] = 1;
            if (problem.Active.Contains(n) && scorer.Judge([counts]) is { } candidate) cards[n] = candidate.Score;
        }

        return cards;
    }

    private static string Text(byte verdict) => verdict == PodJudge.Fits ? nameof(PodJudge.Fits) : ((FitConstraint)(verdict - 1)).ToString();
}
