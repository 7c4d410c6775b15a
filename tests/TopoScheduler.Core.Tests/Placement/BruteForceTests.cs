using System.Collections.Concurrent;
using System.Diagnostics;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Testing.Cases;
using TopoScheduler.Testing.Oracles;
using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Placement;

/// <summary>The engine against enumeration of every placement, on small cases.</summary>
public sealed class BruteForceTests(ITestOutputHelper output)
{
    /// <summary>3,000, or as many as <c>TOPOSCHEDULER_CASES</c> says, for a longer hunt.</summary>
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("TOPOSCHEDULER_CASES"), out var cases) ? cases : 3_000;

    /// <summary>The cases, and beyond them the seeds that showed a fault once.</summary>
    private static readonly int[] Seeds =
    [
        .. Enumerable.Range(0, Cases),
        4_292, 4_456, 6_514, 7_229, 8_139, 9_619, 17_153, 19_251, 20_168, 20_843, 20_981,
        21_188, 22_554, 25_429, 26_832, 30_215, 34_972, 35_266, 37_734, 38_471, 39_875, 52_798, 59_496,
    ];

    private static readonly Lazy<IReadOnlyList<Verdict>> All = new(() =>
    {
        var verdicts = new ConcurrentBag<Verdict>();
        Parallel.ForEach(Seeds.Distinct(), new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed => verdicts.Add(Judge(SmallCases.Draw(seed))));
        return [.. verdicts.OrderBy(v => v.Case.Seed)];
    });

    [Fact]
    public void Plan_SmallCases_AreWorthTrying()
    {
        var all = All.Value;
        var outside = all.Count(v => !v.Case.Proved);
        output.WriteLine($"{all.Count} cases, {outside} outside the proved class, {all.Count(v => v.Oracle.Fits)} fit");
        output.WriteLine($"{all.Sum(v => v.Oracle.Placements)} placements enumerated");
        output.WriteLine($"{all.Sum(v => v.OracleMs):F0} ms in enumeration, {all.Sum(v => v.EngineMs):F0} ms in the engine");
        output.WriteLine(string.Join(", ", all.GroupBy(v => v.Result?.Outcome.ToString() ?? "threw").OrderBy(g => g.Key).Select(g => $"{g.Key} {g.Count()}")));
        output.WriteLine($"slowest enumeration: {string.Join(", ", all.OrderByDescending(v => v.OracleMs).Take(5).Select(v => $"seed {v.Case.Seed} {v.OracleMs:F0} ms"))}");
        output.WriteLine($"slowest plan: {string.Join(", ", all.OrderByDescending(v => v.EngineMs).Take(5).Select(v => $"seed {v.Case.Seed} {v.EngineMs:F0} ms"))}");
        Assert.True(outside >= 900 && all.Count - outside >= 900);
        Assert.InRange(all.Count(v => v.Oracle.Fits), all.Count / 4, all.Count * 9 / 10);
    }

    [Fact]
    public void Plan_SmallCases_NeverThrowsNorBreaksARule() => None(
        v => v.Error is not null || v.Faults.Count > 0, v => v.Error ?? string.Join("; ", v.Faults));

    [Fact]
    public void Plan_SmallCases_NeverRefusesWhatFits() => None(
        v => v.Oracle.Fits && v.Result?.Outcome is PlacementOutcome.NoFit or PlacementOutcome.Invalid, v => $"{v.Result!.Outcome}: {Reasons(v)}");

    [Fact]
    public void Plan_SmallCases_NeverPlacesWhatDoesNotFit() => None(v => !v.Oracle.Fits && v.IsPlaced, _ => "placed");

    [Fact]
    public void Plan_ProvedClass_IsNeverUndecided() => None(v => v.Case.Proved && v.Result?.Outcome == PlacementOutcome.Undecided, v => $"{v.Result!.Search.Steps} steps");

    [Fact]
    public void Plan_OutsideProvedClass_IsSeldomUndecided()
    {
        var outside = All.Value.Where(v => !v.Case.Proved).ToList();
        var undecided = outside.Where(v => v.Result?.Outcome == PlacementOutcome.Undecided).ToList();
        output.WriteLine($"{undecided.Count} of {outside.Count} undecided");
        Assert.True(undecided.Count * 100 <= outside.Count, Listed(undecided, v => $"{v.Result!.Search.Steps} steps"));
    }

    [Fact]
    public void Plan_SmallCases_LeavesOutAndMissesAsLittleAsPossible() => None(
        v => v.IsPlaced && v.Oracle.Fits && (v.Plan.Score.LeftOut, v.Plan.Score.PreferredMissed) != (v.Oracle.Best.LeftOut, v.Oracle.Best.PreferredMissed),
        v => $"left out {v.Plan.Score.LeftOut}, preferred missed {v.Plan.Score.PreferredMissed}; best {v.Oracle.Best.LeftOut}, {v.Oracle.Best.PreferredMissed}");

    [Fact]
    public void Plan_SmallCases_ClaimsTheOwnTimeOfItsLayout() => None(
        v => v.IsPlaced && v.Plan.Score.OwnTimeMs != v.OwnTimeMs, v => $"claims {v.Plan.Score.OwnTimeMs} ms, its layout takes {v.OwnTimeMs} ms");

    [Fact]
    public void Plan_SmallCases_OwnTimeWithinOnePercentOfTheBest() => None(
        v => Comparable(v) && v.OwnTimeMs > v.Oracle.Best.OwnTimeMs * 1.01, v => $"{v.OwnTimeMs} ms, best {v.Oracle.Best.OwnTimeMs} ms as {Counts(v)}");

    [Fact]
    public void Plan_EqualOwnTime_UsesTheFewestDomains()
    {
        var equal = All.Value.Where(v => Comparable(v) && v.OwnTimeMs == v.Oracle.Best.OwnTimeMs).ToList();
        var worse = equal.Where(v => Packed(v.Plan) != v.Oracle.Best.Spread).ToList();
        var faster = All.Value.Count(v => Comparable(v) && v.OwnTimeMs < v.Oracle.Best.OwnTimeMs);
        output.WriteLine($"{equal.Count} at the best own time, {worse.Count} with another part 5; {faster} faster than enumeration lays out");
        var list = Listed(worse, v => $"part 5 {Packed(v.Plan):x}, best {v.Oracle.Best.Spread:x} as {Counts(v)}");
        output.WriteLine(list);
        Assert.True(worse.Count * 100 <= equal.Count, list);
        // Enumeration lays roles out one after the other; only where there is nothing else to try can no plan be better.
        Assert.All(equal.Where(v => LayoutIsForced(v.Case.Gang)), v => Assert.True(Packed(v.Plan) >= v.Oracle.Best.Spread, $"better than the best: {v.Case}"));
    }

    private static Verdict Judge(PlacementCase drawn)
    {
        var cluster = drawn.Cluster;
        var watch = Stopwatch.StartNew();
        var oracle = BruteForce.Solve(cluster, drawn.Gang);
        var oracleMs = watch.Elapsed.TotalMilliseconds;
        watch.Restart();
        try
        {
            var result = PlacementEngine.Plan(cluster, drawn.Gang, PlacementPolicy.Default);
            var engineMs = watch.Elapsed.TotalMilliseconds;
            var faults = PlacementAudit.Faults(cluster, drawn.Gang, result);
            var time = result.Plan is { } plan && faults.Count == 0 ? OwnTimeOf(drawn, plan) : 0;
            return new(drawn, oracle, oracleMs, result, engineMs, faults, time, null);
        }
#pragma warning disable CA1031 // Any exception of the engine is what this test is about.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new(drawn, oracle, oracleMs, null, watch.Elapsed.TotalMilliseconds, [], 0, e.ToString());
        }
    }

    private static double OwnTimeOf(PlacementCase drawn, PlacementPlan plan)
    {
        var ranks = plan.Members.SelectMany(m => Enumerable.Repeat(m.Node, drawn.Gang.Roles[m.Role].Template.Gpus)).ToArray();
        return new OwnTimeEstimator(LinkTable.Default, drawn.Cluster.Topology, drawn.Gang, new double[drawn.Nodes.Length]).OwnTimeMs(ranks);
    }

    private static bool Comparable(Verdict v) => v.IsPlaced && v.Faults.Count == 0 && v.Oracle.Fits
        && (v.Plan.Score.LeftOut, v.Plan.Score.PreferredMissed) == (v.Oracle.Best.LeftOut, v.Oracle.Best.PreferredMissed);

    private static bool LayoutIsForced(Gang gang) => gang.Roles.Length == 1 && gang.Hints.SegmentSize == 0 && gang.Hints.Parallelism.IsEmpty;

    private static long Packed(PlacementPlan plan) => plan.Score.Tiers.Aggregate(0L, (sum, t) => (sum << 8) | ((long)t.Used << 4) | (uint)t.FreeBroken);

    private static string Counts(Verdict v) => string.Join(
        ' ', v.Oracle.BestCounts!.Select((c, n) => $"{v.Case.Cluster.Nodes[n].Name}:{string.Join('+', c)}").Where(s => !s.EndsWith(":0", StringComparison.Ordinal)));

    private static string Reasons(Verdict v) => string.Join(" | ", v.Result!.Reasons.Select(r => r.Message).Concat(v.Result.Problems.Select(p => p.Message)));

    private static void None(Func<Verdict, bool> wrong, Func<Verdict, string> why)
    {
        var bad = All.Value.Where(wrong).ToList();
        if (bad.Count == 0) return;
        var smallest = bad.Take(2).Select(v => Judge(CaseShrinker.Shrink(v.Case, c => wrong(Judge(c))))).ToList();
        Assert.Fail($"{Listed(bad, why)}{Environment.NewLine}Shrunk: {Listed(smallest, why)}");
    }

    private static string Listed(List<Verdict> verdicts, Func<Verdict, string> why) =>
        $"{verdicts.Count} cases (seeds {string.Join(' ', verdicts.Take(40).Select(v => v.Case.Seed))})"
        + string.Concat(verdicts.OrderBy(v => v.Case.Nodes.Length + v.Case.Gang.Size).Take(6).Select(
            v => string.Join(Environment.NewLine, "", $"- {why(v)}", $"  {v.Case}", $"  plan: {Planned(v)}")));

    private static string Planned(Verdict v) => v.Result?.Plan is { } plan
        ? string.Join(' ', plan.Members.Select(m => $"{m.Member}@{v.Case.Cluster.Nodes[m.Node].Name}"))
        : "none";

    private sealed record Verdict(
        PlacementCase Case, BruteForceAnswer Oracle, double OracleMs, PlacementResult? Result, double EngineMs, IReadOnlyList<string> Faults, double OwnTimeMs, string? Error)
    {
        public bool IsPlaced => Result?.Plan is not null;

        public PlacementPlan Plan => Result!.Plan!;
    }
}
