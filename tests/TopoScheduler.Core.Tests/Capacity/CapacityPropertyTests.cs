using System.Collections.Concurrent;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Cases;
using TopoScheduler.Testing.Oracles;
using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Capacity;

/// <summary>
/// Capacity against brute force on 200 random clusters: gangs grow by one member until they do not fit; slots are never fewer than the engine places one after the other, fit at
/// once, and where each node has one path in the power tree there is never one more.
/// </summary>
public sealed class CapacityPropertyTests(ITestOutputHelper output)
{
    private const int Clusters = 200;

    private static readonly Lazy<IReadOnlyList<Verdict>> All = new(() =>
    {
        var verdicts = new ConcurrentBag<Verdict>();
        Parallel.For(0, Clusters, new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed => verdicts.Add(Judge(seed)));
        return [.. verdicts.OrderBy(v => v.Seed)];
    });

    [Fact]
    public void Report_RandomClusters_AreWorthTrying()
    {
        var all = All.Value;
        output.WriteLine($"{all.Sum(v => v.Report.Largest.Length)} largest gangs, {all.Sum(v => v.Report.Slots.Sum(s => s.Count))} slots, {all.Count(v => v.Report.PowerStrandedGpus > 0)} clusters short of watts");
        Assert.Equal(Clusters, all.Count);
        Assert.True(all.Count(v => v.Report.PowerStrandedGpus > 0) >= Clusters / 10);
        Assert.True(all.Sum(v => v.Report.Fragmentation.Sum(f => f.WholeDomains)) >= Clusters);
        Assert.True(all.Count(v => v.Report.Largest[^1].Pods > v.Report.Largest[0].Pods) >= Clusters / 2);
    }

    [Fact]
    public void Report_RandomClusters_AgreesWithBruteForce() =>
        Assert.Empty(All.Value.SelectMany(v => v.Faults));

    [Fact]
    public void Largest_OnePathInThePowerTree_IsAlwaysProved() =>
        Assert.Empty(All.Value.Where(v => v.OnePath && v.Report.Largest.Any(l => !l.Proved)).Select(v => v.Seed));

    [Fact]
    public void Fragmentation_RandomClusters_AddsUp()
    {
        foreach (var (_, _, report, _) in All.Value)
        {
            Assert.Equal(report.Gpus, report.BusyGpus + report.FreeGpus + report.ClosedGpus);
            Assert.All(report.Fragmentation, f => Assert.InRange(f.StrandedGpus, 0, report.FreeGpus));
            Assert.All(report.Fragmentation, f => Assert.InRange(f.WholeDomains, 0, f.Domains));
        }
    }

    private static Verdict Judge(int seed)
    {
        var drawn = SmallCases.Draw(seed);
        var cluster = drawn.Cluster;
        var perPod = drawn.Gang.Roles.Where(r => r.Template.Gpus > 0).Min(r => r.Template.Gpus);
        var question = new CapacityQuestion { Resource = GangBuilder.Gpu, PerPod = perPod, PhysicalPerPod = perPod, SlotSizes = [perPod, 2 * perPod, 5 * perPod] };
        var report = CapacityReporter.Report(cluster, question, PlacementPolicy.Default);
        var onePath = cluster.Nodes.All(n => n.PowerLocation.PduB is null);
        var faults = Largest(cluster, question, report).Concat(Slots(cluster, question, report, onePath)).Concat(WholeDomains(drawn, question, report)).Select(f => $"seed {seed}: {f}").ToList();
        return new(seed, onePath, report, faults);
    }

    private static IEnumerable<string> Largest(ClusterSnapshot cluster, CapacityQuestion question, CapacityReport report)
    {
        var tiers = CapacityReporter.Tiers(cluster.Topology);
        for (var t = 0; t < tiers.Length; t++)
        {
            var required = tiers[t] == Tier.Cluster ? null : new TierTarget(tiers[t]);
            var members = 0;
            while (BruteForce.Fits(cluster, CapacityQuestion.Gang(question.Pod(cluster), members + 1, "grows", required))) members++;
            var told = report.Largest[t];
            if (told.Pods > members || (told.Proved && told.Pods != members)) yield return $"{told.Tier} takes {members} pods, told {told}";
            if (told.Gpus != (long)told.Pods * question.PerPod || told.Domain is null != (told.Pods == 0)) yield return $"{told} contradicts itself";
        }
    }

    private static IEnumerable<string> Slots(ClusterSnapshot cluster, CapacityQuestion question, CapacityReport report, bool onePath)
    {
        foreach (var told in report.Slots)
        {
            var gang = CapacityQuestion.Gang(question.Pod(cluster), told.Pods, "slot", null);
            var planned = PackedSlots.OneByOne(cluster, gang).Count;
            if (told.Count < planned) yield return $"{planned} slots of {told.Gpus} one after the other, told {told}";
            var packed = PackedSlots.Of(cluster, question, told.Pods);
            foreach (var fault in packed.Faults(told)) yield return $"slots of {told.Gpus}: {fault}";
            if (told.Count > 0 && !BruteForce.Fits(cluster, AtOnce(told.Count))) yield return $"{told} do not fit at once";
            if (told.Proved && BruteForce.Fits(packed.Cluster, gang)) yield return $"one slot more of {told.Gpus} fits";
            if (onePath && (!told.Proved || BruteForce.Fits(cluster, AtOnce(told.Count + 1)))) yield return $"{told} are not all there are";

            Gang AtOnce(int gangs) => CapacityQuestion.Gang(question.Pod(cluster), gangs * told.Pods, "all", null);
        }
    }

    // A whole domain takes one gang as large as itself when every node outside it is cordoned.
    private static IEnumerable<string> WholeDomains(PlacementCase drawn, CapacityQuestion question, CapacityReport report)
    {
        var topology = drawn.Cluster.Topology;
        foreach (var told in report.Fragmentation)
        {
            var domainOf = Partitions.Of(topology, TierOf(told.Tier));
            var whole = 0;
            var stranded = 0L;
            foreach (var domain in domainOf.Distinct())
            {
                var names = topology.NodeNames.Where((_, n) => domainOf[n] == domain).ToHashSet();
                var open = drawn.Nodes.Where(n => names.Contains(n.Name) && n.Ready && !n.Unschedulable && n.Power.Powered).ToList();
                if (open.Count == 0) continue;
                var busy = drawn.Pods.Where(p => open.Any(n => n.Name == p.NodeName)).Sum(p => p.Template.Requests[GangBuilder.Gpu]);
                var devices = open.Sum(n => n.Allocatable[GangBuilder.Gpu]);
                var alone = ClusterSnapshot.Create(drawn.Nodes.Select(n => names.Contains(n.Name) ? n : n with { Unschedulable = true }), drawn.Pods);
                var gang = CapacityQuestion.Gang(question.Pod(alone), (int)(devices / question.PerPod), "whole", null);
                if (busy == 0 && BruteForce.Fits(alone, gang)) whole++;
                else stranded += devices - busy;
            }

            if (whole != told.WholeDomains || stranded != told.StrandedGpus) yield return $"{whole} whole domains and {stranded} stranded, told {told}";
        }
    }

    private static Tier TierOf(string name) => Tier.TryParse(name, out var tier) ? tier : throw new ArgumentException(name);

    private sealed record Verdict(int Seed, bool OnePath, CapacityReport Report, List<string> Faults);
}
