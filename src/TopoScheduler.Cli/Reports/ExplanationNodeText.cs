using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Cli.Reports;

/// <summary>A node for people: where it is, who is on it, what is left, who could not use it.</summary>
internal static class ExplanationNodeText
{
    private const int MostPods = 12;

    /// <summary>Writes it.</summary>
    public static void Write(TextPage page, ExplanationNode node)
    {
        page.Heading("NODE");
        foreach (var (label, text, ink) in ExplanationNodeWords.Lines(node)) page.Write(page.Labelled(label).Add(text, ink));
        WritePods(page, node);
        WriteWaiting(page, node);
    }

    private static void WritePods(TextPage page, ExplanationNode node)
    {
        if (node.Pods.IsEmpty) return;
        page.Heading("PODS");
        foreach (var pod in node.Pods.Take(MostPods))
        {
            page.Write(page.Line().Add($"{TextPage.Indent}{pod.Id}, {Figures.Count(pod.Gpus, "GPU")}{(pod.Gang is { } gang ? $", of {gang}" : "")}, priority {pod.Priority}{(pod.Terminating ? ", being deleted" : "")}"));
        }

        if (node.Pods.Length > MostPods) page.Write(page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Ellipsis} {node.Pods.Length - MostPods} more", Ink.Dim));
    }

    private static void WriteWaiting(TextPage page, ExplanationNode node)
    {
        if (node.Waiting.IsEmpty) return;
        page.Heading("WAITING GANGS", "whether they could use it");
        foreach (var waiting in node.Waiting)
        {
            var (word, ink) = ExplanationNodeWords.Verdict(waiting);
            page.Paragraph(page.Line().Add(TextPage.Indent).Field(word, 14, ink).Add(" "), $"{waiting.Gang}: {waiting.Message}");
        }
    }
}
