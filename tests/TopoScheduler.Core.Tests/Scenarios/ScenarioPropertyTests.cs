using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Scenarios;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Cases;

namespace TopoScheduler.Core.Tests.Scenarios;

/// <summary>What must hold of every scenario, on drawn cases.</summary>
public sealed class ScenarioPropertyTests
{
    private const int Cases = 300;

    [Fact]
    public void Apply_Finish_IsRemovingThePods()
    {
        var (removed, differing) = (0, 0);
        foreach (var drawn in Drawn())
        {
            string[] ids = [.. drawn.Pods.Where(p => !p.IsDaemon).Where((_, i) => (i + drawn.Seed) % 2 == 0).Select(p => p.Id)];
            var asked = Apply(drawn.Cluster, new() { Finish = [.. ids] });
            var without = ClusterSnapshot.Create(drawn.Nodes, drawn.Pods.Where(p => !ids.Contains(p.Id)));

            AssertSame(without, asked, drawn);
            removed += ids.Length;
            differing += Outcome(asked, drawn) == Outcome(drawn.Cluster, drawn) ? 0 : 1;
        }

        Assert.True(removed > 300 && differing > 10, $"too tame to say much: {removed} removed, {differing} other outcomes");
    }

    [Fact]
    public void Apply_EverythingDrained_NothingFits()
    {
        foreach (var drawn in Drawn())
        {
            var result = Scenario.Apply(drawn.Cluster, new() { Drain = [.. drawn.Nodes.Select(n => $"node/{n.Name}")] });

            Assert.Equal(PlacementOutcome.NoFit, Outcome(result.Cluster, drawn));
            Assert.Equal(drawn.Pods.Count(p => !p.IsDaemon), result.Displaced.Sum(g => g.Size));
        }
    }

    [Fact]
    public void Apply_NothingDrainedOrEnded_DisplacesNobody()
    {
        foreach (var drawn in Drawn()) Assert.Empty(Scenario.Apply(drawn.Cluster, new() { FinishBelow = -1 }).Displaced);
    }

    // Budgets above the racks are shared with the idle watts of what is added: there, adding can hurt, and the report says so.
    [Fact]
    public void Apply_RacksAdded_NeverHurt()
    {
        var (placed, helped) = (0, 0);
        foreach (var drawn in Drawn().Where(d => d.Proved))
        {
            var nodes = drawn.Nodes.Select((n, i) => n with { PowerLocation = new() { Rack = n.PowerLocation.Rack ?? $"own{i}", RackBudgetWatts = n.PowerLocation.RackBudgetWatts } });
            var cluster = ClusterSnapshot.Create(nodes, drawn.Pods);
            var before = PlacementEngine.Plan(cluster, drawn.Gang, PlacementPolicy.Default);
            foreach (var rack in cluster.Power.Domains)
            {
                var after = PlacementEngine.Plan(Apply(cluster, new() { AddRacks = [$"{rack.Id}=1"] }), drawn.Gang, PlacementPolicy.Default);
                if (before.Plan is not null) Assert.True(after.Plan is not null, $"{rack.Id} hurts: {drawn}");
                placed += before.Plan is null ? 0 : 1;
                helped += before.Plan is null && after.Plan is not null ? 1 : 0;
            }
        }

        Assert.True(placed > 100 && helped > 20, $"too tame to say much: {placed} placed, {helped} helped");
    }

    [Fact]
    public void Apply_RacksAddedAndDrained_ChangeNothingButIdleWatts()
    {
        foreach (var drawn in Drawn())
        {
            var cluster = drawn.Cluster;
            if (!cluster.Power.Domains.Any(d => d.Kind == PowerDomainKind.Rack)) continue;
            var rack = cluster.Power.Domains.First(d => d.Kind == PowerDomainKind.Rack);
            var grown = Apply(cluster, new() { AddRacks = [$"{rack.Id}=2"] });

            Assert.Equal(cluster.Nodes.Length + 2 * rack.Nodes.Length, grown.Nodes.Length);
            foreach (var domain in cluster.Power.Domains)
            {
                var then = grown.Power.Domains.Single(d => d.Id == domain.Id);
                Assert.Equal(domain.BudgetWatts, then.BudgetWatts);
                if (domain.Kind == PowerDomainKind.Rack) Assert.Equal(cluster.CommittedWatts(domain.Index), grown.CommittedWatts(then.Index));
            }
        }
    }

    // Against labels that say what is left: nodes on both feeds name the other one alone, nodes on this one are switched off.
    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    public void Apply_LostFeed_EqualsTheClusterWhoseLabelsNameTheOtherAlone(string feed)
    {
        var (compared, differing) = (0, 0);
        foreach (var drawn in Drawn(1_200))
        {
            var request = new ScenarioRequest { LoseFeed = [feed] };
            var result = Scenario.Apply(drawn.Cluster, request);
            if (!result.IsUnderstood) continue;
            var labelled = ClusterSnapshot.Create(
                drawn.Nodes.Select(n => Without(drawn.Cluster, n, feed == "A" ? PowerFeed.A : PowerFeed.B)), drawn.Pods.Where(p => Kept(p, result)));

            foreach (var domain in labelled.Power.Domains)
            {
                var same = result.Cluster.Power.Domains.Single(d => d.Id == domain.Id);
                Assert.Equal(domain.BudgetWatts, same.BudgetWatts);
                Assert.True(labelled.CommittedWatts(domain.Index) == result.Cluster.CommittedWatts(same.Index), $"{domain.Id}: {drawn}");
            }

            Assert.Equal(Outcome(labelled, drawn), Outcome(result.Cluster, drawn));
            AssertSame(result.Cluster, Apply(drawn.Cluster, request with { LoseFeed = [feed, feed] }), drawn);
            AssertSame(result.Cluster, Apply(result.Cluster, request, mayFail: true), drawn);
            compared++;
            differing += Outcome(result.Cluster, drawn) == Outcome(drawn.Cluster, drawn) ? 0 : 1;
        }

        Assert.True(compared > 100 && differing > 5, $"too tame to say much: {compared} compared, {differing} other outcomes");

        static bool Kept(PodInfo pod, ScenarioResult result) =>
            !result.Displaced.Any(g => g.Key.Id == pod.Id);
    }

    [Fact]
    public void Apply_AnyOrder_IsTheOneCluster()
    {
        foreach (var drawn in Drawn())
        {
            var random = new Random(drawn.Seed);
            var request = Draw(random, drawn.Cluster);
            var shuffled = request with
            {
                Drain = Shuffled(random, request.Drain),
                AddRacks = Shuffled(random, request.AddRacks),
                Budget = Shuffled(random, request.Budget),
                Finish = Shuffled(random, request.Finish),
            };
            var (one, other) = (Scenario.Apply(drawn.Cluster, request), Scenario.Apply(drawn.Cluster, shuffled));

            Assert.Empty(one.Problems);
            AssertSame(one.Cluster, other.Cluster, drawn);
            Assert.Equal(one.Changes.AsEnumerable(), other.Changes);
            Assert.Equal(one.Displaced.Select(g => (g.Key, g.Size)), other.Displaced.Select(g => (g.Key, g.Size)));
        }
    }

    [Fact]
    public void Apply_OneAfterTheOther_IsAllAtOnce()
    {
        foreach (var drawn in Drawn())
        {
            var request = Draw(new Random(drawn.Seed), drawn.Cluster) with { AddRacks = [] };
            var atOnce = Apply(drawn.Cluster, request);
            var budgets = Apply(drawn.Cluster, new() { Budget = request.Budget });
            var finished = Apply(budgets, new() { Finish = request.Finish });
            var drained = Apply(finished, new() { Drain = request.Drain });

            AssertSame(atOnce, request.LoseFeed.IsEmpty ? drained : Apply(drained, new() { LoseFeed = request.LoseFeed }), drawn);
        }
    }

    private static ScenarioRequest Draw(Random random, ClusterSnapshot cluster)
    {
        var places = cluster.Nodes.Select(n => $"node/{n.Name}").Concat(cluster.Power.Domains.Select(d => d.Id)).ToList();
        var racks = cluster.Power.Domains.Where(d => d.Kind == PowerDomainKind.Rack).ToList();
        var pods = Enumerable.Range(0, cluster.Nodes.Length).SelectMany(n => cluster.PodsOf(n)).Where(p => !p.IsDaemon).ToList();
        return new()
        {
            Drain = [.. places.Where(_ => random.Next(6) == 0)],
            AddRacks = [.. racks.Where(_ => random.Next(3) == 0).Select(r => $"{r.Id}={1 + random.Next(2)}")],
            Budget = [.. cluster.Power.Domains.Where(_ => random.Next(3) == 0).Select(d => $"{d.Id}={random.Next(60_000)}")],
            LoseFeed = random.Next(2) == 0 && Scenario.Apply(cluster, new() { LoseFeed = ["A"] }).IsUnderstood ? ["A"] : [],
            Finish = [.. pods.Where(_ => random.Next(4) == 0).Select(p => p.Id)],
        };
    }

    private static NodeInfo Without(ClusterSnapshot cluster, NodeInfo node, PowerFeed feed)
    {
        var at = node.PowerLocation;
        if (at.PduB is not null)
        {
            return node with
            {
                PowerLocation = feed == PowerFeed.A
                    ? at with { Pdu = at.PduB, PduBudgetWatts = cluster.Power.Domains.Single(d => d.Id == $"pdu/{at.PduB}").BudgetWatts, PduB = null, PduBBudgetWatts = null }
                    : at with { PduB = null, PduBBudgetWatts = null },
            };
        }

        var dark = at.Feed == feed;
        return node with { Power = node.Power with { Powered = node.Power.Powered && !dark }, PowerLocation = dark ? at with { Pdu = null, PduBudgetWatts = null, Feed = PowerFeed.None } : at with { Feed = PowerFeed.None } };
    }

    private static void AssertSame(ClusterSnapshot expected, ClusterSnapshot actual, PlacementCase drawn)
    {
        Assert.Equal(expected.Nodes.Select(n => (n.Name, n.Unschedulable, n.Power.Powered)), actual.Nodes.Select(n => (n.Name, n.Unschedulable, n.Power.Powered)));
        Assert.Equal(expected.Power.Domains.Select(d => (d.Id, d.BudgetWatts)), actual.Power.Domains.Select(d => (d.Id, d.BudgetWatts)));
        Assert.Equal(expected.Power.Constraints.AsEnumerable(), actual.Power.Constraints);
        Assert.Equal(expected.ConstraintLoads(), actual.ConstraintLoads());
        for (var n = 0; n < expected.Nodes.Length; n++) Assert.Equal(expected.PodsOf(n).Select(p => p.Id), actual.PodsOf(n).Select(p => p.Id));
        var (one, other) = (PlacementEngine.Plan(expected, drawn.Gang, PlacementPolicy.Default), PlacementEngine.Plan(actual, drawn.Gang, PlacementPolicy.Default));
        Assert.True(one.Outcome == other.Outcome && one.Search == other.Search, drawn.ToString());
        Assert.Equal(one.Plan?.Members.Select(m => m.Node), other.Plan?.Members.Select(m => m.Node));
    }

    private static ClusterSnapshot Apply(ClusterSnapshot cluster, ScenarioRequest request, bool mayFail = false)
    {
        var result = Scenario.Apply(cluster, request);
        Assert.True(mayFail || result.IsUnderstood, string.Join('\n', result.Problems));
        return result.Cluster;
    }

    private static PlacementOutcome Outcome(ClusterSnapshot cluster, PlacementCase drawn) => PlacementEngine.Plan(cluster, drawn.Gang, PlacementPolicy.Default).Outcome;

    private static ImmutableArray<string> Shuffled(Random random, ImmutableArray<string> texts)
    {
        var array = texts.ToArray();
        random.Shuffle(array);
        return [.. array];
    }

    private static IEnumerable<PlacementCase> Drawn(int cases = Cases) => Enumerable.Range(0, cases).Select(SmallCases.Draw);
}
