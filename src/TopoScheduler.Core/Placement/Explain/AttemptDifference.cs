using System.Globalization;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>What is different between two attempts to place one gang.</summary>
internal static class AttemptDifference
{
    private const int MostItems = 12;

    /// <summary>The differences and what they mean.</summary>
    /// <param name="before">The earlier attempt.</param>
    /// <param name="now">The figures now.</param>
    /// <param name="scope">The tier that decides: the required one, or the cluster.</param>
    /// <param name="wanted">Members that must be placed.</param>
    public static ExplanationChange Of(AttemptFigures before, AttemptFigures now, string scope, int wanted)
    {
        var items = new List<ChangeItem>();
        Figure(items, "nodes", before.Nodes, now.Nodes, "node");
        Closed(items, before, now);
        Figure(items, "pods", before.Pods, now.Pods, "pod");
        Budgets(items, before, now);
        Figure(items, "slots", before.Slots, now.Slots, "slot");
        Rooms(items, before, now, scope);
        Reason(items, before, now);
        return new(ExplainText.Written(before.At), [.. items.Take(MostItems)], Effect(before, now, scope, wanted, items.Count > 0));
    }

    private static void Figure(List<ChangeItem> items, string what, int before, int now, string noun)
    {
        if (before == now) return;
        var by = Math.Abs(now - before);
        var text = what == "slots" ? $"room for {ReportText.Count(by, "member")} {(now > before ? "more" : "less")} on all nodes"
            : $"{ReportText.Count(by, noun)} {(now > before ? "came" : "went")}";
        items.Add(new(what, before, now, $"{text}: {Whole(before)} then, {Whole(now)} now"));
    }

    private static void Closed(List<ChangeItem> items, AttemptFigures before, AttemptFigures now)
    {
        var (shut, opened) = (now.Closed.Except(before.Closed, StringComparer.Ordinal).ToList(), before.Closed.Except(now.Closed, StringComparer.Ordinal).ToList());
        if (before.ClosedCount == now.ClosedCount && shut.Count == 0 && opened.Count == 0) return;
        var whole = before.ClosedCount <= AttemptFigures.MostNames && now.ClosedCount <= AttemptFigures.MostNames;
        var parts = new List<string>();
        if (whole && shut.Count > 0) parts.Add($"{ReportText.List(shut)} not Ready, cordoned or tainted since");
        if (whole && opened.Count > 0) parts.Add($"{ReportText.List(opened)} not closed any more");
        if (parts.Count == 0) parts.Add("nodes closed");
        items.Add(new("closedNodes", before.ClosedCount, now.ClosedCount, $"{string.Join("; ", parts)}: {before.ClosedCount} closed then, {now.ClosedCount} now"));
    }

    private static void Budgets(List<ChangeItem> items, AttemptFigures before, AttemptFigures now)
    {
        var then = before.Budgets.ToDictionary(b => (b.Kind, b.Name));
        foreach (var budget in now.Budgets)
        {
            if (!then.TryGetValue((budget.Kind, budget.Name), out var was)) continue;
            if (was.BudgetWatts != budget.BudgetWatts)
            {
                items.Add(new("budget", null, null, $"{budget.Kind}/{budget.Name} has a budget of {ReportText.Watts(budget.BudgetWatts)}, {ReportText.Watts(was.BudgetWatts)} then") { BeforeWatts = was.BudgetWatts, NowWatts = budget.BudgetWatts });
            }
            else if (was.HeadroomWatts != budget.HeadroomWatts)
            {
                items.Add(new("headroom", null, null, $"{budget.Kind}/{budget.Name} has {ReportText.Watts(budget.HeadroomWatts)} left, {ReportText.Watts(was.HeadroomWatts)} then") { BeforeWatts = was.HeadroomWatts, NowWatts = budget.HeadroomWatts });
            }
        }
    }

    private static void Rooms(List<ChangeItem> items, AttemptFigures before, AttemptFigures now, string scope)
    {
        // On all nodes together it is said by the slots.
        foreach (var room in now.Rooms.Where(r => r.Tier == scope && r.Tier != r.Domain))
        {
            if (before.Rooms.FirstOrDefault(r => r.Tier == room.Tier) is not { } was || was.Room == room.Room) continue;
            items.Add(new("room", was.Room, room.Room, $"roomiest {room.Tier} {room.Domain} takes {room.Room}, {was.Domain} took {was.Room} then"));
        }
    }

    private static void Reason(List<ChangeItem> items, AttemptFigures before, AttemptFigures now)
    {
        var (then, today) = (before.Reasons.FirstOrDefault()?.Message, now.Reasons.FirstOrDefault()?.Message);
        if (then == today || then is null) return;
        items.Add(new("reason", null, null, $"then: {ReportText.Clause(then)}"));
    }

    private static string Effect(AttemptFigures before, AttemptFigures now, string scope, int wanted, bool any)
    {
        if (!any) return "Nothing that matters to it has changed.";
        var (then, today) = (before.Rooms.FirstOrDefault(r => r.Tier == scope)?.Room, now.Rooms.FirstOrDefault(r => r.Tier == scope)?.Room);
        if (then is not { } was || today is not { } room || was == room) return "Its room is the same as then.";
        var side = room >= wanted ? "enough now" : $"still {wanted - room} short";
        var where = scope == Topology.Tier.Cluster.Name ? "The cluster" : $"The roomiest {scope}";
        return $"{where} has room for {room} of {wanted}, {was} then: {side}.";
    }

    private static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
