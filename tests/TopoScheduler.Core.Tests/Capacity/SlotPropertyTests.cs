using System.Collections.Concurrent;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Oracles;
using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Capacity;

/// <summary>
/// Slots on 60 random clusters of 24 to 96 nodes in racks, PDUs and rows that nest, some with two kinds of nodes: as many as dynamic programming over the power tree
/// says, never fewer than the engine places one after the other, and all of them placed at once.
/// </summary>
public sealed class SlotPropertyTests(ITestOutputHelper output)
{
    private const int Clusters = 60;

    private static readonly Lazy<IReadOnlyList<Verdict>> All = new(() =>
    {
        var verdicts = new ConcurrentBag<Verdict>();
        Parallel.For(0, Clusters, new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed => verdicts.Add(Judge(seed)));
        return [.. verdicts.OrderBy(v => v.Seed)];
    });

    [Fact]
    public void Slots_NestedBudgets_AreTheMostThereCanBe()
    {
        output.WriteLine($"{All.Value.Sum(v => v.Slots)} slots, {All.Value.Sum(v => v.OneByOne)} one after the other, {All.Value.Count(v => v.IsShort)} clusters short of watts");
        Assert.Empty(All.Value.SelectMany(v => v.Faults));
        Assert.True(All.Value.Count(v => v.IsShort) >= Clusters / 2);
        Assert.True(All.Value.Sum(v => v.Slots) > All.Value.Sum(v => v.OneByOne));
    }

    // Not in every case: the engine may be lucky, and more slots than it finds may have to sit wider.
    [Fact]
    public void Slots_NestedBudgets_SitMostlyNarrowerThanOneAfterTheOther()
    {
        var (narrower, wider) = (All.Value.Sum(v => v.NarrowerTiers), All.Value.Sum(v => v.WiderTiers));
        Assert.True(narrower > 4 * wider, $"narrower {narrower} times, wider {wider}");
    }

    private static Verdict Judge(int seed)
    {
        var cluster = Draw(new Random(seed));
        var question = new CapacityQuestion { Resource = GangBuilder.Gpu, PerPod = 2, PhysicalPerPod = 2, SlotSizes = [2, 6, 16, 40] };
        var report = CapacityReporter.Report(cluster, question, PlacementPolicy.Default);
        var verdict = new Verdict(seed, report.PowerStrandedGpus > 0, []);
        var most = TreeCount.MostMembers(cluster, CapacityQuestion.Gang(question.Pod(cluster), 4 * cluster.Nodes.Length, "all", null));
        foreach (var told in report.Slots)
        {
            var byEngine = PackedSlots.OneByOne(cluster, CapacityQuestion.Gang(question.Pod(cluster), told.Pods, "slot", null));
            if (told.Count != most / told.Pods || !told.Proved) verdict.Faults.Add($"seed {seed}: {most} pods fit, told {told}");
            if (told.Count < byEngine.Count) verdict.Faults.Add($"seed {seed}: {byEngine.Count} one after the other, told {told}");
            verdict.Faults.AddRange(PackedSlots.Of(cluster, question, told.Pods).Faults(told).Select(f => $"seed {seed}: {f}"));
            verdict.Slots += told.Count;
            verdict.OneByOne += byEngine.Count;
            foreach (var tier in CapacityReporter.Tiers(cluster.Topology))
            {
                var more = told.WithinTier.Where(w => TierOf(w.Tier) <= tier).Sum(w => w.Count) - byEngine.Count(t => t <= tier);
                verdict.NarrowerTiers += more > 0 ? 1 : 0;
                verdict.WiderTiers += more < 0 ? 1 : 0;
            }
        }

        return verdict;
    }

    private static ClusterSnapshot Draw(Random random)
    {
        var (spines, leaves) = (1 + random.Next(3), 2 + random.Next(3));
        var nodes = 4 * (3 + random.Next(2)) * spines * leaves / 2;
        var unlike = random.Next(3) == 0;
        var full = 9_000 + random.Next(3_000);
        return ClusterBuilder.Spines(spines).Leaves(leaves).NodesPerLeaf(nodes / spines / leaves).NvLinkDomains(random.Next(2) * 2)
            .Racks(4, 4 * full * (60 + random.Next(40)) / 100).Pdus(8, 8 * full * (60 + random.Next(40)) / 100).Rows(24, 24 * full * (55 + random.Next(40)) / 100)
            .Nodes((i, n) => unlike && i / 2 % 2 == 0 ? n with { Power = n.Power with { IdleWatts = 1_500, MaxWatts = 13_000 } } : n)
            .Pods(Enumerable.Range(0, nodes).Where(_ => random.Next(100) < 40).Select(n => ClusterBuilder.BoundPod(ClusterBuilder.NameOf(n), $"busy-{n}", 2 * (1 + random.Next(4)))))
            .Build();
    }

    private static Tier TierOf(string name) => Tier.TryParse(name, out var tier) ? tier : throw new ArgumentException(name);

    private sealed record Verdict(int Seed, bool IsShort, List<string> Faults)
    {
        public int Slots { get; set; }

        public int OneByOne { get; set; }

        // Tiers within which more, or fewer, slots sit than the engine puts there.
        public int NarrowerTiers { get; set; }

        public int WiderTiers { get; set; }
    }
}
