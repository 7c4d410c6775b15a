using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>Why a gang in the queue waits: one sentence with figures. It changes only when what it says does: no clock and no counter is in it.</summary>
internal static class WaitText
{
    /// <summary>The sentence.</summary>
    /// <param name="gang">The gang.</param>
    /// <param name="reason">Why it waits; null before it was looked at.</param>
    /// <param name="report">A report on the same gang, for what would make it fit; null for none.</param>
    public static string Of(Gang gang, WaitReason? reason, PlacementReport? report)
    {
        if (reason is null || reason.Cause == WaitCause.Turn) return "it waits for its turn";
        var offer = report is { CounterOffers: [var first, ..] } ? $"; it fits with {first.Detail}" : "";
        var why = Lowered(reason.LastAttempt?.Reasons.FirstOrDefault()?.Message.TrimEnd('.'));
        return reason.Cause switch
        {
            WaitCause.RunningGangs => $"{First(why)}; {Kept(reason)}{HoldingOut(gang, reason)}{offer}",
            WaitCause.Head when reason.LastAttempt?.Plan is not null =>
                $"it would fit, but on nodes that are kept for {reason.Behind?.Id}, which comes first and is larger{HoldingOut(gang, reason)}{offer}",
            WaitCause.Head => $"{First(why)}; {reason.Behind?.Id} comes first{HoldingOut(gang, reason)}{offer}",
            _ => $"{First(why)}, and would not even if every gang that runs had ended{HoldingOut(gang, reason)}{offer}",
        };
    }

    private static string First(string? why) => why is null ? "it does not fit now" : $"it does not fit now: {why}";

    // In the middle of a sentence it starts small.
    private static string? Lowered(string? clause) => clause is { Length: > 1 } && char.IsLower(clause[1]) ? char.ToLowerInvariant(clause[0]) + clause[1..] : clause;

    private static string Kept(WaitReason reason) => reason.Target is { } target
        ? string.Create(CultureInfo.InvariantCulture, $"{target.Nodes.Length} nodes are kept for it until {target.Awaits.Id} has ended")
        : "it is first in line";

    private static string HoldingOut(Gang gang, WaitReason reason) =>
        reason.HoldsOutUntil is null ? "" : $"; it holds out for one {gang.Hints.Preferred}";
}
