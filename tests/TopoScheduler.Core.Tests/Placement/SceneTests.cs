using System.Diagnostics;
using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Oracles;
using TopoScheduler.Testing.ThirdParty;
using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Placement;

/// <summary>The shared scene of 4,096 nodes: its nine known answers, and racks of eight nodes that span two leaves.</summary>
public sealed class SceneTests(ITestOutputHelper output)
{
    private const int PerRack = 8;
    private const int Shift = 4;
    private const long FullWatts = 10_200;
    private const long IdleWatts = 2_300;
    private const int FullPerRack = 5;

    [ThirdPartyFact]
    public void Plan_NineRows_FewestSpinesAndNearlyFewestLeaves()
    {
        var rows = Scene.Rows();
        Assert.Equal(9, rows.Count);
        var wrong = new List<string>();
        foreach (var row in rows)
        {
            var cluster = Scene.Cluster(row.State).Build();
            var gang = GangBuilder.Members(row.Members).Workload("pretrain").Build();
            var watch = Stopwatch.StartNew();
            var result = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default);
            var ms = watch.Elapsed.TotalMilliseconds;
            wrong.AddRange(PlacementAudit.Faults(cluster, gang, result).Select(f => $"{row}: {f}"));
            var spines = Used(cluster, result, Tier.Spine);
            var leaves = Used(cluster, result, Tier.Leaf);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.State}, {row.Members} | best {row.Spines}/{row.Leaves} | ours {spines}/{leaves} | {ms:F1} ms, {result.Search.Steps} steps |"));
            if (spines != row.Spines || leaves > row.Leaves * 1.1) wrong.Add($"{row}: {result.Outcome} with {spines}/{leaves}");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [ThirdPartyTheory]
    [InlineData("half", null)]
    [InlineData("half", "spine")]
    [InlineData("half", "leaf")]
    [InlineData("p90", null)]
    [InlineData("p90", "spine")]
    [InlineData("p90", "leaf")]
    [InlineData("frag", null)]
    [InlineData("frag", "spine")]
    [InlineData("frag", "leaf")]
    public void Plan_RacksAcrossLeaves_FitsExactlyWhenMaxFlowSaysSo(string state, string? required)
    {
        var budget = (FullPerRack * FullWatts) + ((PerRack - FullPerRack) * IdleWatts);
        var cluster = Scene.Cluster(state).Racks(PerRack, budget, Shift).Build();
        Tier? tier = Tier.TryParse(required, out var parsed) ? parsed : null;
        var most = (int)MostByFlow(Scene.Busy(state).ToHashSet(), tier);
        output.WriteLine($"{state}, required {required ?? "none"}: max-flow admits {most}");
        foreach (var members in new[] { 1, most / 2, most - 1, most, most + 1, most + 2 }.Where(m => m > 0).Distinct())
        {
            var gang = GangBuilder.Members(members).Workload("pretrain").Required(tier).Build();
            var watch = Stopwatch.StartNew();
            var result = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default);
            var ms = watch.Elapsed.TotalMilliseconds;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{members} members: {result.Outcome}, {ms:F1} ms, {result.Search.Steps} steps"));
            Assert.Equal((members, members <= most ? PlacementOutcome.Placed : PlacementOutcome.NoFit), (members, result.Outcome));
            Assert.Empty(PlacementAudit.Faults(cluster, gang, result));
        }
    }

    [ThirdPartyTheory]
    [InlineData("half", 64)]
    [InlineData("frag", 64)]
    [InlineData("half", 256)]
    [InlineData("p90", 20)]
    public void Plan_RacksAcrossLeaves_UsesNoMoreSpinesThanFlowNeeds(string state, int members)
    {
        var budget = (FullPerRack * FullWatts) + ((PerRack - FullPerRack) * IdleWatts);
        var cluster = Scene.Cluster(state).Racks(PerRack, budget, Shift).Build();
        var busy = Scene.Busy(state).ToHashSet();
        var gang = GangBuilder.Members(members).Workload("pretrain").Build();
        var result = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default);
        if (members > MostByFlow(busy, null))
        {
            Assert.Equal(PlacementOutcome.NoFit, result.Outcome);
            return;
        }

        Assert.Equal(PlacementOutcome.Placed, result.Outcome);
        Assert.Empty(PlacementAudit.Faults(cluster, gang, result));
        var perSpine = FlowOf(busy, Tier.Spine).OrderDescending().ToList();
        var bound = 1 + Enumerable.Range(0, perSpine.Count).First(k => perSpine.Take(k + 1).Sum() >= members);
        var spines = Used(cluster, result, Tier.Spine);
        output.WriteLine($"{state}, {members}: {spines} spines, {Used(cluster, result, Tier.Leaf)} leaves; at least {bound} spines");
        Assert.InRange(spines, bound, bound + 1);
    }

    private static int Used(ClusterSnapshot cluster, PlacementResult result, Tier tier)
    {
        if (result.Plan is not { } plan) return 0;
        var domainOf = Partitions.Of(cluster.Topology, tier);
        return plan.Members.Select(m => domainOf[m.Node]).Distinct().Count();
    }

    private static long MostByFlow(HashSet<int> busy, Tier? required) => FlowOf(busy, required ?? Tier.Cluster).Max();

    /// <summary>By domain of a tier: the most members that its free nodes and its racks' headroom admit.</summary>
    private static List<long> FlowOf(HashSet<int> busy, Tier tier)
    {
        var slots = Enumerable.Range(0, (Scene.Nodes / PerRack) + 1)
            .Select(r => (long)FullPerRack - Enumerable.Range((r * PerRack) - Shift, PerRack).Count(busy.Contains) + Missing(r)).ToArray();
        var size = tier == Tier.Leaf ? Scene.PerLeaf : tier == Tier.Spine ? Scene.PerLeaf * Scene.PerLeaf : Scene.Nodes;
        return [.. Enumerable.Range(0, Scene.Nodes).Where(n => !busy.Contains(n)).GroupBy(n => n / size)
            .Select(d => MaxFlow.LeavesByRacks([.. d.Select(n => (n / Scene.PerLeaf, (n + Shift) / PerRack))], slots))];
    }

    /// <summary>Whole members more that a rack admits because it is short of nodes: the first and the last have four, and so less idle draw.</summary>
    private static long Missing(int rack) =>
        rack == 0 || rack == Scene.Nodes / PerRack ? (PerRack - Shift) * IdleWatts / (FullWatts - IdleWatts) : 0;
}
