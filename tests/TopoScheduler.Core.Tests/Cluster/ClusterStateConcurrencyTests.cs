using System.Collections.Concurrent;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>Several threads promise the same capacity; no snapshot anybody sees may be over.</summary>
public sealed class ClusterStateConcurrencyTests
{
    private const int Threads = 4;
    private const int Rounds = 600;
    private static readonly DateTimeOffset Later = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);

    [Fact]
    public void TryReserveAndTryAssume_FromSeveralThreads_NeverOverCommit()
    {
        var state = new ClusterState();
        state.ReplaceNodes(ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(4).PodsPerNode(5).Racks(4, 4 * 2_300 + 2 * 7_900).BuildNodes());
        var (granted, refused, bound) = (0, 0, 0);
        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() => Run(t))).ToList();
        threads.ForEach(t => t.Start());
        Assert.All(threads, t => Assert.True(t.Join(TimeSpan.FromMinutes(2)), "a thread hangs"));

        Assert.Empty(failures);
        AssertWithinLimits(state.Current);
        Assert.True(granted > 50 && refused > 50 && bound > 20, $"{granted} granted, {refused} refused, {bound} bound: the threads did not compete");
        var held = state.Reservations.SelectMany(r => r.Holds).Count();
        Assert.Equal(held, Enumerable.Range(0, 8).Sum(n => state.Current.PodsOf(n).Count(p => state.BoundPod(p.Uid) is null)));

        void Run(int thread)
        {
            try
            {
                var random = new Random(thread);
                var mine = new List<(Gang Gang, string Uid)>();
                for (var round = 0; round < Rounds; round++) Round(random, mine, $"t{thread}-{round}");
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failures.Enqueue(e);
            }
        }

        void Round(Random random, List<(Gang Gang, string Uid)> mine, string name)
        {
            var uid = $"uid-{name}";
            var gang = GangBuilder.Members(random.Next(1, 4)).GpusPerPod(2).Named(name).Build();
            if (gang.Size == 1)
            {
                var single = Pod(gang, 0, random.Next(8), uid);
                Count(state.TryAssume(gang.Key, single, gang, Later).MayBind);
            }
            else
            {
                var planned = state.Current;
                Thread.Yield();
                var holds = Enumerable.Range(0, gang.Size).Select(m => new Hold(gang.Key, m, Pod(gang, m, random.Next(8), ""), HoldPhase.Planned));
                // The random plan must be judged even where nothing has happened since: a planner would not have made it.
                var seen = random.Next(2) == 0 ? planned : ClusterSnapshot.Create([], []);
                var reservation = new Reservation(gang, [.. holds], null, Later);
                if (ReferenceEquals(seen, planned) && CommitCheck.Judge(planned, [.. reservation.Holds.Select(h => h.Pod)]) != CommitRefusal.None) return;
                Count(state.TryReserve(seen, null, reservation) == CommitRefusal.None);
                if (state.TryClaim(gang.Key, 0, uid, name) && state.TryAssume(gang.Key, state.ReservationOf(gang.Key)!.Holds[0].Pod, gang, Later).MayBind)
                {
                    state.Upsert(state.ReservationOf(gang.Key)!.Holds[0].Pod);
                    Interlocked.Increment(ref bound);
                }
            }

            mine.Add((gang, uid));
            AssertWithinLimits(state.Current);
            // Each thread ends only what it began: a pod that another has assumed is that one's to bind.
            while (mine.Count > 0 && random.Next(3) > 0)
            {
                var (ended, pod) = mine[random.Next(mine.Count)];
                mine.Remove((ended, pod));
                state.RemovePod(pod);
                state.Release(ended.Key);
            }
        }

        void Count(bool may)
        {
            if (may) Interlocked.Increment(ref granted);
            else Interlocked.Increment(ref refused);
        }

        PodInfo Pod(Gang gang, int member, int node, string uid) =>
            new($"{gang.Key.Name}-{member}", uid, ClusterBuilder.NameOf(node), gang.Roles[0].Template, Gang: gang.Key, Member: member);
    }

    private static void AssertWithinLimits(ClusterSnapshot cluster)
    {
        for (var n = 0; n < cluster.Nodes.Length; n++)
        {
            var node = cluster.Nodes[n];
            Assert.True(cluster.PodsOf(n).Length <= node.Allocatable[ResourceList.Pods], $"{node.Name} holds {cluster.PodsOf(n).Length} pods");
            Assert.All(cluster.UsedOf(n), used => Assert.True(used.Value <= node.Allocatable[used.Key], $"{node.Name}: {used}"));
        }

        Assert.All(cluster.Power.Constraints, c => Assert.True(cluster.LoadOf(c.Index) <= c.LimitHalfWatts, $"{cluster.LoadOf(c.Index)} of {c.LimitHalfWatts}"));
    }
}
