using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>The number that says whether anything may have become free.</summary>
public sealed class ClusterStateFreedTests
{
    private static readonly DateTimeOffset Later = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);

    // Whatever happens: while the number stands still, no node has more room and no power domain more watts than before.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Freed_StandsStill_MeansThatNothingIsFreer(int seed)
    {
        var world = new StateWorld(seed);
        var (before, freed) = (world.State.Current, world.State.Freed);
        var still = 0;
        for (var step = 0; step < 400; step++)
        {
            world.Step();
            var now = world.State.Current;
            Assert.True(world.State.Freed >= freed);
            if (world.State.Freed == freed)
            {
                if (!ReferenceEquals(before, now)) still++;
                AssertNoFreer(before, now, $"seed {seed}, step {step}, {world.Last}");
            }

            (before, freed) = (now, world.State.Freed);
        }

        Assert.True(still > 20, $"stood still only {still} times");
    }

    [Fact]
    public void Freed_PodsComeAndPromisesAreMadeAndKept_StandsStill()
    {
        var state = new ClusterState();
        state.ReplaceNodes(ClusterBuilder.Spines(1).NodesPerLeaf(4).BuildNodes());
        state.ReplacePods([]);
        var freed = state.Freed;
        var gang = GangBuilder.Members(2).Build();
        state.Upsert(ClusterBuilder.BoundPod("n0003", "other", 2));
        var holds = new GangPlanner(state, Core.Placement.PlacementPolicy.Default).Reserve(gang, 0, Later).Reservation!;
        Assert.True(state.TryClaim(gang.Key, 0, "u0", "p0"));
        var pod = state.ReservationOf(gang.Key)!.Holds[0].Pod;
        Assert.True(state.TryAssume(gang.Key, pod, gang, Later).MayBind);
        // What the watch shows is another reading of the same template, with labels the API server has added.
        state.Upsert(pod with { Template = Reread(pod.Template) });
        state.Upsert(pod with { Template = Reread(pod.Template), Terminating = true });
        state.Upsert(state.Current.Nodes[0] with { Problems = [] });
        Assert.Equal(freed, state.Freed);

        state.Release(gang.Key);
        Assert.True(state.Freed > freed);
        Assert.Equal(2, holds.Holds.Length);
    }

    [Theory]
    [InlineData("ready")]
    [InlineData("budget")]
    [InlineData("removed")]
    [InlineData("pod gone")]
    [InlineData("pod smaller")]
    [InlineData("pod elsewhere")]
    [InlineData("pods listed")]
    public void Freed_SomethingMayHaveBecomeFree_Grows(string what)
    {
        var state = new ClusterState();
        state.ReplaceNodes(ClusterBuilder.Spines(1).NodesPerLeaf(2).Racks(2, 20_000).BuildNodes());
        var pod = ClusterBuilder.BoundPod("n0000", "a", 8);
        state.ReplacePods([pod]);
        var freed = state.Freed;
        var node = state.Current.Nodes[1];
        switch (what)
        {
            case "ready": state.Upsert(node with { Ready = false }); break;
            case "budget": state.Upsert(node with { PowerLocation = node.PowerLocation with { RackBudgetWatts = 25_000 } }); break;
            case "removed": state.RemoveNode(node.Name); break;
            case "pod gone": state.RemovePod(pod.Uid); break;
            case "pod smaller": state.Upsert(ClusterBuilder.BoundPod("n0000", "a", 4)); break;
            case "pod elsewhere": state.Upsert(pod with { NodeName = "n0001" }); break;
            case "pods listed": state.ReplacePods([]); break;
        }

        Assert.True(state.Freed > freed);
    }

    // The number is read first: what it counts is then in the snapshot. Else a refusal would be remembered under a number that includes what it did not see.
    [Fact]
    public async Task Freed_ReadBeforeTheSnapshotWhileAPodGoes_MissesNoFreeing()
    {
        const int Rounds = 200;
        var state = new ClusterState();
        state.ReplaceNodes(ClusterBuilder.Spines(1).NodesPerLeaf(2).BuildNodes());
        var pod = ClusterBuilder.BoundPod("n0000", "a", 8);
        using var barrier = new Barrier(2);
        var reader = Task.Run(() =>
        {
            var missed = 0;
            for (var round = 0; round < Rounds; round++)
            {
                barrier.SignalAndWait();
                var (freed, seenAt) = (-1L, -1L);
                do
                {
                    seenAt = freed;
                    freed = state.Freed;
                }
                while (!state.Current.PodsOf(0).IsEmpty);

                barrier.SignalAndWait();
                // Whoever has seen the pod there sees another number now that it is gone.
                if (state.Freed == seenAt) missed++;
                barrier.SignalAndWait();
            }

            return missed;
        });
        for (var round = 0; round < Rounds; round++)
        {
            state.Upsert(pod);
            barrier.SignalAndWait();
            state.RemovePod(pod.Uid);
            barrier.SignalAndWait();
            barrier.SignalAndWait();
        }

        Assert.Equal(0, await reader);
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, 10)];

    private static void AssertNoFreer(ClusterSnapshot before, ClusterSnapshot now, string when)
    {
        Assert.Equal(before.Nodes.Select(n => (n.Name, n.Uid, n.Ready, n.Unschedulable)), now.Nodes.Select(n => (n.Name, n.Uid, n.Ready, n.Unschedulable)));
        for (var n = 0; n < now.Nodes.Length; n++)
        {
            Assert.True(now.PodsOf(n).Length >= before.PodsOf(n).Length, when);
            Assert.Equal(before.Nodes[n].Allocatable, now.Nodes[n].Allocatable);
            foreach (var (name, used) in before.UsedOf(n)) Assert.True(now.UsedOf(n)[name] >= used, $"{when}: {name} of {now.Nodes[n].Name}");
        }

        Assert.Equal(before.Power.Constraints.Select(c => c.LimitHalfWatts), now.Power.Constraints.Select(c => c.LimitHalfWatts));
        for (var c = 0; c < now.Power.Constraints.Length; c++) Assert.True(now.LoadOf(c) >= before.LoadOf(c), $"{when}: watts");
    }

    private static PodTemplate Reread(PodTemplate template) => template with
    {
        Labels = template.Labels.Add("controller-uid", "x"),
        Requests = ResourceList.Of(template.Requests),
    };
}
