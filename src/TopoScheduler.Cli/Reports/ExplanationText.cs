using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// An explanation for people: the cause in one sentence first, then where it is or would go, why not per tier and per node, what it waits for, what has changed and
/// what would help. Every figure comes from the model, so this page and the JSON cannot differ.
/// </summary>
internal static class ExplanationText
{
    private const int NameColumns = 14;

    /// <summary>Writes it.</summary>
    public static void Write(TextPage page, Explanation answer)
    {
        WriteTitle(page, answer);
        if (answer.Node is { } node) ExplanationNodeText.Write(page, node);
        WritePlace(page, answer);
        WriteTiers(page, answer);
        WriteNodes(page, answer.Nodes);
        if (answer.Wait is { } wait) ExplanationWaitText.Write(page, answer, wait);
        ExplanationWaitText.WriteDeadlines(page, answer);
        ExplanationWaitText.WriteChange(page, answer.Changed);
        WriteOffers(page, answer);
        WriteAdvice(page, answer);
        ReasonSections.WriteProblems(page, answer.Problems, "NOTES");
    }

    private static void WriteTitle(TextPage page, Explanation answer)
    {
        var glyphs = page.Style.Glyphs;
        var (sign, ink) = ExplanationWords.IsGood(answer) ? (glyphs.Tick, Ink.Good) : (glyphs.Cross, Ink.Bad);
        page.Paragraph(page.Line().Add($"{sign} ", ink), answer.Summary, Ink.Bold);
        var size = answer.Gang is { } gang ? $"   {ReportWords.SizeOf(gang)}" : "";
        page.Write(page.Line().Add(TextPage.Indent).Add($"{ExplanationWords.NameOf(answer)}{size}, {ExplanationWords.State(answer)}", Ink.Dim));
    }

    private static void WritePlace(TextPage page, Explanation answer)
    {
        if (answer.Place is not { } place || answer.Gang is not { } gang) return;
        page.Heading(ExplanationWords.PlaceTitle(answer).ToUpperInvariant());
        foreach (var (domain, pods) in ExplanationWords.Domains(place).Take(page.Style.Width / 5)) page.Paragraph(page.Line().Add(TextPage.Indent), $"{domain}: {pods}");
        foreach (var (label, text) in ExplanationWords.Place(place, gang.Gpus > 0)) page.Paragraph(page.Labelled(label), text);
    }

    private static void WriteTiers(TextPage page, Explanation answer)
    {
        var lines = ExplanationWords.TierLines(answer).ToList();
        if (lines.Count == 0) return;
        page.Heading("WHY", ExplanationWords.Tiers);
        foreach (var line in lines)
        {
            var head = page.Line().Add(TextPage.Indent).Field(line.Name, NameColumns).Add(" ").Add(line.Text, line.Ink);
            page.Write(line.Mark.Length > 0 ? head.Add($"  ({line.Mark})", Ink.Dim) : head);
            WriteDetails(page, line.Details);
        }
    }

    private static void WriteNodes(TextPage page, ExplanationNodes? nodes)
    {
        if (nodes is null) return;
        page.Heading("NODES", ExplanationWords.Usable(nodes));
        foreach (var line in ExplanationWords.NodeLines(nodes))
        {
            page.Write(page.Line().Add(TextPage.Indent).Field(line.Name, NameColumns, line.Ink).Add($" {line.Text}"));
            WriteDetails(page, line.Details);
        }
    }

    private static void WriteOffers(TextPage page, Explanation answer)
    {
        if (answer.CounterOffers.IsEmpty) return;
        page.Heading("WHAT WOULD HELP", ExplanationWords.Verified);
        foreach (var offer in answer.CounterOffers)
        {
            var line = page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Bullet} ").Field(ReportWords.Change(offer.Change), NameColumns, Ink.Good).Add(" ");
            page.Paragraph(line, $"{offer.Detail.TrimEnd('.')} → {ReportWords.Then(offer)}");
        }
    }

    private static void WriteAdvice(TextPage page, Explanation answer)
    {
        if (answer.Advice.IsEmpty) return;
        page.Heading("WHAT TO DO");
        foreach (var advice in answer.Advice) page.Paragraph(page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Bullet} "), advice);
    }

    private static void WriteDetails(TextPage page, ImmutableArray<string> details)
    {
        foreach (var detail in details) page.Paragraph(page.Line().Add(TextPage.Indent).Add(new string(' ', NameColumns + 1)), detail, Ink.Dim);
    }
}
