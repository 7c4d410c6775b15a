using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Oracles;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>Against all sets of victims: what is chosen frees enough, and nobody of it could have stayed.</summary>
public sealed class VictimChooserTests
{
    private const int Cases = 2_000;

    [Fact]
    public void Choose_AnyNode_FreesEnoughAndNoMoreThanNeeded()
    {
        var (none, some, all, byWatts) = (0, 0, 0, 0);
        for (var seed = 0; seed < Cases; seed++)
        {
            var scene = new Scene(seed);
            var chosen = VictimChooser.Choose(scene.Cluster, Scene.Node, scene.Pod, scene.Proposed);
            var candidates = scene.Candidates();
            if (candidates.Count == 0 || !scene.Fits(candidates))
            {
                Assert.True(chosen is null, $"seed {seed}: not all victims together are enough, {Names(chosen)} chosen");
                none++;
                continue;
            }

            Assert.True(chosen is not null, $"seed {seed}: all victims together are enough, none chosen");
            var victims = chosen.Value;
            Assert.NotEmpty(victims);
            Assert.Subset(candidates.Select(p => p.Uid).ToHashSet(), victims.Select(p => p.Uid).ToHashSet());
            Assert.True(scene.Fits(victims), $"seed {seed}: {Names(victims)} are not enough");
            if (scene.Fits([]))
            {
                var least = Assert.Single(victims);
                Assert.Equal(candidates.Min(p => p.Priority), least.Priority);
                all++;
                continue;
            }

            some++;
            if (scene.FitsButForWatts([])) byWatts++;
            foreach (var set in Subsets(victims).Where(s => s.Count < victims.Length))
            {
                Assert.False(scene.Fits(set), $"seed {seed}: {Names(victims)} chosen, {Names(set)} are enough");
            }

            Assert.Equal(victims.Select(p => p.Priority).Order(), victims.Select(p => p.Priority));
            // Nobody goes who is more important than all of another set that is enough.
            var lowest = Subsets([.. candidates]).Where(s => s.Count > 0 && scene.Fits(s)).Min(s => s.Max(p => p.Priority));
            Assert.Equal(lowest, victims.Max(p => p.Priority));
        }

        Assert.True(none > 100 && some > 100 && all > 100 && byWatts > 20, $"{none} without, {some} with, {all} unneeded, {byWatts} for watts alone");
    }

    [Fact]
    public void Choose_VictimThatIsGone_IsNoCandidate()
    {
        var cluster = ClusterBuilder.Spines(1).Pod(0, 8).Build();
        var pod = ClusterBuilder.BoundPod("n0000", "wants", 1) with { Priority = 5 };

        Assert.Null(VictimChooser.Choose(cluster, 0, pod, ["uid-pod-00000", "gone"]));
        Assert.Equal("pod-00000", Assert.Single(VictimChooser.Choose(cluster, 0, pod, ["uid-pod-00000"])!.Value).Name);
    }

    private static IEnumerable<List<PodInfo>> Subsets(ImmutableArray<PodInfo> pods)
    {
        for (var mask = 0; mask < 1 << pods.Length; mask++)
        {
            yield return [.. pods.Where((_, i) => (mask >> i & 1) != 0)];
        }
    }

    private static string Names(IEnumerable<PodInfo>? pods) => pods is null ? "nobody" : string.Join(' ', pods.Select(p => p.Name));

    /// <summary>Three nodes under one rack and one PDU; on the first up to six pods, and one that wants to go there.</summary>
    private sealed class Scene
    {
        private readonly ImmutableArray<NodeInfo> _nodes;

        public Scene(int seed)
        {
            var random = new Random(seed);
            var budget = 3 * 2_300 + random.Next(4_000, 24_000);
            _nodes = ClusterBuilder.Spines(1).NodesPerLeaf(3).PodsPerNode(random.Next(2, 8)).Racks(3, budget).Pdus(3, budget - 1_000 + random.Next(2_000)).BuildNodes();
            ImmutableArray<PodInfo> pods =
            [
                .. Enumerable.Range(0, random.Next(0, 7)).Select(i => Draw(random, $"p{i}", 0)),
                .. Enumerable.Range(0, random.Next(0, 3)).Select(i => Draw(random, $"q{i}", random.Next(1, 3))),
            ];
            Cluster = ClusterSnapshot.Create(_nodes, pods);
            Pod = Draw(random, "wants", 0) with { Priority = random.Next(1, 5), IsDaemon = false, Terminating = false };
            var lower = Cluster.PodsOf(0).Where(p => p.Priority < Pod.Priority && !p.IsDaemon && !p.Terminating).ToList();
            Proposed = random.Next(2) == 0 ? [] : [.. lower.Where(_ => random.Next(4) > 0).Select(p => p.Uid)];
        }

        public ClusterSnapshot Cluster { get; }

        public static int Node => 0;

        public PodInfo Pod { get; }

        public ImmutableArray<string> Proposed { get; }

        public List<PodInfo> Candidates() => [.. Cluster.PodsOf(0).Where(p => Proposed.IsEmpty
            ? p.Priority < Pod.Priority && !p.IsDaemon && !p.Terminating
            : Proposed.Contains(p.Uid))];

        public bool Fits(IEnumerable<PodInfo> victims)
        {
            var after = After(victims);
            var draw = _nodes.Select((n, i) => NaivePower.NodeWatts(
                n.Power, (i == 0 ? after : [.. Cluster.PodsOf(i)]).Sum(p => NaivePower.PodWatts(n.Power, p.Template.Power)))).ToList();
            var naive = new NaivePower(_nodes);
            return FitsButForWatts(victims) && naive.PeakHalfWatts(draw).All(d =>
                !naive.BudgetWatts.TryGetValue(d.Key, out var watts) || d.Value <= 2 * watts);
        }

        public bool FitsButForWatts(IEnumerable<PodInfo> victims)
        {
            var after = After(victims);
            return after.Count <= _nodes[0].Allocatable[ResourceList.Pods]
                && Pod.Template.Requests.All(r => r.Value == 0 || after.Sum(p => p.Template.Requests[r.Key]) <= _nodes[0].Allocatable[r.Key]);
        }

        private List<PodInfo> After(IEnumerable<PodInfo> victims) => [.. Cluster.PodsOf(0).Except(victims), Pod];

        private static PodInfo Draw(Random random, string name, int node)
        {
            var pod = ClusterBuilder.BoundPod(ClusterBuilder.NameOf(node), name, random.Next(5), daemon: random.Next(10) == 0);
            return pod with { Priority = random.Next(4), Terminating = random.Next(12) == 0 };
        }
    }
}
