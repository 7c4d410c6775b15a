using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>An overshoot as a sentence: for logs, events and people who read no tables.</summary>
internal static class OvershootText
{
    private const int MostNamed = 4;

    /// <summary>The sentence.</summary>
    public static string Of(PowerOvershoot overshoot)
    {
        var feed = overshoot.Feed switch
        {
            FeedState.LostA => " with feed A lost",
            FeedState.LostB => " with feed B lost",
            _ => "",
        };
        return $"{overshoot.Domain} carries {ReportText.Watts(overshoot.CommittedWatts)}{feed}, {ReportText.Watts(overshoot.OverWatts)} over its budget of "
            + $"{ReportText.Watts(overshoot.BudgetWatts)}{Advice(overshoot)}.";
    }

    private static string Advice(PowerOvershoot overshoot)
    {
        var caps = overshoot.Reliefs.Where(r => r.Kind == PowerReliefKind.Cap).Select(Cap).ToList();
        var moves = overshoot.Reliefs.Where(r => r.Kind == PowerReliefKind.Move).Select(Move).ToList();
        var first = (caps.Count, moves.Count) switch
        {
            (0, 0) => "",
            (_, 0) => $"; cap first: {ReportText.List(caps, MostNamed)}",
            (0, _) => $"; move first: {ReportText.List(moves, MostNamed)}",
            _ => $"; cap first: {ReportText.List(caps, MostNamed)}; then move: {ReportText.List(moves, MostNamed)}",
        };
        var leaving = overshoot.LeavingWatts > 0 ? $"; pods that are being deleted free {ReportText.Watts(overshoot.LeavingWatts)}" : "";
        return leaving + first + (overshoot.Enough ? "" : $"; {ReportText.Watts(overshoot.LeftWatts)} stay over whatever is done: no gang draws them");
    }

    private static string Cap(PowerRelief relief) =>
        $"{relief.Gang.Id} at {ReportText.Watts(relief.CapWatts ?? 0)} a GPU (frees {ReportText.Watts(relief.FreesWatts)}, {CapOffer.Slowdown(relief.Slowdown ?? 1)})";

    private static string Move(PowerRelief relief) => $"{relief.Gang.Id} (priority {relief.Priority}, frees {ReportText.Watts(relief.FreesWatts)})";
}
