using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>The one sentence of an explanation, and the words of its parts. A function of the finished parts.</summary>
internal static class ExplainText
{
    /// <summary>What keeps a domain from holding a gang.</summary>
    /// <param name="constraint">The constraint.</param>
    /// <param name="size">Members that must be placed.</param>
    public static string Blocker(FitConstraint constraint, int size) => constraint switch
    {
        FitConstraint.Tier or FitConstraint.NvLink => $"too small for {ReportText.Count(size, "pod")}, even with all of it free",
        FitConstraint.Resources => "other pods have the room",
        FitConstraint.Readiness => "nodes not Ready, cordoned or switched off",
        FitConstraint.Taints => "nodes with a taint the pods do not tolerate",
        FitConstraint.Affinity => "node selectors, node affinity or pod (anti)affinity",
        FitConstraint.Spread => "topology spread constraints",
        FitConstraint.Volumes => "volumes that cannot be reached from there",
        FitConstraint.Power => "power budgets leave too few watts",
        FitConstraint.PodCount => "nodes run as many pods as they may",
        FitConstraint.Memory => "too little GPU memory",
        _ => "constraints that cannot all be met together",
    };

    /// <summary>The sentence of a node.</summary>
    public static string OfNode(string name, ExplanationNode node, bool open)
    {
        var devices = string.Join(", ", node.Devices.Select(d => $"{Whole(d.Free)} of {Whole(d.Allocatable)} {d.Resource} free"));
        var pods = $"{ReportText.Count(node.Pods.Length, "pod")} on it";
        var least = node.Power.OrderBy(p => p.HeadroomWatts).FirstOrDefault();
        var watts = least is null ? "" : least.HeadroomWatts < 0 ? $"; {IdOf(least)} is {ReportText.Watts(-least.HeadroomWatts)} over its budget" : $"; {ReportText.Watts(least.HeadroomWatts)} left in {IdOf(least)}";
        var could = node.Waiting.IsEmpty ? "" : $"; {node.Waiting.Count(w => w.Members > 0)} of {ReportText.Count(node.Waiting.Length, "waiting gang")} could use it";
        return $"{name} {(open ? "takes new pods" : $"takes no new pods ({string.Join(", ", node.ClosedBy)})")}: {(devices.Length > 0 ? devices + ", " : "")}{pods}{watts}{could}.";
    }

    /// <summary>The sentence of a pod or a gang.</summary>
    public static string Of(Explanation answer, Gang gang, WaitFacts facts)
    {
        var sentence = OfGang(answer, gang, facts);
        var subject = answer.Subject;
        if (subject.Kind != ExplanationSubjectKind.Pod || gang.Size <= 1) return sentence;
        var member = subject.Member is { } m ? string.Create(CultureInfo.InvariantCulture, $"member {m} of {gang.Size}") : $"one of {gang.Size} members";
        return subject.Node is { } node && answer.State is not ExplanationState.Waiting
            ? $"{subject.Name} is on {node}, {member} of {gang.Key.Id}. {sentence}"
            : $"{subject.Name} is {member} of {gang.Key.Id}. {sentence}";
    }

    private static string OfGang(Explanation answer, Gang gang, WaitFacts facts) => answer.Cause.Kind switch
    {
        ExplanationCauseKind.None => $"Runs{Where(answer)}{Better(answer)}.",
        ExplanationCauseKind.Planned => $"Has its places{Where(answer)}; {ReportText.Count(facts.OnTheWay, "pod")} on the way.",
        ExplanationCauseKind.Finished => "Has finished.",
        ExplanationCauseKind.Incomplete => $"Waits for its members: {ReportText.Clause(facts.Incomplete ?? "some are missing")}{Then(answer, gang)}.",
        ExplanationCauseKind.OtherGate => $"Waits behind a gate of somebody else: {Gates(facts)}{Then(answer, gang)}.",
        ExplanationCauseKind.Kueue => $"Waits for Kueue to admit it{(facts.OtherGates.IsEmpty ? "" : ": " + Gates(facts))}{Then(answer, gang)}.",
        ExplanationCauseKind.Invalid => $"Cannot be placed as it is written: {Invalid(gang)}.",
        ExplanationCauseKind.FitsNow => $"Nothing is in its way: it fits now{(answer.State == ExplanationState.PartlyBound ? " beside the members that have nodes" : Where(answer))}{Turn(answer)}.",
        ExplanationCauseKind.Queue => $"Would fit now, but comes after others that take the room: {Before(answer)}.",
        ExplanationCauseKind.KeptForHead => $"Would fit, but only on nodes that are kept for {answer.Cause.Domain}, which comes first.",
        ExplanationCauseKind.HoldsOut => $"Would fit now{Where(answer)}, and holds out for one {answer.Cause.Domain}{Until(answer)}.",
        ExplanationCauseKind.Undecided => $"Undecided: the bounded search found no place and did not prove that there is none; {Lowered(CauseText.Of(answer, gang))}.",
        _ => $"Does not fit: {Partly(answer, facts)}{CauseText.Of(answer, gang)}.",
    };

    /// <summary>A moment in whole seconds of UTC: <c>2027-01-31T16:00:00Z</c>.</summary>
    internal static string Written(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The same of one that may not be known.</summary>
    internal static string? Written(DateTimeOffset? at) => at is { } known ? Written(known) : null;

    /// <summary>In the middle of a sentence it starts small.</summary>
    internal static string Lowered(string clause) => clause.Length > 1 && char.IsLower(clause[1]) ? char.ToLowerInvariant(clause[0]) + clause[1..] : clause;

    private static string Where(Explanation answer)
    {
        if (answer.Place is not { } place) return "";
        var pods = place.Placement.Pods.Length == 1 ? "" : $" with {ReportText.Count(place.Placement.Pods.Length, "pod")}";
        var at = place.Placement.Tier == Tier.Node.Name ? $" on {place.Placement.Domain}" : place.Placement.Tier == place.Placement.Domain ? " across the cluster" : $" in {place.Placement.Tier} {place.Placement.Domain}";
        var cost = place.Estimate.CommunicationMs <= 0 ? "" : $", {ReportText.Step(place.Estimate.CommunicationMs)}{(place.Estimate.GapPercent < 0.5 ? ", the best possible" : $", {ReportText.Number(Math.Round(place.Estimate.GapPercent))}% over the best possible")}";
        return pods + at + cost;
    }

    private static string Better(Explanation answer) => answer.Place?.Better is { } better
        ? $"; now there is a better place{(better.Tier == better.Domain ? "" : $" in {better.Tier} {better.Domain}")}, {(better.CommunicationMs < answer.Place.Estimate.CommunicationMs ? "with " + ReportText.Step(better.CommunicationMs) : "as fast and closer together")}"
        : "";

    // What would come after the gate or the missing members.
    private static string Then(Explanation answer, Gang gang) => answer.Place is { } ? "; there is room for it now"
        : answer.Reasons.IsEmpty || answer.Tiers.IsEmpty ? "" : $"; there is no room for it either: {CauseText.Of(answer with { Cause = CauseFinder.Of(gang, answer.Tiers, answer.Reasons) }, gang)}";

    private static string Gates(WaitFacts facts) => ReportText.List([.. facts.OtherGates.Select(g => $"{g.Name} on {ReportText.Count(g.Pods, "pod")}")]);

    private static string Invalid(Gang gang)
    {
        var error = gang.Problems.FirstOrDefault(p => p.Severity == Severity.Error);
        return error is null ? "its pods cannot be read as a gang" : ReportText.Clause($"{error.Object} {error.Message}");
    }

    private static string Turn(Explanation answer) => answer.Wait is { Position: > 1 and var position } wait ? string.Create(CultureInfo.InvariantCulture, $", number {position} of {wait.QueueLength} in the queue") : "";

    private static string Before(Explanation answer) => answer.Wait is not { Before.IsEmpty: false } wait ? "gangs of higher priority"
        : ReportText.List([.. wait.Before.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Gang} (priority {b.Priority}, {ReportText.Count(b.Pods, "pod")})"))]);

    private static string Until(Explanation answer) => answer.Wait?.HoldsOutUntil is { } until ? $" until {until}" : "";

    private static string Partly(Explanation answer, WaitFacts facts) => answer.State == ExplanationState.PartlyBound
        ? $"{facts.Placed.Count} of {ReportText.Count(answer.Gang?.Size ?? 0, "member")} have nodes; "
        : "";

    private static string IdOf(PowerHeadroom headroom) => $"{headroom.Kind}/{headroom.Name}";

    private static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
