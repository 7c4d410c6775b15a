using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using TopoScheduler.Cli.Reports.Sheets;
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
        SheetColumn[] measured = view.IsMeasured ? [SheetColumn.Number("measured")] : [];
        ImmutableArray<SheetColumn> columns =
        [
            new("domain"), SheetColumn.Number("drawn"), .. measured, SheetColumn.Number("budget"), SheetColumn.Number("left"),
            SheetColumn.Number("stranded"), SheetColumn.Number("full draw"), SheetColumn.Number("nodes"),
        ];
        var rows = PowerTreeRow.Of(view.Domains, Glyphs.Drawn).Select(r => Row(r, view.IsMeasured));
        var rest = MarkdownTable.Write(text, new("Power domains", columns, [.. rows]), MostRows);
        if (rest > 0) text.Append(Invariant($"\n{Figures.Count(rest, "more domain")}\n"));
    }

    private static SheetRow Row(PowerTreeRow row, bool isMeasured)
    {
        var domain = row.Domain;
        SheetCell[] measured = isMeasured ? [Watts(domain.MeasuredWatts)] : [];
        ImmutableArray<SheetCell> cells =
        [
            Watts(domain.CommittedWatts), .. measured, Watts(domain.BudgetWatts), new(Watts(domain.HeadroomWatts), domain.OverBudget ? Ink.Bad : Ink.Plain),
            Watts(domain.StrandedWatts), Watts(domain.FullDrawWatts), Figures.Whole(domain.Nodes),
        ];
        return new(row.Name, cells) { Depth = row.Depth };
    }

    private static string Watts(long? watts) => watts is { } figure ? Figures.Whole(figure) : "-";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
