using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Cli.Reports;

/// <summary>What something waits for, how long it has, and what has changed, for people.</summary>
internal static class ExplanationWaitText
{
    private const int MostBefore = 5;

    /// <summary>Writes what it waits for.</summary>
    public static void Write(TextPage page, Explanation answer, ExplanationWait wait)
    {
        page.Heading("WAITS", wait.Position is { } at ? $"number {at} of {wait.QueueLength} in the queue, priority {wait.Priority}" : $"not in the queue yet, priority {wait.Priority}");
        if (wait.Since is { } since) page.Write(page.Labelled("since").Add(since));
        if (wait.MembersThere is { } there && wait.MembersWanted is { } wanted && (there < wanted || answer.Cause.Kind == ExplanationCauseKind.Incomplete)) page.Write(page.Labelled("members").Add($"{there} of {wanted} are there"));
        foreach (var gate in wait.OtherGates) page.Write(page.Labelled("gate").Add($"{gate.Name} on {Figures.Count(gate.Pods, "pod")}"));
        foreach (var before in wait.Before.Take(MostBefore))
        {
            page.Write(page.Labelled("before it").Add($"{before.Gang}, priority {before.Priority}, {Figures.Count(before.Pods, "pod")}, {Figures.Count(before.Gpus, "GPU")}: {(before.Starts ? "starts now" : "waits too")}"));
        }

        if (wait.Before.Length > MostBefore) page.Write(page.Labelled("before it").Add($"and {wait.Before.Length - MostBefore} more"));
        if (wait.Behind is { } behind) page.Paragraph(page.Labelled("behind"), $"{behind}: nodes are kept for it, and this one may not delay it");
        if (wait.Awaits is { } awaits) page.Paragraph(page.Labelled("kept for it"), $"{Figures.Count(wait.KeptNodes, "node")}, until {awaits} has ended{(wait.ExpectedStart is { } start ? $", expected {start}" : "; when is not known")}");
        if (wait.HoldsOutUntil is { } until) page.Write(page.Labelled("holds out").Add($"for its preferred tier, until {until}"));
        if (wait.Recorded is { } recorded) page.Paragraph(page.Labelled("last told"), recorded);
    }

    /// <summary>Writes what happens by itself.</summary>
    public static void WriteDeadlines(TextPage page, Explanation answer)
    {
        if (answer.Deadlines.IsEmpty) return;
        page.Heading("HOW LONG");
        foreach (var deadline in answer.Deadlines) page.Paragraph(page.Line().Add(TextPage.Indent).Add(deadline.At).Add("  "), deadline.What);
    }

    /// <summary>Writes what has changed.</summary>
    public static void WriteChange(TextPage page, ExplanationChange? change)
    {
        if (change is null) return;
        page.Heading("CHANGED", change.Since is { } since ? $"since the attempt of {since}" : "since the last attempt");
        foreach (var item in change.Items) page.Paragraph(page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Bullet} "), item.Message);
        page.Paragraph(page.Line().Add(TextPage.Indent), change.Effect);
    }
}
