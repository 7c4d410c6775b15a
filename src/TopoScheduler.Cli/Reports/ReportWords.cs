using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>Words that every written form of a report uses alike.</summary>
internal static class ReportWords
{
    // No message holds this character: SafeText would show it as "?".
    private const string Mask = "\u0001";

    /// <summary>The outcome, and whether it is good news.</summary>
    public static (string Word, Ink Ink) Outcome(PlacementOutcome outcome) => outcome switch
    {
        PlacementOutcome.Placed => ("Placed", Ink.Good),
        PlacementOutcome.PlacedCapped => ("Placed under a cap", Ink.Good),
        PlacementOutcome.NoFit => ("Does not fit", Ink.Bad),
        PlacementOutcome.Undecided => ("Undecided", Ink.Warn),
        _ => ("Invalid", Ink.Bad),
    };

    /// <summary>What a severity is called, and its ink.</summary>
    public static (string Word, Ink Ink) Severity(Severity severity) => severity switch
    {
        Core.Severity.Error => ("error", Ink.Bad),
        Core.Severity.Warning => ("warning", Ink.Warn),
        _ => ("note", Ink.Dim),
    };

    /// <summary><c>JobSet ml/llama</c></summary>
    public static string NameOf(ReportGang gang) => $"{gang.Kind} {gang.Namespace}/{gang.Name}";

    /// <summary><c>24 pods × 8 GPUs = 192 GPUs</c></summary>
    public static string SizeOf(ReportGang gang)
    {
        var least = gang.Min < gang.Size ? $" (at least {gang.Min})" : "";
        var pods = Figures.Count(gang.Size, "pod") + least;
        if (gang.Gpus == 0) return $"{pods}, no GPU";
        var each = gang.Gpus == gang.Size * gang.GpusPerPod ? $" × {Figures.Count(gang.GpusPerPod, "GPU")} =" : ",";
        return gang.Size == 1 ? $"{pods}, {Figures.Count(gang.Gpus, "GPU")}" : $"{pods}{each} {Figures.Count(gang.Gpus, "GPU")}";
    }

    /// <summary><c>3 jobs: 2 placed, 1 does not fit</c></summary>
    public static string Tally(ImmutableArray<PlacementReport> reports)
    {
        var parts = reports.GroupBy(r => r.Outcome).OrderBy(g => g.Key)
            .Select(g => $"{g.Count()} {(g.Key == PlacementOutcome.NoFit && g.Count() > 1 ? "do not fit" : Outcome(g.Key).Word.ToLowerInvariant())}");
        return $"{Figures.Count(reports.Length, "job")}: {string.Join(", ", parts)}";
    }

    /// <summary>How much of the search was done.</summary>
    public static string Effort(SearchEffort search)
    {
        var effort = Figures.Count(search.Steps, "step");
        return search.Complete ? $"Proved in {effort}." : $"Not proved: the search stopped after {effort} (--max-steps).";
    }

    /// <summary>How the communication compares with the best the same nodes could give.</summary>
    public static string Gap(ReportEstimate estimate) => estimate.GapPercent < 0.5
        ? "as good as on the empty cluster"
        : $"+{Figures.Digits(estimate.GapPercent)}% over {Figures.Milliseconds(estimate.BestPossibleMs)} on the empty cluster";

    /// <summary>What crosses which tier in a step; empty when nothing does.</summary>
    public static string Crossing(ReportEstimate estimate) =>
        string.Join(", ", CostSection.NarrowestFirst(estimate.CrossTierBytes).Select(p => $"{p.Key} {Figures.Bytes(p.Value)}"));

    /// <summary><c>6.56 GB of 72 GB per GPU: fits, 18 GPUs at least</c></summary>
    public static string Memory(ReportMemory memory) =>
        $"{Figures.Bytes(memory.RequiredBytesPerGpu)} of {Figures.Bytes(memory.AvailableBytesPerGpu)} per GPU: {(memory.Fits ? "fits" : "does not fit")}, {Figures.Count(memory.MinimumGpus, "GPU")} at least";

    /// <summary>What the gang adds, under which cap.</summary>
    public static string Power(PlacementReport report, ReportPower power)
    {
        if (report.Placement is null && power.AddedWatts == 0) return "budgets this gang would draw from";
        var verb = report.Placement is null ? "would add" : "adds";
        var cap = power.GpuCapWatts is { } watts ? $", every GPU capped at {watts} W" : "";
        return $"{verb} {Figures.Watts(power.AddedWatts)}{cap}{(power.Domains.IsEmpty ? "; no budget is labelled here" : "")}";
    }

    /// <summary>The reasons as sentences that name their domain; what refuses in many racks alike is said once, of all of them.</summary>
    public static IEnumerable<(FitReason Reason, string Message)> Reasons(PlacementReport report)
    {
        foreach (var alike in report.Reasons.GroupBy(r => (r.Constraint, r.RemovedNodes, Message: Masked(r))))
        {
            var domains = NameRanges.Of(alike.Select(r => r.Domain ?? ""));
            var message = alike.Key.Message.Replace(Mask, domains, StringComparison.Ordinal);
            yield return (alike.First(), alike.Count() > 1 && alike.First().Domain is not null ? $"{message} ({alike.Count()} alike)" : message);
        }
    }

    /// <summary>A counter-offer in one or two words.</summary>
    public static string Change(CounterOfferChange change) => change switch
    {
        CounterOfferChange.FewerPods => "fewer pods",
        CounterOfferChange.WiderTier => "wider tier",
        CounterOfferChange.LowerGpuCap => "lower GPU cap",
        CounterOfferChange.HigherBudget => "higher budget",
        CounterOfferChange.Evict => "evict",
        CounterOfferChange.Wait => "wait",
        _ => "add nodes",
    };

    /// <summary>What an offer leads to: <c>placed under a cap, 8.33 ms per step</c></summary>
    public static string Then(CounterOffer offer) =>
        Outcome(offer.ThenOutcome).Word.ToLowerInvariant() + (offer.EstimateMs is { } ms ? $", {Figures.Milliseconds(ms)} per step" : "") + Cost(offer);

    // What of the cost the detail does not say, and whether less might be enough.
    private static string Cost(CounterOffer offer) =>
        (offer.Cost.EvictedGpuHours is { } hours ? $"; at most {Figures.Digits(hours)} GPU-hours lost" : "")
        + (offer.Change == CounterOfferChange.FewerPods && offer.Cost.SlowdownPercent is { } longer ? $"; {Figures.Digits(longer)}% longer" : "")
        + (offer.Cost.WaitSeconds is > 0 and var seconds ? $"; in {Figures.Digits(seconds / 3600.0)} h" : "")
        + (offer.Smallest ? "" : "; less may be enough");

    // The message with its domain's name made a blank to fill in.
    private static string Masked(FitReason reason) =>
        reason.Domain is not { Length: > 0 } domain ? reason.Message
        : reason.Message.Contains(domain, StringComparison.Ordinal) ? reason.Message.Replace(domain, Mask, StringComparison.Ordinal)
        : $"{Mask}: {reason.Message}";
}
