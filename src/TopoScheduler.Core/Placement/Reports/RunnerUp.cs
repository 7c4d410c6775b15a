using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Search;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// Why the chosen domain beat the next best: one more plan with the narrowest domain that holds the placement taken out, and the first part of the total
/// order in which the two differ. Reported as an info <see cref="Problem"/> that begins with <c>chosen:</c>. A placement that no domain
/// below the cluster holds has no runner-up.
/// </summary>
internal static class RunnerUp
{
    /// <summary>What there is to say, or null.</summary>
    public static Problem? Explain(WhatIf question, PlacementPlan plan, PlacementPolicy policy)
    {
        var (tier, path) = PlacementDescription.Narrowest(question.Cluster, plan);
        if (tier == Tier.Cluster) return null;
        var excluded = PlacementDescription.NodesOf(question.Cluster, tier, plan.Members[0].Node).ToHashSet();
        var result = question.PlanOn([.. Enumerable.Range(0, question.Cluster.Nodes.Length).Select(n => !excluded.Contains(n))]);
        var chosen = $"chosen: {tier} {path}";
        return Problem.Info(question.Gang.Key.Id, result.Plan is { } next
            ? $"{chosen} over {Name(question.Cluster, next)}: {Difference(plan.Score, Rescored(question, next, policy))}."
            : $"{chosen}: {(result.Outcome == PlacementOutcome.Undecided ? "no placement was found" : "there is no placement")} without it.");
    }

    // Slots left were counted without the nodes taken out: count them again on the cluster as it is.
    private static ScoreCard Rescored(WhatIf question, PlacementPlan plan, PlacementPolicy policy)
    {
        var problem = PlacementProblem.Compile(question.Cluster, question.Gang, policy);
        problem.Configure(plan.Members.Length, plan.GpuCapWatts);
        var counts = problem.Kinds.Select(_ => new int[question.Cluster.Nodes.Length]).ToArray();
        foreach (var member in plan.Members) counts[problem.KindOfRole[member.Role]][member.Node]++;
        var judged = new PlacementScorer(problem, null).Judge(counts)?.Score;
        return judged is null ? plan.Score : plan.Score with { Tiers = judged.Tiers, PowerFillPpm = judged.PowerFillPpm };
    }

    private static string Name(ClusterSnapshot cluster, PlacementPlan plan)
    {
        var (tier, path) = PlacementDescription.Narrowest(cluster, plan);
        return tier == Tier.Cluster ? "a placement across the cluster" : $"{tier} {path}";
    }

    // The first differing part of the order of design.md §4.
    private static string Difference(ScoreCard best, ScoreCard next)
    {
        // A bounded search may miss the better of two; say no more than is true.
        if (best.CompareTo(next) > 0) return "found first, as good as the search could tell";
        if (best.LeftOut != next.LeftOut) return $"{ReportText.Count(best.LeftOut, "member")} left out against {next.LeftOut}";
        if (best.PreferredMissed != next.PreferredMissed) return "it holds the preferred tier";
        if (!best.CapSlowdown.Equals(next.CapSlowdown)) return best.CapSlowdown > 0 ? "its GPU cap slows compute less" : "it needs no GPU cap";
        if (!best.OwnTimeMs.Equals(next.OwnTimeMs)) return $"{ReportText.Number(best.OwnTimeMs)} against {ReportText.Step(next.OwnTimeMs)}";
        return Spread(best, next) ?? Tightness(best, next) ?? (best.PowerFillPpm != next.PowerFillPpm
            ? $"as good on the network, and it fills power domains to {Percent(best.PowerFillPpm)} against {Percent(next.PowerFillPpm)}"
            : "as good in every respect, and first in node order");
    }

    private static string? Spread(ScoreCard best, ScoreCard next)
    {
        for (var t = 0; t < Math.Min(best.Tiers.Length, next.Tiers.Length); t++)
        {
            var (mine, other) = (best.Tiers[t], next.Tiers[t]);
            if (mine.Used != other.Used) return $"equal time, and {Domains(mine.Used, mine.Tier)} used against {other.Used}";
            if (mine.FreeBroken != other.FreeBroken) return $"equal time, and {Domains(mine.FreeBroken, mine.Tier, "free ")} broken into against {other.FreeBroken}";
        }

        return null;
    }

    private static string? Tightness(ScoreCard best, ScoreCard next)
    {
        for (var t = Math.Min(best.Tiers.Length, next.Tiers.Length) - 1; t >= 0; t--)
        {
            var (mine, other) = (best.Tiers[t], next.Tiers[t]);
            if (mine.SlotsLeft == other.SlotsLeft) continue;
            return $"a tighter fit, {ReportText.Count(mine.SlotsLeft, "slot")} left in its {Plural(mine.Tier.Name)} against {other.SlotsLeft}";
        }

        return null;
    }

    private static string Domains(int count, Tier tier, string adjective = "") => ReportText.Count(count, adjective + tier, $"{adjective}{Plural(tier.Name)}");

    private static string Plural(string tier) => tier == "leaf" ? "leaves" : tier + "s";

    private static string Percent(long ppm) => $"{(ppm / 10_000.0).ToString("0.#", CultureInfo.InvariantCulture)}%";
}
