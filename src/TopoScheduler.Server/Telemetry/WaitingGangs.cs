using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;

namespace TopoScheduler.Server.Telemetry;

/// <summary>Gangs that wait for their turn, summed up after a look at them. Immutable.</summary>
/// <param name="Count">How many.</param>
/// <param name="Oldest">Since when the one that has waited longest has; null while none waits.</param>
/// <param name="Reasons">How many by what they wait for and by the first reason why they do not fit, null for none.</param>
internal sealed record WaitingGangs(int Count, DateTimeOffset? Oldest, IReadOnlyDictionary<(WaitCause Cause, FitConstraint? Reason), int> Reasons)
{
    /// <summary>Nobody waits.</summary>
    public static WaitingGangs None { get; } = new(0, null, new Dictionary<(WaitCause, FitConstraint?), int>());

    /// <summary>Sums up.</summary>
    /// <param name="waiting">Since when each waits, and why; null before it was looked at.</param>
    public static WaitingGangs Of(IEnumerable<(DateTimeOffset Since, WaitReason? Reason)> waiting)
    {
        var (count, oldest, reasons) = (0, (DateTimeOffset?)null, new Dictionary<(WaitCause, FitConstraint?), int>());
        foreach (var (since, reason) in waiting)
        {
            count++;
            if (oldest is null || since < oldest) oldest = since;
            var first = reason?.LastAttempt is { Reasons: [var named, ..] } ? named.Constraint : (FitConstraint?)null;
            var key = (reason?.Cause ?? WaitCause.Turn, first);
            reasons[key] = reasons.GetValueOrDefault(key) + 1;
        }

        return count == 0 ? None : new(count, oldest, reasons);
    }
}
