using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// An explanation for people: the cause in one sentence first, then where it is or would go, why not per tier and per node, what it waits for, what has changed and
/// what would help. Every figure comes from the model, so this page and the JSON cannot differ.
/// </summary>
internal static class ExplanationText
{
    private const int NameColumns = 14;
    private const int MostDetails = 3;

    /// <summary>Writes it.</summary>
    public static void Write(TextPage page, Explanation answer)
    {
        WriteTitle(page, answer);
        if (answer.Node is { } node) ExplanationNodeText.Write(page, node);
        WritePlace(page, answer);
        WriteTiers(page, answer);
        WriteNodes(page, answer.Nodes);
        if (answer.Wait is { } wait) ExplanationWaitText.Write(page, answer, wait);
        ExplanationWaitText.WriteDeadlines(page, answer);
        ExplanationWaitText.WriteChange(page, answer.Changed);
        WriteOffers(page, answer);
        WriteAdvice(page, answer);
        ReasonSections.WriteProblems(page, answer.Problems, "NOTES");
    }

    private static void WriteTitle(TextPage page, Explanation answer)
    {
        var glyphs = page.Style.Glyphs;
        var (sign, ink) = answer.State switch
        {
            ExplanationState.Running or ExplanationState.Open or ExplanationState.Planned or ExplanationState.Finished => (glyphs.Tick, Ink.Good),
            ExplanationState.Closed => (glyphs.Cross, Ink.Bad),
            _ when answer.Cause.Kind == ExplanationCauseKind.FitsNow => (glyphs.Tick, Ink.Good),
            _ => (glyphs.Cross, Ink.Bad),
        };
        page.Paragraph(page.Line().Add($"{sign} ", ink), answer.Summary, Ink.Bold);
        var what = answer.Gang is { } gang ? $"{ReportWords.NameOf(gang)}   {ReportWords.SizeOf(gang)}" : answer.Subject.Kind == ExplanationSubjectKind.Node ? $"node {answer.Subject.Name}" : answer.Subject.Gang ?? answer.Subject.Name;
        page.Write(page.Line().Add(TextPage.Indent).Add($"{what}, {Words(answer.State.ToString())}", Ink.Dim));
    }

    private static void WritePlace(TextPage page, Explanation answer)
    {
        if (answer.Place is not { } place || answer.Gang is not { } gang) return;
        page.Heading(answer.State is ExplanationState.Running or ExplanationState.Planned ? "WHERE" : "WHERE IT WOULD GO");
        foreach (var group in place.Placement.Pods.GroupBy(p => string.Join('/', p.Path)).Take(page.Style.Width / 5))
        {
            var line = page.Labelled(group.Key.Length == 0 ? "cluster" : "");
            page.Paragraph(page.Line().Add(TextPage.Indent), $"{(group.Key.Length == 0 ? "nodes" : group.Key)}: {Figures.Count(group.Count(), "pod")} on {NameRanges.Of(group.Select(p => p.Node))}");
        }

        if (place.Chosen is { } chosen) page.Paragraph(page.Labelled("why there"), chosen);
        if (gang.Gpus > 0 && place.Estimate.CommunicationMs > 0) page.Write(page.Labelled("per step").Add($"{Figures.Milliseconds(place.Estimate.CommunicationMs)} of communication, {ReportWords.Gap(place.Estimate)}"));
        if (place.Power.AddedWatts > 0) page.Write(page.Labelled("power").Add($"{Figures.Watts(place.Power.AddedWatts)}{(place.Power.GpuCapWatts is { } cap ? $", every GPU capped at {cap} W" : "")}"));
        if (place.Better is { } better) page.Paragraph(page.Labelled("better now"), $"{better.Tier} {better.Domain}, {Figures.Milliseconds(better.CommunicationMs)} per step, if {Figures.Count(better.MovedPods, "pod")} moved");
    }

    private static void WriteTiers(TextPage page, Explanation answer)
    {
        var shown = answer.Tiers.Where(t => IsWorthSaying(t, answer)).ToList();
        if (shown.Count == 0) return;
        page.Heading("WHY", "per tier: domains that can hold all of it, and what keeps the others from it");
        ExplanationTier? before = null;
        foreach (var tier in shown)
        {
            var known = before is not null && IsAlike(before, tier);
            before = tier;
            var mark = tier.IsRequired ? "required" : tier.IsPreferred ? "preferred" : "";
            var unknown = tier.Unknown > 0 ? $", {tier.Unknown} undecided" : "";
            var line = page.Line().Add(TextPage.Indent).Field(tier.Tier, NameColumns).Add(" ").Add($"{tier.CanHold} of {Figures.Whole(tier.Domains)} can hold it{unknown}", tier.CanHold > 0 ? Ink.Good : Ink.Bad);
            page.Write(mark.Length > 0 ? line.Add($"  ({mark})", Ink.Dim) : line);
            if (known) continue;
            foreach (var eliminated in tier.Eliminated) Detail(page, $"{Figures.Whole(eliminated.Domains)} {(tier.CanHold == 0 && tier.Eliminated.Length == 1 ? "" : "of them ")}not: {eliminated.Message}");
            if (tier.CanHold == 0 && tier.Best is { } best) WriteBest(page, tier, best);
        }
    }

    // A gang of many pods fits no node, which is no news, and what a wider tier says is enough.
    private static bool IsWorthSaying(ExplanationTier tier, Explanation answer) =>
        tier.IsRequired || tier.IsPreferred || tier.Tier == Tier.Cluster.Name || tier.CanHold > 0
        || (tier.Tier != Tier.Node.Name && !(tier.Eliminated is [{ Constraint: FitConstraint.Tier or FitConstraint.NvLink }]))
        || answer.Gang?.Size == 1 && tier.Tier == Tier.Node.Name;

    // A wider tier of one domain that says what the narrower one says.
    private static bool IsAlike(ExplanationTier a, ExplanationTier b) =>
        a.Domains == b.Domains && a.CanHold == b.CanHold && a.Eliminated.SequenceEqual(b.Eliminated) && a.Best is { } x && b.Best is { } y
        && x.Room == y.Room && x.Lost.SequenceEqual(y.Lost) && x.Occupants.SequenceEqual(y.Occupants);

    private static void WriteBest(TextPage page, ExplanationTier tier, ExplanationDomain best)
    {
        var lost = string.Join(", ", best.Lost.Select(l => $"{l.Members} to {Lost(l)}"));
        Detail(page, $"roomiest: {(best.Path == tier.Tier ? "" : best.Path + ", ")}room for {best.Room} of {Figures.Count(best.Wanted, "pod")}{(lost.Length > 0 ? $"; lost: {lost}" : "")}");
        foreach (var reason in best.Reasons.Where(r => r is { Constraint: FitConstraint.Power, Domain: not null }).Take(MostDetails)) Detail(page, reason.Message);
        if (best.Occupants.IsEmpty) return;
        Detail(page, $"there: {string.Join(", ", best.Occupants.Select(o => $"{o.Id} ({Figures.Count(o.Pods, "pod")}, {Figures.Count(o.Gpus, "GPU")}, priority {o.Priority}{(o.EndsAt is { } at ? $", until {at}" : "")})"))}");
    }

    private static string Lost(LostRoom lost) => lost.Constraint switch
    {
        FitConstraint.Resources => "running pods",
        FitConstraint.Power => "power budgets",
        _ => $"{ConstraintName(lost.Constraint)} ({Figures.Count(lost.Nodes, "node")})",
    };

    private static void WriteNodes(TextPage page, ExplanationNodes? nodes)
    {
        if (nodes is null) return;
        page.Heading("NODES", $"{Figures.Whole(nodes.Usable)} of {Figures.Whole(nodes.Nodes)} can take a pod of it{(nodes.Usable > 0 ? $", {Figures.Count(nodes.Slots, "pod")} in all" : "")}");
        foreach (var eliminated in nodes.Eliminated)
        {
            page.Write(page.Line().Add(TextPage.Indent).Field(ConstraintName(eliminated.Constraint), NameColumns, Ink.Bad).Add($" {Figures.Count(eliminated.Nodes, "node")}"));
            foreach (var detail in eliminated.Details.Take(MostDetails))
            {
                Detail(page, $"{detail.Message}: {NameRanges.Of(detail.Names)}{(detail.Nodes > detail.Names.Length ? $" and {Figures.Whole(detail.Nodes - detail.Names.Length)} more" : "")}");
            }

            if (eliminated.Details.Length > MostDetails) Detail(page, $"and {eliminated.Details.Length - MostDetails} more kinds (-o json)");
        }
    }

    private static void WriteOffers(TextPage page, Explanation answer)
    {
        if (answer.CounterOffers.IsEmpty) return;
        page.Heading("WHAT WOULD HELP", "each verified by planning again");
        foreach (var offer in answer.CounterOffers)
        {
            var line = page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Bullet} ").Field(ReportWords.Change(offer.Change), NameColumns, Ink.Good).Add(" ");
            page.Paragraph(line, $"{offer.Detail.TrimEnd('.')} → {ReportWords.Then(offer)}");
        }
    }

    private static void WriteAdvice(TextPage page, Explanation answer)
    {
        if (answer.Advice.IsEmpty) return;
        page.Heading("WHAT TO DO");
        foreach (var advice in answer.Advice) page.Paragraph(page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Bullet} "), advice);
    }

    private static void Detail(TextPage page, string text) => page.Paragraph(page.Line().Add(TextPage.Indent).Add(new string(' ', NameColumns + 1)), text, Ink.Dim);

    /// <summary>A constraint as the report calls it.</summary>
    internal static string ConstraintName(FitConstraint constraint) => Server.Answers.ConstraintNames.Policy.ConvertName(constraint.ToString());

    private static string Words(string name) => name == "PartlyBound" ? "partly bound" : name.ToLowerInvariant();
}
