using System.Collections.Concurrent;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Testing.Cases;
using TopoScheduler.Testing.Oracles;
using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Placement;

/// <summary>Power caps against enumeration: one cap per gang, the highest multiple of 5 W under which it fits, only where nodes enforce it.</summary>
public sealed class GpuCapTests(ITestOutputHelper output)
{
    private const int Cases = 700;
    private const int Step = 5;

    [Fact]
    public void Plan_CapsAccepted_TakesTheHighestThatFits()
    {
        var outcomes = new ConcurrentBag<PlacementOutcome>();
        var wrong = new ConcurrentBag<string>();
        Parallel.For(0, Cases, new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var drawn = Capped(SmallCases.Draw(seed), enforced: true);
            var result = PlacementEngine.Plan(drawn.Cluster, drawn.Gang, PlacementPolicy.Default);
            outcomes.Add(result.Outcome);
            var (fits, cap) = HighestCap(drawn);
            var expected = !fits ? PlacementOutcome.NoFit : cap is null ? PlacementOutcome.Placed : PlacementOutcome.PlacedCapped;
            var excused = result.Outcome == PlacementOutcome.Undecided && !drawn.Proved;
            if (!excused && (result.Outcome, result.Plan?.GpuCapWatts) != (expected, cap))
            {
                wrong.Add($"{result.Outcome} at {result.Plan?.GpuCapWatts} W, expected {expected} at {cap} W, accepts {drawn.Gang.Hints.GpuWattsMin} W; {drawn}");
            }

            foreach (var fault in PlacementAudit.Faults(drawn.Cluster, drawn.Gang, result)) wrong.Add($"{fault}; {drawn}");
            if (result.Plan is { } plan && (plan.Slowdown > 1 != plan.GpuCapWatts.HasValue)) wrong.Add($"slowdown {plan.Slowdown} at cap {plan.GpuCapWatts}; {drawn}");
        });

        output.WriteLine(string.Join(", ", outcomes.CountBy(o => o).OrderBy(o => o.Key).Select(o => $"{o.Key} {o.Value}")));
        Assert.True(outcomes.Count(o => o == PlacementOutcome.PlacedCapped) >= Cases / 50, "too few cases need a cap");
        Assert.True(wrong.IsEmpty, $"{wrong.Count}: {string.Join(Environment.NewLine, wrong.Order().Take(6))}");
    }

    [Fact]
    public void Plan_NobodyEnforcesCaps_NeverPlacesCapped()
    {
        for (var seed = 0; seed < Cases / 2; seed++)
        {
            var drawn = Capped(SmallCases.Draw(seed), enforced: false);
            var result = PlacementEngine.Plan(drawn.Cluster, drawn.Gang, PlacementPolicy.Default);
            Assert.True(result.Outcome != PlacementOutcome.PlacedCapped, drawn.ToString());
            if (result.Outcome != PlacementOutcome.Undecided) Assert.Equal(BruteForce.Fits(drawn.Cluster, drawn.Gang), result.Plan is not null);
        }
    }

    private static PlacementCase Capped(PlacementCase drawn, bool enforced) => new(
        drawn.Seed,
        [.. drawn.Nodes.Select(n => n with { Power = n.Power with { CapsEnforced = enforced } })],
        drawn.Pods,
        drawn.Gang with { MinMembers = drawn.Gang.Size, Hints = drawn.Gang.Hints with { Preferred = null, GpuWattsMin = 150 + (drawn.Seed % 5 * 75) } },
        drawn.Proved);

    /// <summary>Whether the gang fits at all, and under which cap; null when it needs none.</summary>
    private static (bool Fits, int? Cap) HighestCap(PlacementCase drawn)
    {
        if (BruteForce.Fits(drawn.Cluster, drawn.Gang)) return (true, null);
        if (drawn.Gang.Gpus == 0) return (false, null);
        var power = drawn.Nodes[0].Power;
        var lowest = Math.Max(drawn.Gang.Hints.GpuWattsMin!.Value, power.GpuMinCapWatts);
        var (low, high) = ((lowest + Step - 1) / Step, power.GpuMaxWatts / Step);
        if (!FitsUnder(low)) return (false, null);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = FitsUnder(middle) ? (middle, high) : (low, middle - 1);
        }

        return (true, low * Step);

        bool FitsUnder(int steps) => BruteForce.Fits(drawn.Cluster, Under(drawn.Gang, steps * Step));
    }

    private static Gang Under(Gang gang, int cap) => gang with
    {
        Roles = [.. gang.Roles.Select(r => r with { Template = r.Template with { Power = r.Template.Power with { CapWatts = cap } } })],
    };
}
