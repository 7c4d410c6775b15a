using System.Collections.Concurrent;
using System.Diagnostics;
using TopoScheduler.Core.Placement;
using TopoScheduler.Testing.Cases;
using TopoScheduler.Testing.Oracles;
using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Placement;

/// <summary>500 cases of 64 to 512 nodes that fit by construction: a placement was drawn first, budgets and free slots just admit it.</summary>
public sealed class PlantedCaseTests(ITestOutputHelper output)
{
    /// <summary>500, or as many as <c>TOPOSCHEDULER_PLANTED_CASES</c> says, for a longer hunt.</summary>
    private static readonly int Cases =
        int.TryParse(Environment.GetEnvironmentVariable("TOPOSCHEDULER_PLANTED_CASES"), out var cases) ? cases : 500;

    [Fact]
    public void Plan_PlantedCases_AreNeverRefused()
    {
        var answers = new ConcurrentBag<(PlacementCase Case, PlacementResult Result, IReadOnlyList<string> Faults, double Ms)>();
        Parallel.For(0, Cases, new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var drawn = PlantedCases.Draw(seed);
            var watch = Stopwatch.StartNew();
            var result = PlacementEngine.Plan(drawn.Cluster, drawn.Gang, PlacementPolicy.Default);
            answers.Add((drawn, result, PlacementAudit.Faults(drawn.Cluster, drawn.Gang, result), watch.Elapsed.TotalMilliseconds));
        });

        var all = answers.OrderBy(a => a.Case.Seed).ToList();
        var undecided = all.Where(a => a.Result.Outcome == PlacementOutcome.Undecided).ToList();
        var proven = all.Count(a => a.Case.Proved);
        output.WriteLine($"{all.Count} cases, {proven} in the proved class, {undecided.Count} undecided, {all.Sum(a => a.Ms):F0} ms in the engine");
        var slowest = all.OrderByDescending(a => a.Ms).Take(5).Select(a => $"seed {a.Case.Seed} {a.Ms:F0} ms, {a.Result.Search.Steps} steps");
        output.WriteLine($"slowest: {string.Join(", ", slowest)}");
        undecided.ForEach(a => output.WriteLine($"undecided after {a.Result.Search.Steps} steps: {a.Case}"));
        var refused = all.Where(a => a.Result.Outcome is PlacementOutcome.NoFit or PlacementOutcome.Invalid).ToList();
        Assert.True(refused.Count == 0, Listed(refused.Select(a => $"{a.Result.Outcome}: {a.Case}")));
        var faulty = all.Where(a => a.Faults.Count > 0).ToList();
        Assert.True(faulty.Count == 0, Listed(faulty.Select(a => $"{string.Join("; ", a.Faults)}: {a.Case}")));
        var proved = undecided.Where(a => a.Case.Proved).ToList();
        Assert.True(proved.Count == 0, Listed(proved.Select(a => $"undecided: {a.Case}")));
    }

    private static string Listed(IEnumerable<string> lines)
    {
        var all = lines.ToList();
        return $"{all.Count} cases{Environment.NewLine}{string.Join(Environment.NewLine, all.Take(20))}";
    }
}
