using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Cli.Reports;

/// <summary>What something waits for, how long it has, and what has changed, for people.</summary>
internal static class ExplanationWaitText
{
    /// <summary>Writes what it waits for.</summary>
    public static void Write(TextPage page, Explanation answer, ExplanationWait wait)
    {
        page.Heading("WAITS", ExplanationWaitWords.Queue(wait));
        foreach (var (label, text) in ExplanationWaitWords.Lines(answer, wait)) page.Paragraph(page.Labelled(label), text);
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
        page.Heading("CHANGED", ExplanationWaitWords.Since(change));
        foreach (var item in change.Items) page.Paragraph(page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Bullet} "), item.Message);
        page.Paragraph(page.Line().Add(TextPage.Indent), change.Effect);
    }
}
