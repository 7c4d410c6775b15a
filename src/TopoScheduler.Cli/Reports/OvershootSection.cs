using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// Domains over their budgets, each with what to cap or move first:
/// <code>
/// OVER BUDGET  what to cap or move first; nothing is done by itself
///   rack r7  1,200 W over its 40,000 W with feed A lost
///     1. cap job/ml/llama at 560 W a GPU: frees 1,300 W, compute takes about 8% longer; enough
/// </code>
/// </summary>
internal static class OvershootSection
{
    private const int MostDomains = 12;
    private const int MostGangs = 12;

    /// <summary>Writes it; nothing when none is over.</summary>
    public static void Write(TextPage page, ImmutableArray<OvershootView> overshoots)
    {
        if (overshoots.IsEmpty) return;
        page.Heading("OVER BUDGET", PowerWords.Advice);
        foreach (var over in overshoots.Take(page.Style.Most(MostDomains))) WriteOne(page, over);
        if (overshoots.Length > page.Style.Most(MostDomains)) WriteMore(page, TextPage.Indent, overshoots.Length - MostDomains, "domain");
    }

    private static void WriteOne(TextPage page, OvershootView over)
    {
        page.Paragraph(page.Line().Add(TextPage.Indent).Add(PowerWords.NameOf(over), Ink.Bold).Add("  "), PowerWords.Over(over), Ink.Bad);
        for (var i = 0; i < Math.Min(page.Style.Most(MostGangs), over.Reliefs.Length); i++)
        {
            var (verb, gang, how) = PowerWords.Do(over.Reliefs[i]);
            page.Paragraph(
                page.Line().Add(TextPage.Indent + TextPage.Indent).Field(string.Create(CultureInfo.InvariantCulture, $"{i + 1}."), 3, right: true).Add(" "),
                $"{verb} {gang}{how}: {PowerWords.Worth(over.Reliefs[i])}");
        }

        if (over.Reliefs.Length > page.Style.Most(MostGangs)) WriteMore(page, TextPage.Indent + TextPage.Indent, over.Reliefs.Length - MostGangs, "gang");
        if (PowerWords.Remark(over) is { } remark) page.Paragraph(page.Line().Add(TextPage.Indent + TextPage.Indent), remark, Ink.Warn);
    }

    private static void WriteMore(TextPage page, string indent, int count, string noun) =>
        page.Write(page.Line().Add($"{indent}{page.Style.Glyphs.Ellipsis} {Figures.Count(count, $"more {noun}")}", Ink.Dim));
}
