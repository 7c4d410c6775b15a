using System.Globalization;
using System.Text;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>The power tree as GitHub-flavoured Markdown: what is over and whom to cap or move first, then a table.</summary>
internal static class PowerMarkdown
{
    private const int MostRows = 60;
    private const int MostDomains = 12;
    private const int MostGangs = 12;

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, PowerView view, bool unicode)
    {
        var text = new StringBuilder();
        text.Append(Invariant($"### Power\n\n{PowerWords.Total(view)}.\n\n"));
        if (view.Domains.IsEmpty) text.Append(Invariant($"{PowerWords.NoDomains}\n"));
        else if (view.Total.OutsideNodes > 0) text.Append(Invariant($"{PowerWords.Outside(view.Total)}.\n\n"));
        WriteOvershoots(text, view);
        if (!view.Domains.IsEmpty) WriteTable(text, view);
        output.Write(unicode ? text.ToString() : HtmlPage.Spelled(text));
    }

    private static void WriteOvershoots(StringBuilder text, PowerView view)
    {
        if (view.Overshoots.IsEmpty) return;
        text.Append(Invariant($"**Over budget**: {PowerWords.Advice}.\n\n"));
        foreach (var over in view.Overshoots.Take(MostDomains))
        {
            text.Append(Invariant($"- **{MarkdownText.Of(PowerWords.NameOf(over))}**: {PowerWords.Over(over)}\n"));
            foreach (var (relief, i) in over.Reliefs.Take(MostGangs).Select((r, i) => (r, i)))
            {
                var (verb, gang, how) = PowerWords.Do(relief);
                text.Append(Invariant($"  {i + 1}. {verb} **{MarkdownText.Of(gang)}**{how}: {PowerWords.Worth(relief)}\n"));
            }

            if (over.Reliefs.Length > MostGangs) text.Append(Invariant($"\n  {Figures.Count(over.Reliefs.Length - MostGangs, "more gang")}\n"));
            if (PowerWords.Remark(over) is { } remark) text.Append(Invariant($"\n  {remark}\n"));
        }

        if (view.Overshoots.Length > MostDomains) text.Append(Invariant($"- {Figures.Count(view.Overshoots.Length - MostDomains, "more domain")}\n"));
        text.Append('\n');
    }

    private static void WriteTable(StringBuilder text, PowerView view)
    {
        var measured = view.IsMeasured;
        text.Append(Invariant($"| domain | drawn |{(measured ? " measured |" : "")} budget | left | stranded | full draw | nodes |\n|---|--:|{(measured ? "--:|" : "")}--:|--:|--:|--:|--:|\n"));
        var rows = PowerTreeRow.Of(view.Domains, Glyphs.Drawn);
        foreach (var row in rows.Take(MostRows))
        {
            var domain = row.Domain;
            var left = domain.OverBudget ? $"**{Watts(domain.HeadroomWatts)}**" : Watts(domain.HeadroomWatts);
            text.Append(Invariant($"| {MarkdownText.Indent(row.Depth)}{MarkdownText.Of(row.Name)} | {Watts(domain.CommittedWatts)} |{(measured ? $" {Watts(domain.MeasuredWatts)} |" : "")} {Watts(domain.BudgetWatts)} | {left} "));
            text.Append(Invariant($"| {Watts(domain.StrandedWatts)} | {Watts(domain.FullDrawWatts)} | {Figures.Whole(domain.Nodes)} |\n"));
        }

        if (rows.Length > MostRows) text.Append(Invariant($"\n{Figures.Count(rows.Length - MostRows, "more domain")}\n"));
    }

    private static string Watts(long? watts) => watts is { } figure ? Figures.Whole(figure) : "-";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
