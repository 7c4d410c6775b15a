using TopoScheduler.Core.Cluster;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>However the state came about, it is as if it had been built from scratch.</summary>
public sealed class ClusterStatePropertyTests
{
    private const int StepsPerSeed = 400;

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Current_AfterAnyEvents_EqualsASnapshotFromScratch(int seed)
    {
        var world = new StateWorld(seed);
        for (var step = 0; step < StepsPerSeed; step++)
        {
            world.Step();
            // Not looked at after every event: a stale snapshot must bear more events too.
            if (step % 3 == seed % 3) continue;
            var (scratch, current) = (world.Scratch(), world.State.Current);
            SnapshotText.AssertSame(scratch, current, $"seed {seed}, step {step}, {world.Last}");
            Assert.Equal(world.HeldPods.Select(p => $"{p.Name} {p.Uid} {p.NodeName}").Order(StringComparer.Ordinal),
                world.State.Reservations.SelectMany(r => r.Holds).Select(h => $"{h.Pod.Name} {h.Pod.Uid} {h.Pod.NodeName}").Order(StringComparer.Ordinal));
            Assert.Equal(world.HeldPods.Select(p => p.Uid).Where(u => u.Length > 0).Order(StringComparer.Ordinal), world.State.Claims.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Upsert_PodsAndNodesInAnyOrder_GiveTheEqualSnapshot()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var builder = ClusterBuilder.Spines(2).Leaves(2).NodesPerLeaf(3).Racks(4, 30_000).Busy(0, 3, 7).Pod(1, 2).Pod(1, 3).Pod(5, 1);
            Action<ClusterState>[] events =
                [.. builder.BuildNodes().Select(n => (Action<ClusterState>)(s => s.Upsert(n))), .. builder.BuildPods().Select(p => (Action<ClusterState>)(s => s.Upsert(p)))];
            random.Shuffle(events);
            var state = new ClusterState();
            foreach (var send in events)
            {
                send(state);
                if (random.Next(3) == 0) _ = state.Current;
            }

            SnapshotText.AssertSame(builder.Build(), state.Current, $"seed {seed}");
        }
    }

    [Fact]
    public void Current_TakenBefore_NeverChanges()
    {
        var world = new StateWorld(77);
        for (var step = 0; step < 200; step++) world.Step();
        var kept = new List<(ClusterSnapshot Snapshot, List<string> Text)>();
        for (var step = 0; step < 100; step++)
        {
            kept.Add((world.State.Current, SnapshotText.Of(world.State.Current)));
            world.Step();
        }

        Assert.All(kept, k => Assert.Equal(k.Text, SnapshotText.Of(k.Snapshot)));
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, 20)];
}
