using FsCheck;
using FsCheck.Fluent;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;
using static TopoScheduler.Core.Tests.Distance.TestNetwork;

namespace TopoScheduler.Core.Tests.Distance;

public sealed class OwnTimeEstimatorPropertyTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithReplay(20260101UL, 20260103UL);

    // Ranks per node: 2 to 24 nodes with 1 to 8 ranks each.
    private static readonly Gen<int[]> Splits = Gen.Choose(1, 8).ArrayOf().Resize(24).Where(s => s.Length >= 2);

    [Fact]
    public void OwnTimeMs_EqualSplit_IsNeverSlowerThanAnotherOverAsManyDomains() => Check(Splits, split =>
    {
        var (n, m) = (split.Sum(), split.Length);
        var equal = Enumerable.Range(0, m).Select(i => n / m + (i < n % m ? 1 : 0)).ToArray();

        return Time(equal) <= Time(split);
    });

    [Fact]
    public void OwnTimeMs_RankMovedFromTheFullestToTheEmptiestDomain_IsNeverSlowerWhenTheEmptiestGrows() => Check(Splits, split =>
    {
        var moved = split.ToArray();
        var least = Array.IndexOf(moved, moved.Min());
        var most = Array.IndexOf(moved, moved.Max());
        if (moved[most] - moved[least] < 2 || moved.Count(g => g == moved[least]) > 1) return true;
        moved[most]--;
        moved[least]++;

        return Time(moved) <= Time(split);
    });

    [Fact]
    public void OwnTimeMs_MoreDomains_AreNeverFasterThanAnEqualSplitOverFewer() => Check(
        from bytes in Gen.Choose(0, 34) from n in Gen.Choose(2, 96) from m in Gen.Choose(2, n) from fewer in Gen.Choose(1, m - 1) select (bytes, n, m, fewer),
        c =>
        {
            var hints = new GangHints { AllReduceBytes = Math.Pow(2, c.bytes), AllToAllBytes = Math.Pow(2, c.bytes) };
            var estimator = Estimator(Regular(96), Gang(c.n, 1, hints));

            return estimator.OwnTimeMs(Equal(c.n, c.fewer)) <= estimator.OwnTimeMs(Equal(c.n, c.m));
        });

    [Fact]
    public void OwnTimeMs_DomainsPermuted_DoesNotChange() => Check(
        from split in Splits from nodes in Gen.Shuffle(Enumerable.Range(0, 24).ToArray()) select (split, nodes),
        c =>
        {
            var estimator = Estimator(Regular(24), Gang(c.split.Sum(), 1, new() { AllToAllBytes = 1e8 }));
            var moved = Layout([.. c.split.Select((ranks, i) => (c.nodes[i], ranks))]);

            return estimator.OwnTimeMs(moved) == estimator.OwnTimeMs(Split(c.split));
        });

    // The estimator's shortcuts (runs, one group for all that are alike) against groups judged one by one.
    [Fact]
    public void OwnTimeMs_ParallelGroups_EqualsTheSlowestGroupJudgedAlone() => Check(
        from tp in Gen.Elements(1, 2, 4, 8)
        from pp in Gen.Elements(1, 2, 3)
        from dp in Gen.Elements(2, 3, 4)
        from perNode in Gen.Elements(1, 2, 4, 8, 3)
        from shuffled in Gen.Elements(false, true)
        from seed in Gen.Shuffle(Enumerable.Range(0, 96).ToArray())
        select (tp, pp, dp, perNode, shuffled, seed),
        c =>
        {
            var n = c.tp * c.pp * c.dp;
            var hints = new GangHints { Parallelism = [new("tp", c.tp), new("pp", c.pp), new("dp", c.dp)], AllReduceBytes = 1e8, PointToPointBytes = 1e7 };
            var layout = Enumerable.Range(0, n).Select(r => c.shuffled ? c.seed[r / c.perNode] : r / c.perNode).ToArray();
            var dp = Slowest(n, layout, r => r % (c.tp * c.pp));
            var tp = c.tp == 1 ? 0 : Slowest(n, layout, r => r / c.tp);
            var pp = Enumerable.Range(0, n).Where(r => r / c.tp % c.pp < c.pp - 1).Select(r =>
                CollectiveEstimator.PointToPointUs(LinkTable.Default, layout[r] == layout[r + c.tp], 1e7)).DefaultIfEmpty(0).Max();

            return Estimator(Regular(96), Gang(n, 1, hints)).OwnTimeMs(layout) == OwnTimeEstimator.RoundUp((dp + tp + pp) / 1000);
        });

    [Fact]
    public void OwnTimeMs_ExpertGroups_EqualsTheSlowestGroupJudgedAlone() => Check(
        from ep in Gen.Elements(2, 4, 8)
        from dp in Gen.Elements(2, 3)
        from perNode in Gen.Elements(1, 2, 3, 4, 8)
        from nodes in Gen.Shuffle(Enumerable.Range(0, 24).ToArray())
        select (ep, dp, perNode, nodes),
        c =>
        {
            var links = LinkTable.Default with { OversubscriptionByTier = System.Collections.Immutable.ImmutableSortedDictionary<int, double>.Empty.Add(0, 3) };
            var n = c.ep * c.dp;
            var hints = new GangHints { Parallelism = [new("ep", c.ep), new("dp", c.dp)], AllReduceBytes = 0, AllToAllBytes = 1e9 };
            var layout = Enumerable.Range(0, n).Select(r => c.nodes[r / c.perNode]).ToArray();
            var slowest = Enumerable.Range(0, n).GroupBy(r => r / c.ep).Max(group =>
            {
                var counts = group.GroupBy(r => layout[r]).Select(g => g.Count()).ToArray();
                var leaves = group.GroupBy(r => layout[r] / 4).Select(g => g.Count()).ToArray();
                var load = leaves.Length == 1 ? 0 : 3.0 * (c.ep - leaves.Min()) / c.ep;
                return Enumerable.Range(1, counts.Length)
                    .Select(m => CollectiveEstimator.AllToAllUs(links, CommunicatorShape.EqualSplit(links, c.ep, m), 1e9))
                    .Append(CollectiveEstimator.AllToAllUs(links, CommunicatorShape.Of(links, counts), 1e9, load))
                    .Max();
            });

            return Estimator(Regular(24, 1, 4), Gang(n, 1, hints), links).OwnTimeMs(layout) == OwnTimeEstimator.RoundUp(slowest / 1000);
        });

    private static double Slowest(int n, int[] layout, Func<int, int> group) => Enumerable.Range(0, n).GroupBy(group).Max(ranks =>
    {
        var counts = ranks.GroupBy(r => layout[r]).Select(g => g.Count()).ToArray();
        var actual = CollectiveEstimator.AllReduceUs(LinkTable.Default, CommunicatorShape.Of(LinkTable.Default, counts), 1e8);
        return Enumerable.Range(1, counts.Length).Max(m => Math.Max(
            actual, CollectiveEstimator.AllReduceUs(LinkTable.Default, CommunicatorShape.EqualSplit(LinkTable.Default, counts.Sum(), m), 1e8)));
    });

    private static double Time(int[] split) => Estimator(Regular(24), Gang(split.Sum(), 1)).OwnTimeMs(Split(split));

    private static int[] Equal(int n, int m) => Split([.. Enumerable.Range(0, m).Select(i => n / m + (i < n % m ? 1 : 0))]);

    private static void Check<T>(Gen<T> cases, Func<T, bool> holds) => Prop.ForAll(cases.ToArbitrary(), holds).Check(Fixed);
}
