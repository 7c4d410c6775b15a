using FsCheck;
using FsCheck.Fluent;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Filters;
using static TopoScheduler.Core.Tests.Filters.FilterScene;

namespace TopoScheduler.Core.Tests.Filters;

/// <summary>Columns for a whole gang against one pod at a time.</summary>
public sealed class EligibilityPropertyTests
{
    private static readonly Config Run = Config.QuickThrowOnFailure.WithMaxTest(1500).WithReplay(20_240_917, 1);

    [Fact]
    public void OneMember_OnAnyCluster_IsRemovedWhereOnePodWouldBe()
    {
        Check.One(Run, Prop.ForAll(Seeds, seed =>
        {
            var world = new FilterWorld(seed);
            var (cluster, table) = Judge(world, 1);
            var naive = new NaiveScheduler(world.Nodes, world.Pods);
            for (var n = 0; n < cluster.Nodes.Length; n++)
            {
                var expected = naive.Refuses(world.Member, cluster.Nodes[n]);
                Assert.Equal(expected, WithSpread(table, n));
                Assert.Equal(table.Removed[0][n] is null ? 1 : 0, table.Slots[0][n]);
            }
        }));
    }

    [Fact]
    public void Gang_BoundPodByPod_IsAcceptedByTheTable()
    {
        Check.One(Run, Prop.ForAll(Seeds, seed =>
        {
            var world = new FilterWorld(seed);
            var naive = new NaiveScheduler(world.Nodes, world.Pods);
            var random = new Random(seed);
            var size = random.Next(2, 6);
            var (cluster, table) = Judge(world, size);
            var members = new List<(int, int)>();
            for (var i = 0; i < size; i++)
            {
                var open = Enumerable.Range(0, cluster.Nodes.Length).Where(n => naive.Refuses(world.Member, cluster.Nodes[n]) is null).ToList();
                if (open.Count == 0) return;
                var node = open[random.Next(open.Count)];
                naive.Bind(world.Member, cluster.Nodes[node]);
                members.Add((0, node));
            }

            Assert.True(TableCheck.Accepts(table, members), $"seed {seed}: nodes {string.Join(",", members.Select(m => m.Item2))}");
        }));
    }

    [Fact]
    public void Gang_AcceptedByTheTable_CanBeBoundPodByPod()
    {
        var tried = 0;
        Check.One(Run, Prop.ForAll(Seeds, seed =>
        {
            var world = new FilterWorld(seed);
            // Two spread constraints at once can hold each other up in some orders; one cannot.
            if (world.Member.Spread.Length > 1) return;
            var random = new Random(seed);
            var size = random.Next(2, 6);
            var (cluster, table) = Judge(world, size);
            for (var attempt = 0; attempt < 20; attempt++)
            {
                var members = Enumerable.Range(0, size).Select(_ => (0, random.Next(cluster.Nodes.Length))).ToList();
                if (!TableCheck.Accepts(table, members)) continue;
                tried++;
                Assert.True(BindsInSomeOrder(world, cluster, [.. members.Select(m => m.Item2)]), $"seed {seed}: nodes {string.Join(",", members)}");
            }
        }));
        Assert.True(tried > 500, $"only {tried} assignments were accepted");
    }

    [Fact]
    public void MixedGang_AcceptedByTheTable_CanBeBoundPodByPod()
    {
        var tried = 0;
        Check.One(Run, Prop.ForAll(Seeds, seed =>
        {
            var world = new FilterWorld(seed);
            var other = new FilterWorld(seed + 1).Member with { Namespace = world.Member.Namespace, Spread = [] };
            // One spread constraint: two at once can hold each other up in some orders.
            var member = world.Member with { Spread = world.Member.Spread[..Math.Min(1, world.Member.Spread.Length)] };
            var random = new Random(seed);
            var (first, second) = (random.Next(1, 4), random.Next(1, 4));
            var cluster = ClusterSnapshot.Create(world.Nodes, world.Pods);
            var table = Eligibility.Evaluate(cluster, GangOf((member, first), (other, second)));
            for (var attempt = 0; attempt < 20; attempt++)
            {
                var members = Enumerable.Range(0, first + second).Select(i => (i < first ? 0 : 1, random.Next(cluster.Nodes.Length))).ToList();
                if (!TableCheck.Accepts(table, members)) continue;
                tried++;
                var naive = new NaiveScheduler(world.Nodes, world.Pods);
                var left = members.ToList();
                while (left.FindIndex(m => naive.Refuses(m.Item1 == 0 ? member : other, cluster.Nodes[m.Item2]) is null) is >= 0 and var next)
                {
                    naive.Bind(left[next].Item1 == 0 ? member : other, cluster.Nodes[left[next].Item2]);
                    left.RemoveAt(next);
                }

                Assert.True(left.Count == 0, $"seed {seed}: {string.Join(",", members)}");
            }
        }));
        Assert.True(tried > 500, $"only {tried} assignments were accepted");
    }

    private static Arbitrary<int> Seeds => Gen.Choose(0, 1_000_000).ToArbitrary();

    private static (ClusterSnapshot Cluster, EligibilityTable Table) Judge(FilterWorld world, int count)
    {
        var cluster = ClusterSnapshot.Create(world.Nodes, world.Pods);
        return (cluster, Eligibility.Evaluate(cluster, GangOf((world.Member, count))));
    }

    /// <summary>The table leaves spread that members count in to the search; for a single member it says yes or no, and comes before resources.</summary>
    private static FitConstraint? WithSpread(EligibilityTable table, int node)
    {
        var removed = table.Removed[0][node];
        if (removed is not (null or FitConstraint.Power or FitConstraint.Resources or FitConstraint.PodCount)) return removed;
        return table.Spreads.All(s => TableCheck.FitsSpread(s, [(0, node)])) ? removed : FitConstraint.Spread;
    }

    private static bool BindsInSomeOrder(FilterWorld world, ClusterSnapshot cluster, List<int> nodes)
    {
        var naive = new NaiveScheduler(world.Nodes, world.Pods);
        while (nodes.FindIndex(n => naive.Refuses(world.Member, cluster.Nodes[n]) is null) is >= 0 and var next)
        {
            naive.Bind(world.Member, cluster.Nodes[nodes[next]]);
            nodes.RemoveAt(next);
        }

        return nodes.Count == 0;
    }
}
