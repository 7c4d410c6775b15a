using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>What happens by itself to a gang that waits: what is known of it, the end of its hold-out and of those it waits for, and windows of budgets in its way.</summary>
internal static class DeadlineFinder
{
    /// <summary>The deadlines, the first to come first.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="answer">The explanation so far.</param>
    public static ImmutableArray<ExplanationDeadline> Of(ExplainQuestion question, Explanation answer)
    {
        var deadlines = question.Facts.Deadlines.ToList();
        if (answer.Wait is { HoldsOutUntil: { } until } && !deadlines.Exists(d => d.At == until)) deadlines.Add(new($"preferred-for ends: {question.Gang!.Hints.Preferred} is not insisted on any more", until));
        if (answer.Wait is { ExpectedStart: { } start, Awaits: { } awaits }) deadlines.Add(new($"{awaits} is expected to end; nodes are kept for this gang until then", start));
        deadlines.AddRange(Windows(question, answer));
        return [.. deadlines.OrderBy(d => d.At, StringComparer.Ordinal).ThenBy(d => d.What, StringComparer.Ordinal)];
    }

    private static IEnumerable<ExplanationDeadline> Windows(ExplainQuestion question, Explanation answer)
    {
        if (question.Facts.Now is not { } now) yield break;
        var named = answer.Reasons.Where(r => r.Constraint == FitConstraint.Power && r.Domain is not null).Select(r => r.Domain!).Append(answer.Cause.Domain ?? "").ToHashSet(StringComparer.Ordinal);
        foreach (var spec in question.Cluster.PowerDomains.Where(d => named.Contains(d.Id.ToString())))
        {
            foreach (var window in spec.Schedule)
            {
                if (window.NextAfter(now) is not { } next || (next.Begins <= now && next.Ends == DateTimeOffset.MaxValue)) continue;
                var watts = ReportText.Watts(window.BudgetWatts);
                yield return next.Begins > now
                    ? ExplanationDeadline.Of($"{spec.Id} goes down to {watts} in the window \"{window.Name}\"", next.Begins)
                    : ExplanationDeadline.Of($"the window \"{window.Name}\" of {spec.Id} ends: it has more than {watts} again", next.Ends);
            }
        }
    }
}
