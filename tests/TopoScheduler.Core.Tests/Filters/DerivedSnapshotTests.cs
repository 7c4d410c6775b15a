using FsCheck;
using FsCheck.Fluent;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Filters;
using static TopoScheduler.Core.Tests.Filters.FilterScene;

namespace TopoScheduler.Core.Tests.Filters;

/// <summary>A what-if takes over what did not change; it must be as if it had been built from scratch.</summary>
public sealed class DerivedSnapshotTests
{
    private static readonly Config Run = Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_240_917, 1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatIf_PodsTakenAndAdded_EqualsASnapshotFromScratch(bool readBefore)
    {
        Check.One(Run, Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            var world = new FilterWorld(seed);
            var gang = GangOf((world.Member, 2));
            var random = new Random(seed);
            var kept = world.Pods.Where(_ => random.Next(3) > 0).ToHashSet();
            var added = new FilterWorld(seed + 1).Pods.Select(p => p with { Name = "more-" + p.Name, NodeName = world.Nodes[random.Next(world.Nodes.Length)].Name }).ToList();
            var before = ClusterSnapshot.Create(world.Nodes, world.Pods);
            if (readBefore) Read(before);
            var derived = before.WithPods(kept.Contains);
            if (readBefore) Read(derived);
            derived = derived.Plus(added).WithPower(before.Power);
            var scratch = ClusterSnapshot.Create(world.Nodes, kept.Concat(added));

            Assert.Equal(Read(scratch), Read(derived));
            var (expected, actual) = (Eligibility.Evaluate(scratch, gang), Eligibility.Evaluate(derived, gang));
            Assert.Equal(expected.Removed, actual.Removed);
            Assert.Equal(expected.Free, actual.Free);
            Assert.Equal(expected.Slots, actual.Slots);
            Assert.Equal(expected.Spreads.SelectMany(s => s.Existing), actual.Spreads.SelectMany(s => s.Existing));
        }));
    }

    [Fact]
    public void WhatIf_DerivedTwice_LeavesTheFirstAlone()
    {
        var scene = new FilterScene().Node("a").Pod("a", Member() with { Requests = Gangs.ResourceList.Of(("cpu", 3000)) });
        var before = Read(scene.Cluster);

        var empty = scene.Cluster.WithPods(_ => false);

        Assert.Equal(8, Eligibility.Evaluate(empty, GangOf((Member() with { Requests = Gangs.ResourceList.Of(("cpu", 1000)) }, 9))).Slots[0][0]);
        Assert.Equal(5, Eligibility.Evaluate(scene.Cluster, GangOf((Member() with { Requests = Gangs.ResourceList.Of(("cpu", 1000)) }, 9))).Slots[0][0]);
        Assert.Equal(before, Read(scene.Cluster));
    }

    [Fact]
    public void Create_PodsOnUnknownNodes_AreReportedAndNotCounted()
    {
        var scene = new FilterScene().Node("a").Pod("gone", Member()).Pod("a", Member()).Pod("gone", Member());

        Assert.Equal(["pod-1"], scene.Cluster.PodsOf(0).Select(p => p.Name));
        Assert.Equal(["pod/ml/pod-0", "pod/ml/pod-2"], scene.Cluster.Problems.Where(p => p.Message.Contains("\"gone\"")).Select(p => p.Object));
    }

    private static List<string> Read(ClusterSnapshot cluster)
    {
        Eligibility.Evaluate(cluster, GangOf((Member(), 1)));
        return [.. cluster.Nodes.Select((node, n) =>
            $"{node.Name}: {cluster.UsedOf(n)} {cluster.PodWattsOf(n)} {string.Join(",", cluster.PodsOf(n).Select(p => p.Name))}")];
    }
}
