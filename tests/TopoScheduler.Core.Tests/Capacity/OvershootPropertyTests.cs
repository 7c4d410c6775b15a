using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Capacity;

/// <summary>
/// Random small clusters over their budgets: what the list says is done to the pods and the cluster is built anew, so that nothing of the reporter's own
/// arithmetic is believed; who had to be in the list is found by trying everything.
/// </summary>
public sealed class OvershootPropertyTests
{
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("TOPOSCHEDULER_OVERSHOOT"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 600;

    [Fact]
    public void Report_Random_ListIsEnoughAndNobodyInItCanBeLeftOut()
    {
        var (lists, caps, short_, feeds) = (0, 0, 0, 0);
        for (var seed = 0; seed < Cases; seed++)
        {
            var cluster = Random(seed);
            foreach (var over in OvershootReporter.Report(cluster))
            {
                var goal = LeastOver(cluster, over.Domain);
                Assert.Equal(over.OverWatts, Over(cluster, over.Domain, over.Feed));
                Assert.True(over.OverWatts == Over(cluster, over.Domain), $"seed {seed}: {over.Domain} is worse in another feed state");
                Assert.Equal(goal, over.LeftWatts);
                Assert.True(goal == Over(After(cluster, over.Reliefs), over.Domain), $"seed {seed}: {over.Summary}");
                foreach (var spared in over.Reliefs)
                {
                    var rest = Over(After(cluster, [.. over.Reliefs.Where(r => r != spared)]), over.Domain);
                    Assert.True(rest > goal, $"seed {seed}: {spared.Gang.Name} need not be in: {over.Summary}");
                }

                lists += over.Reliefs.Length > 1 ? 1 : 0;
                caps += over.Reliefs.Any(r => r.Kind == PowerReliefKind.Cap) ? 1 : 0;
                short_ += over.Enough ? 0 : 1;
                feeds += over.Feed != FeedState.Normal ? 1 : 0;
            }
        }

        Assert.True(lists > Cases / 10 && caps > Cases / 10 && short_ > Cases / 50 && feeds > Cases / 50, $"{lists} {caps} {short_} {feeds}");
    }

    [Fact]
    public void Report_Random_FiguresAreThoseOfTheClusterInThatOrder()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var cluster = Random(seed);
            foreach (var over in OvershootReporter.Report(cluster))
            {
                var now = cluster.WithPods(p => !p.Terminating);
                Assert.Equal((Load(cluster, over.Domain, over.Feed) - Load(now, over.Domain, over.Feed)) / 2, over.LeavingWatts);
                for (var i = 0; i < over.Reliefs.Length; i++)
                {
                    var after = After(cluster, [.. over.Reliefs.Take(i + 1)]);
                    Assert.Equal((Load(now, over.Domain, over.Feed) - Load(after, over.Domain, over.Feed)) / 2, over.Reliefs[i].FreesWatts);
                    Assert.Equal(Over(after, over.Domain), over.Reliefs[i].LeftWatts);
                    Assert.True(i == 0 || over.Reliefs[i - 1].Kind <= over.Reliefs[i].Kind);
                    Assert.DoesNotContain(over.Reliefs[i].Pods, p => p.IsDaemon || p.Terminating);
                    now = after;
                }
            }
        }
    }

    [Fact]
    public void Report_Random_CapsAreAcceptedAndTheHighestThatAreEnough()
    {
        var alone = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var cluster = Random(seed);
            foreach (var over in OvershootReporter.Report(cluster))
            {
                var caps = over.Reliefs.Where(r => r.Kind == PowerReliefKind.Cap).ToList();
                foreach (var cap in caps)
                {
                    Assert.Equal(0, cap.CapWatts % 5);
                    Assert.True(cap.CapWatts >= Math.Max(200, cap.Pods.Max(p => p.LowestCapWatts) ?? 0), over.Summary);
                    Assert.True(cap.Slowdown > 1);
                }

                if (caps.Count != 1) continue;
                alone++;
                var higher = over.Reliefs.Select(r => r.CapWatts is { } watts ? r with { CapWatts = watts + 5 } : r);
                Assert.True(Over(After(cluster, [.. higher]), over.Domain) > over.LeftWatts || caps[0].CapWatts >= 695, $"seed {seed}: {over.Summary}");
            }
        }

        Assert.True(alone > Cases / 20, $"{alone}");
    }

    [Fact]
    public void Report_Random_NobodyOfAHigherPriorityThanMustGoIsMoved()
    {
        var counted = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var cluster = Random(seed);
            foreach (var over in OvershootReporter.Report(cluster).Where(o => o.Enough))
            {
                var moved = over.Reliefs.Where(r => r.Kind == PowerReliefKind.Move).ToList();
                var (priority, count) = FewestMoves(cluster, over.Domain);
                Assert.Equal(priority, moved.Count == 0 ? int.MinValue : moved.Max(m => m.Priority));
                // Of one priority the list is as short as any; with several, low ones go before fewer of high priority do.
                if (moved.Select(m => m.Priority).Distinct().Count() > 1 || Saturates(cluster) || cluster.Diversity is not null) continue;
                counted += moved.Count > 1 ? 1 : 0;
                Assert.True(moved.Count <= count, $"seed {seed}: {count} are enough: {over.Summary}");
            }
        }

        Assert.True(counted > Cases / 100, $"{counted}");
    }

    [Fact]
    public void Report_OtherOrderOfInput_SaysTheSame()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var cluster = Random(seed);
            var shuffled = Built(cluster.Nodes.Reverse(), Pods(cluster).Reverse(), cluster);
            Assert.Equal(OvershootReporter.Report(cluster).Select(o => o.Summary), OvershootReporter.Report(shuffled).Select(o => o.Summary));
        }
    }

    private static ClusterSnapshot Random(int seed)
    {
        var random = new Random(seed);
        var nodes = random.Next(1, 5);
        var (dual, saturated) = (random.Next(3) == 0, random.Next(4) == 0);
        var builder = ClusterBuilder.Spines(1).NodesPerLeaf(nodes).Racks(random.Next(1, nodes + 1), Budget()).Pdus(nodes, Budget());
        if (dual) builder = builder.PdusB(nodes, Budget());
        if (random.Next(3) == 0) builder = builder.Nodes((i, n) => n with { PowerLocation = n.PowerLocation with { PduB = null, Feed = i % 2 == 0 ? PowerFeed.A : PowerFeed.B } });
        builder = builder.Nodes((i, n) => n with { Power = n.Power with { CapsEnforced = (seed + i) % 3 > 0, MaxWatts = saturated ? 7_000 : n.Power.MaxWatts } });
        var gangs = random.Next(1, 6);
        var pods = new List<PodInfo>();
        for (var g = 0; g < gangs; g++)
        {
            int? lowest = random.Next(2) == 0 ? random.Next(150, 650) : null;
            var (key, priority) = (new GangKey("ml", "Job", $"g{g}"), random.Next(3) * 10);
            for (var p = random.Next(1, 4); p > 0; p--)
            {
                var pod = ClusterBuilder.BoundPod(ClusterBuilder.NameOf(random.Next(nodes)), $"g{g}-{p}", random.Next(5));
                if (random.Next(2) == 0) pod = pod with { Template = pod.Template with { Power = pod.Template.Power with { Independent = true } } };
                pods.Add(pod with { Gang = random.Next(4) == 0 ? null : key, Priority = priority, LowestCapWatts = lowest, Terminating = random.Next(12) == 0, IsDaemon = random.Next(12) == 0 });
            }
        }

        return builder.Pods(pods.Select(p => p.IsDaemon ? p with { Template = p.Template with { Power = p.Template.Power with { InsideIdle = true } } } : p)).Build()
            .WithDiversity(random.Next(3) == 0 ? 40 : 100);

        long? Budget() => random.Next(5) == 0 ? null : random.Next(2_000 * nodes, 6_500 * nodes);
    }

    private static IEnumerable<PodInfo> Pods(ClusterSnapshot cluster) => Enumerable.Range(0, cluster.Nodes.Length).SelectMany(n => cluster.PodsOf(n));

    private static bool Saturates(ClusterSnapshot cluster) => Enumerable.Range(0, cluster.Nodes.Length).Any(n => cluster.DrawOf(n) >= cluster.Nodes[n].Power.MaxWatts);

    // The pods that are being deleted have left, and what the list says is done.
    private static ClusterSnapshot After(ClusterSnapshot cluster, IReadOnlyCollection<PowerRelief> reliefs)
    {
        var pods = new List<PodInfo>();
        foreach (var pod in Pods(cluster).Where(p => !p.Terminating))
        {
            var relief = pod.IsDaemon ? null : reliefs.FirstOrDefault(r => r.Gang == KeyOf(pod));
            if (relief is { Kind: PowerReliefKind.Move }) continue;
            pods.Add(relief is null ? pod : pod with { Template = pod.Template with { Power = pod.Template.Power with { CapWatts = relief.CapWatts } } });
        }

        return Built(cluster.Nodes, pods, cluster);
    }

    private static ClusterSnapshot Built(IEnumerable<NodeInfo> nodes, IEnumerable<PodInfo> pods, ClusterSnapshot like) =>
        ClusterSnapshot.Create(nodes, pods).WithDiversity(like.Diversity?.CoincidencePercent ?? 100);

    private static GangKey KeyOf(PodInfo pod) => pod.Gang ?? new(pod.Template.Namespace, "Pod", pod.Name, pod.Uid);

    private static long LeastOver(ClusterSnapshot cluster, PowerDomainId id) => Over(cluster.WithPods(p => p.IsDaemon), id);

    private static long Over(ClusterSnapshot cluster, PowerDomainId id, FeedState? only = null) =>
        Constraints(cluster, id).Where(c => only is null || c.State == only).Max(c => Math.Max(0, (1 - cluster.HeadroomOf(c.Index)) / 2));

    private static long Load(ClusterSnapshot cluster, PowerDomainId id, FeedState feed) => cluster.CommittedOf(Constraints(cluster, id).Single(c => c.State == feed).Index);

    private static IEnumerable<PowerConstraint> Constraints(ClusterSnapshot cluster, PowerDomainId id) =>
        cluster.Power.Constraints.Where(c => cluster.Power.Domains[c.Domain].Id == id.ToString());

    // With all that accept it at their lowest cap: the lowest "highest priority" with which it can be done, and the fewest moves of that priority alone.
    private static (int Priority, int Count) FewestMoves(ClusterSnapshot cluster, PowerDomainId id)
    {
        var caps = new List<PowerRelief>();
        var gangs = Pods(cluster).Where(p => !p.IsDaemon && !p.Terminating).GroupBy(KeyOf).ToList();
        foreach (var gang in gangs)
        {
            var lowest = (Math.Max(200, gang.Max(p => p.LowestCapWatts) ?? 0) + 4) / 5 * 5;
            if (gang.Any(p => p.LowestCapWatts is not null)) caps.Add(Relief(gang.Key, PowerReliefKind.Cap, lowest));
        }

        var (priority, count) = (int.MaxValue, int.MaxValue);
        for (var set = 0; set < 1 << gangs.Count; set++)
        {
            var moved = gangs.Where((_, i) => (set >> i & 1) != 0).ToList();
            var highest = moved.Count == 0 ? int.MinValue : moved.Max(g => g.Max(p => Highest(cluster, g.Key, id)));
            if (highest > priority || (highest == priority && moved.Count >= count)) continue;
            var done = moved.Select(g => Relief(g.Key, PowerReliefKind.Move, null)).Concat(caps).ToList();
            if (Over(After(cluster, done), id) == 0) (priority, count) = (highest, moved.Count);
        }

        return (priority, count);
    }

    private static int Highest(ClusterSnapshot cluster, GangKey gang, PowerDomainId id)
    {
        var nodes = cluster.Power.Domains.Single(d => d.Id == id.ToString()).Nodes.Select(n => cluster.Nodes[n].Name).ToHashSet();
        return Pods(cluster).Where(p => KeyOf(p) == gang && !p.IsDaemon && !p.Terminating && nodes.Contains(p.NodeName)).Select(p => p.Priority).DefaultIfEmpty(int.MinValue).Max();
    }

    private static PowerRelief Relief(GangKey gang, PowerReliefKind kind, int? cap) =>
        new() { Gang = gang, Kind = kind, CapWatts = cap, Priority = 0, Pods = [], FreesWatts = 0, LeftWatts = 0 };
}
