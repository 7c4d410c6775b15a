using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Testing.Cases;
using TopoScheduler.Testing.Oracles;

namespace TopoScheduler.Core.Tests.Explain;

/// <summary>Explanations of drawn cases, held against counting by hand and against the engine.</summary>
public sealed class ExplainerPropertyTests
{
    private const int Cases = 400;

    [Fact]
    public void Explain_AnyCase_CountsAddUpAndAgreeWithTheEngine()
    {
        var notFitting = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var drawn = SmallCases.Draw(seed);
            var answer = Explain(drawn);
            var result = PlacementEngine.Plan(drawn.Cluster, drawn.Gang, PlacementPolicy.Default);
            Assert.True(answer.Nodes!.Nodes == answer.Nodes.Usable + answer.Nodes.Eliminated.Sum(e => e.Nodes), drawn.ToString());
            Assert.All(answer.Nodes.Eliminated, e => Assert.Equal(e.Nodes, e.Details.Sum(d => d.Nodes)));
            Assert.All(answer.Tiers, t => Assert.Equal(t.Domains, t.CanHold + t.Unknown + t.Eliminated.Sum(e => e.Domains)));
            Assert.Equal(result.Plan is not null, answer.Cause.Kind is ExplanationCauseKind.FitsNow);
            if (result.Plan is null)
            {
                notFitting++;
                Assert.True(answer.Cause.Constraint is not null, drawn.ToString());
                Assert.True(result.Reasons.SequenceEqual(answer.Reasons), drawn.ToString());
            }

            if (answer.Tiers.FirstOrDefault(t => t.IsRequired) is { } required && result.Outcome == PlacementOutcome.NoFit) Assert.True(required.CanHold == 0, drawn.ToString());
        }

        Assert.True(notFitting > Cases / 10, $"only {notFitting} of {Cases} did not fit");
    }

    [Fact]
    public void Explain_MembersAlike_DomainsThatCanHoldAreThoseTheBruteForceFinds()
    {
        var compared = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var drawn = SmallCases.Draw(seed);
            if (!drawn.Proved || drawn.Gang.Roles[0].Template.AntiAffinity.Length > 0) continue;
            foreach (var tier in Explain(drawn).Tiers.Where(t => t.Tier is "leaf" or "spine" or "nvlink-domain" or "cluster"))
            {
                Assert.True(tier.Unknown == 0, $"{tier.Tier} {drawn}");
                Assert.True(CanHold(drawn, tier.Tier) == tier.CanHold, $"{tier.Tier}: {tier.CanHold}, by hand {CanHold(drawn, tier.Tier)}; {drawn}");
                compared++;
            }
        }

        Assert.True(compared > Cases, $"only {compared} tiers were compared");
    }

    [Fact]
    public void Explain_Twice_SaysTheSame()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var drawn = SmallCases.Draw(seed);
            var turned = drawn with { Nodes = [.. drawn.Nodes.Reverse()], Pods = [.. drawn.Pods.Reverse()] };
            var (a, b) = (Explain(drawn), Explain(turned));
            Assert.Equal((a.Summary, a.Cause), (b.Summary, b.Cause));
            Assert.Equal(a.Tiers.Select(t => (t.Tier, t.CanHold, t.Best?.Path, t.Best?.Room)), b.Tiers.Select(t => (t.Tier, t.CanHold, t.Best?.Path, t.Best?.Room)));
        }
    }

    private static Explanation Explain(PlacementCase drawn) => Explainer.Explain(new()
    {
        Cluster = drawn.Cluster,
        Subject = new(ExplanationSubjectKind.Gang, drawn.Gang.Key.Namespace, drawn.Gang.Key.Name),
        Gang = drawn.Gang,
    });

    // Each domain alone: all other nodes are not there.
    private static int CanHold(PlacementCase drawn, string tier)
    {
        var topology = drawn.Cluster.Topology;
        var count = 0;
        var domains = tier switch
        {
            "nvlink-domain" => topology.NvLinkDomains.Select(d => d.Nodes),
            "leaf" => topology.Domains(0).Select(d => Enumerable.Range(d.FirstNode, d.NodeCount).ToImmutableArray()),
            "spine" => topology.Domains(1).Select(d => Enumerable.Range(d.FirstNode, d.NodeCount).ToImmutableArray()),
            _ => [[.. Enumerable.Range(0, drawn.Nodes.Length)]],
        };
        var gang = drawn.Gang with { Hints = drawn.Gang.Hints with { Required = null, Preferred = null } };
        foreach (var nodes in domains)
        {
            var cluster = ClusterSnapshot.Create(drawn.Cluster.Nodes.Select((n, i) => nodes.Contains(i) ? n : n with { Ready = false }), drawn.Pods);
            if (BruteForce.Fits(cluster, gang)) count++;
        }

        return count;
    }
}
