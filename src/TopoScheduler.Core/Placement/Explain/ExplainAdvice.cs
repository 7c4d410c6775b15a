using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>What somebody can do about the cause, beside the counter-offers: what to look at, what to run. Not verified by planning.</summary>
internal static class ExplainAdvice
{
    private const int MostNames = 8;

    /// <summary>The advice, most direct first.</summary>
    public static ImmutableArray<string> Of(Explanation answer, Gang gang, WaitFacts facts) => answer.Cause.Kind switch
    {
        ExplanationCauseKind.Incomplete => [OfMembers(gang, facts)],
        ExplanationCauseKind.OtherGate => [.. facts.OtherGates.Select(g => $"Ask whoever puts the gate {g.Name} on pods: it must come off first.")],
        ExplanationCauseKind.Kueue => [$"Ask Kueue: kubectl get workloads -n {gang.Key.Namespace}; the quota of its queue decides, not this scheduler."],
        ExplanationCauseKind.Constraint or ExplanationCauseKind.Undecided => OfConstraint(answer),
        ExplanationCauseKind.Queue when answer.Wait is { Before.IsEmpty: false } wait => [$"It goes first with a priority above {wait.Before[0].Priority.ToString(CultureInfo.InvariantCulture)}."],
        ExplanationCauseKind.KeptForHead => ["With expected-duration it may go before, if it ends before the nodes are needed."],
        _ => [],
    };

    private static string OfMembers(Gang gang, WaitFacts facts)
    {
        // A gang of a LeaderWorkerSet is a replica of it, numbered.
        var name = gang.Key.Kind == "LeaderWorkerSet" && gang.Key.Name.LastIndexOf('-') is > 0 and var dash ? gang.Key.Name[..dash] : gang.Key.Name;
        var look = $"kubectl {(gang.Key.Kind == "Pod" ? "get pods" : $"describe {gang.Key.Kind.ToLowerInvariant()} {name}")} -n {gang.Key.Namespace}";
        return facts.MembersThere == 0
            ? $"Look why its pods are not made: {look}."
            : string.Create(CultureInfo.InvariantCulture, $"Look why its other pods are not made: {look}; or mend its size, {gang.Size}, if it has fewer.");
    }

    private static ImmutableArray<string> OfConstraint(Explanation answer)
    {
        var blockers = new List<FitConstraint?> { answer.Cause.Because ?? answer.Cause.Constraint };
        if (CauseFinder.Scope(answer.Tiers).Best is { } best) blockers.AddRange(best.Lost.Where(l => best.Room + l.Members >= best.Wanted).Select(l => (FitConstraint?)l.Constraint));
        return [.. blockers.Distinct().SelectMany(b => Of(b, answer))];
    }

    private static IEnumerable<string> Of(FitConstraint? constraint, Explanation answer)
    {
        var details = answer.Nodes?.Eliminated.FirstOrDefault(e => e.Constraint == constraint)?.Details ?? [];
        return constraint switch
        {
            FitConstraint.Readiness => details.Select(d => d.Message switch
            {
                "cordoned" => $"Give the nodes back when they are well: kubectl uncordon {Names(d)}.",
                "not Ready" => $"See what is wrong: kubectl describe node {Names(d)}.",
                _ => $"Switch on: {Names(d)}.",
            }),
            FitConstraint.Taints => details.Take(2).Select(d => $"Tolerate it in the pods, or take it off: kubectl taint node {Names(d)} {d.Message["taint ".Length..]}-."),
            FitConstraint.Affinity => details.Take(2).Select(d => $"Mend the labels of {Names(d)} or what the pods ask for ({d.Message})."),
            FitConstraint.Power => ["See who draws: toposched power; a lower gpu-watts-min lets the job run under a cap where nodes enforce one."],
            _ => [],
        };
    }

    private static string Names(EliminationDetail detail) =>
        string.Join(' ', detail.Names.Take(MostNames)) + (detail.Nodes > Math.Min(detail.Names.Length, MostNames) ? $" and {ReportText.Count(detail.Nodes - Math.Min(detail.Names.Length, MostNames), "more", "more")}" : "");
}
