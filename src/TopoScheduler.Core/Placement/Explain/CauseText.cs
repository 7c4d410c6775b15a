using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>Why a gang does not fit, as a clause with figures: how many are expected, for how many there is room and where, and who or what has the rest.</summary>
internal static class CauseText
{
    private const int MostNames = 3;

    /// <summary>The clause.</summary>
    public static string Of(Explanation answer, Gang gang)
    {
        var scope = CauseFinder.Scope(answer.Tiers);
        if (scope.Best is not { } best) return Engine(answer, $"no node is labelled with a {scope.Tier}, which the gang requires");
        if (best.Room >= best.Wanted) return $"{Place(scope, best)} has free slots for {Wanted(best)}, but {ExplainText.Lowered(Engine(answer, "not all constraints can be met together"))}";
        var cause = answer.Cause;
        if (cause.Constraint == FitConstraint.Power) return $"{Expects(answer, scope, best)}: {Power(answer, best)}";
        if (InPieces(answer, gang) is { } pieces) return pieces;
        if (best.Room + best.Lost.Sum(l => (long)l.Members) < best.Wanted) return TooSmall(scope, best);
        var by = cause.Because ?? cause.Constraint;
        var all = best.Lost.Select(l => l.Constraint).Where(c => c != by && best.Room < best.Wanted).Prepend(by ?? FitConstraint.Other).Take(MostNames);
        var clause = $"{Expects(answer, scope, best)}: {string.Join("; ", all.Select(c => Taken(answer, best, c)))}";
        return cause.Constraint is FitConstraint.Tier or FitConstraint.NvLink ? $"{clause}; the cluster as a whole has room for all" : clause;
    }

    private static string Expects(Explanation answer, ExplanationTier scope, ExplanationDomain best)
    {
        var where = scope.Tier == Tier.Cluster.Name ? "the cluster" : scope.Domains > 1 ? $"the roomiest {scope.Tier}, {best.Path}," : $"{scope.Tier} {best.Path}";
        var one = scope.IsRequired ? $" in one {scope.Tier}" : "";
        if (answer.State == ExplanationState.PartlyBound) return $"{ReportText.Count(best.Wanted, "more", "more")} are to go beside them, there is room for {best.Room}";
        var pods = answer.Gang is { } gang && gang.Min < gang.Size ? $"at least {best.Wanted} of {ReportText.Count(gang.Size, "pod")}" : ReportText.Count(best.Wanted, "pod");
        return $"expects {pods}{one}, {where} has room for {best.Room}";
    }

    private static string Wanted(ExplanationDomain best) => best.Wanted == 1 ? "1 pod" : string.Create(CultureInfo.InvariantCulture, $"all {best.Wanted}");

    private static string Place(ExplanationTier scope, ExplanationDomain best) => scope.Tier == Tier.Cluster.Name ? "the cluster" : $"{scope.Tier} {best.Path}";

    private static string TooSmall(ExplanationTier scope, ExplanationDomain best)
    {
        var most = best.Room + best.Lost.Sum(l => (long)l.Members);
        return scope.Tier == Tier.Cluster.Name
            ? $"expects {ReportText.Count(best.Wanted, "pod")}, and the nodes of this cluster could hold {most} with everything else gone"
            : $"no {scope.Tier} is large enough: {best.Path} could hold {most} of {ReportText.Count(best.Wanted, "pod")} with all of it free";
    }

    // 8 GPUs are free and 8 are asked for, but not on one node.
    private static string? InPieces(Explanation answer, Gang gang)
    {
        if (answer.Nodes is not { } nodes || (answer.Cause.Because ?? answer.Cause.Constraint) != FitConstraint.Resources) return null;
        var each = gang.Roles.Max(r => r.Template.Gpus);
        var wanted = answer.Cause.Wanted * (long)each;
        return each > 1 && nodes.FreeGpus >= wanted && nodes.MostFreeGpus < each
            ? $"{ReportText.Count(nodes.FreeGpus, "GPU")} are free, but in pieces: at most {nodes.MostFreeGpus} on one node, and a pod asks for {each}"
            : null;
    }

    private static string Power(Explanation answer, ExplanationDomain best)
    {
        var reason = best.Reasons.Concat(answer.Reasons).FirstOrDefault(r => r is { Constraint: FitConstraint.Power, Domain: not null })
            ?? best.Reasons.Concat(answer.Reasons).FirstOrDefault(r => r.Constraint == FitConstraint.Power);
        return reason is null ? "its power budgets leave too few watts" : ReportText.Clause(reason.Message);
    }

    private static string Taken(Explanation answer, ExplanationDomain best, FitConstraint by)
    {
        var lost = best.Lost.FirstOrDefault(l => l.Constraint == by);
        var more = lost is null ? "the rest" : $"room for {lost.Members} more";
        if (by == FitConstraint.Resources)
        {
            var who = best.Occupants.Take(MostNames).Select(o => $"{o.Id} {(o.Gpus > 0 ? ReportText.Count(o.Gpus, "GPU") : ReportText.Count(o.Pods, "pod"))}").ToList();
            return who.Count == 0 ? Engine(answer, "other pods have the rest") : $"pods that run have {more} ({string.Join(", ", who)})";
        }

        var details = answer.Nodes?.Eliminated.FirstOrDefault(e => e.Constraint == by)?.Details ?? [];
        var what = details.IsEmpty ? ExplainText.Blocker(by, best.Wanted) : string.Join(", ", details.Take(MostNames).Select(Told));
        return $"{more} is lost: {what}";
    }

    private static string Told(EliminationDetail detail) => $"{detail.Message} ({(detail.Nodes <= MostNames ? string.Join(", ", detail.Names) : ReportText.Count(detail.Nodes, "node"))})";

    private static string Engine(Explanation answer, string otherwise) => answer.Reasons.IsEmpty ? otherwise : ReportText.Clause(answer.Reasons[0].Message);
}
