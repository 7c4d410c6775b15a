using System.Collections.Immutable;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Core.Topology;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>A line of an explanation with what is said below it.</summary>
/// <param name="Name">Tier or constraint.</param>
/// <param name="Text">What is said of it.</param>
/// <param name="Mark">Whether the gang asks for it; empty for no.</param>
/// <param name="Ink">Whether that is good news.</param>
/// <param name="Details">What is said below it.</param>
internal sealed record ExplanationLine(string Name, string Text, string Mark, Ink Ink, ImmutableArray<string> Details);

/// <summary>What the forms of an explanation say alike: of the subject, its place, the tiers and the nodes.</summary>
internal static class ExplanationWords
{
    /// <summary>What the lines of the tiers are.</summary>
    public const string Tiers = "per tier: domains that can hold all of it, and what keeps the others from it";

    /// <summary>How far the counter-offers can be trusted.</summary>
    public const string Verified = "each verified by planning again";

    private const int MostDetails = 3;

    /// <summary>Nothing is in the way.</summary>
    public static bool IsGood(Explanation answer) => answer.State switch
    {
        ExplanationState.Running or ExplanationState.Open or ExplanationState.Planned or ExplanationState.Finished => true,
        ExplanationState.Closed => false,
        _ => answer.Cause.Kind == ExplanationCauseKind.FitsNow,
    };

    /// <summary>The gang or node.</summary>
    public static string NameOf(Explanation answer) =>
        answer.Gang is { } gang ? ReportWords.NameOf(gang) : answer.Subject.Kind == ExplanationSubjectKind.Node ? $"node {answer.Subject.Name}" : answer.Subject.Gang ?? answer.Subject.Name;

    /// <summary>How it stands.</summary>
    public static string State(Explanation answer) => answer.State == ExplanationState.PartlyBound ? "partly bound" : answer.State.ToString().ToLowerInvariant();

    /// <summary>Heading of the place.</summary>
    public static string PlaceTitle(Explanation answer) => answer.State is ExplanationState.Running or ExplanationState.Planned ? "Where" : "Where it would go";

    /// <summary>The domains of a place, and the pods in each.</summary>
    public static IEnumerable<(string Domain, string Pods)> Domains(ExplanationPlace place) =>
        place.Placement.Pods.GroupBy(p => string.Join('/', p.Path)).Select(g => (g.Key.Length == 0 ? "nodes" : g.Key, $"{Figures.Count(g.Count(), "pod")} on {NameRanges.Of(g.Select(p => p.Node))}"));

    /// <summary>What else is said of a place.</summary>
    public static IEnumerable<(string Label, string Text)> Place(ExplanationPlace place, bool hasGpus)
    {
        if (place.Chosen is { } chosen) yield return ("why there", chosen);
        if (hasGpus && place.Estimate.CommunicationMs > 0) yield return ("per step", $"{Figures.Milliseconds(place.Estimate.CommunicationMs)} of communication, {ReportWords.Gap(place.Estimate)}");
        if (place.Power.AddedWatts > 0) yield return ("power", $"{Figures.Watts(place.Power.AddedWatts)}{(place.Power.GpuCapWatts is { } cap ? $", every GPU capped at {cap} W" : "")}");
        if (place.Better is { } better) yield return ("better now", $"{better.Tier} {better.Domain}, {Figures.Milliseconds(better.CommunicationMs)} per step, if {Figures.Count(better.MovedPods, "pod")} moved");
    }

    /// <summary>The tiers that are worth saying.</summary>
    public static IEnumerable<ExplanationLine> TierLines(Explanation answer)
    {
        ExplanationTier? before = null;
        foreach (var tier in answer.Tiers.Where(t => IsWorthSaying(t, answer)))
        {
            var known = before is not null && IsAlike(before, tier);
            before = tier;
            var mark = tier.IsRequired ? "required" : tier.IsPreferred ? "preferred" : "";
            var unknown = tier.Unknown > 0 ? $", {tier.Unknown} undecided" : "";
            yield return new(tier.Tier, $"{tier.CanHold} of {Figures.Whole(tier.Domains)} can hold it{unknown}", mark, tier.CanHold > 0 ? Ink.Good : Ink.Bad, known ? [] : [.. Below(tier)]);
        }
    }

    /// <summary>How many nodes can take a pod.</summary>
    public static string Usable(ExplanationNodes nodes) =>
        $"{Figures.Whole(nodes.Usable)} of {Figures.Whole(nodes.Nodes)} can take a pod of it{(nodes.Usable > 0 ? $", {Figures.Count(nodes.Slots, "pod")} in all" : "")}";

    /// <summary>What eliminates the others.</summary>
    public static IEnumerable<ExplanationLine> NodeLines(ExplanationNodes nodes) =>
        nodes.Eliminated.Select(e => new ExplanationLine(Constraint(e.Constraint), Figures.Count(e.Nodes, "node"), "", Ink.Bad, [.. Below(e)]));

    /// <summary>A constraint as the report calls it.</summary>
    public static string Constraint(FitConstraint constraint) => ConstraintNames.Policy.ConvertName(constraint.ToString());

    // A gang of many pods fits no node, which is no news, and what a wider tier says is enough.
    private static bool IsWorthSaying(ExplanationTier tier, Explanation answer) =>
        tier.IsRequired || tier.IsPreferred || tier.Tier == Tier.Cluster.Name || tier.CanHold > 0
        || (tier.Tier != Tier.Node.Name && !(tier.Eliminated is [{ Constraint: FitConstraint.Tier or FitConstraint.NvLink }]))
        || answer.Gang?.Size == 1 && tier.Tier == Tier.Node.Name;

    // A wider tier of one domain that says what the narrower one says.
    private static bool IsAlike(ExplanationTier a, ExplanationTier b) =>
        a.Domains == b.Domains && a.CanHold == b.CanHold && a.Eliminated.SequenceEqual(b.Eliminated) && a.Best is { } x && b.Best is { } y
        && x.Room == y.Room && x.Lost.SequenceEqual(y.Lost) && x.Occupants.SequenceEqual(y.Occupants);

    private static IEnumerable<string> Below(ExplanationTier tier)
    {
        foreach (var eliminated in tier.Eliminated) yield return $"{Figures.Whole(eliminated.Domains)} {(tier.CanHold == 0 && tier.Eliminated.Length == 1 ? "" : "of them ")}not: {eliminated.Message}";
        if (tier.CanHold > 0 || tier.Best is not { } best) yield break;
        var lost = string.Join(", ", best.Lost.Select(l => $"{l.Members} to {Lost(l)}"));
        yield return $"roomiest: {(best.Path == tier.Tier ? "" : best.Path + ", ")}room for {best.Room} of {Figures.Count(best.Wanted, "pod")}{(lost.Length > 0 ? $"; lost: {lost}" : "")}";
        foreach (var reason in best.Reasons.Where(r => r is { Constraint: FitConstraint.Power, Domain: not null }).Take(MostDetails)) yield return reason.Message;
        if (best.Occupants.IsEmpty) yield break;
        yield return $"there: {string.Join(", ", best.Occupants.Select(o => $"{o.Id} ({Figures.Count(o.Pods, "pod")}, {Figures.Count(o.Gpus, "GPU")}, priority {o.Priority}{(o.EndsAt is { } at ? $", until {at}" : "")})"))}";
    }

    private static IEnumerable<string> Below(NodeElimination eliminated)
    {
        foreach (var detail in eliminated.Details.Take(MostDetails))
        {
            yield return $"{detail.Message}: {NameRanges.Of(detail.Names)}{(detail.Nodes > detail.Names.Length ? $" and {Figures.Whole(detail.Nodes - detail.Names.Length)} more" : "")}";
        }

        if (eliminated.Details.Length > MostDetails) yield return $"and {eliminated.Details.Length - MostDetails} more kinds (-o json)";
    }

    private static string Lost(LostRoom lost) => lost.Constraint switch
    {
        FitConstraint.Resources => "running pods",
        FitConstraint.Power => "power budgets",
        _ => $"{Constraint(lost.Constraint)} ({Figures.Count(lost.Nodes, "node")})",
    };
}
