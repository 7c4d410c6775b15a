using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>A sheet as GitHub-flavoured Markdown, short enough for a comment on a change: long lists and texts are cut, the JSON has them all.</summary>
internal static class MarkdownSheet
{
    private const int MostRows = 40;
    private const int MostItems = 12;
    private const int MostTextCharacters = 500;

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, Sheet sheet, bool unicode)
    {
        var text = new StringBuilder();
        var verdict = sheet.Verdict is { } given ? $"{Sign(given.Ink)} {MarkdownTable.Cell(given.Word)}: " : "";
        text.Append(Invariant($"### {verdict}{MarkdownTable.Cell(sheet.Title)}\n\n"));
        string[] said = [.. new[] { sheet.Size, sheet.Lead }.Where(s => s.Length > 0).Select(s => MarkdownText.AtStart(Cut(s)))];
        if (said.Length > 0) text.Append(Invariant($"{string.Join(". ", said)}\n\n"));
        WriteFigures(text, sheet.Figures);
        foreach (var section in sheet.Sections) WriteSection(text, section);
        MarkdownReport.WriteProblems(text, sheet.Problems, "Notes");
        output.Write(unicode ? text.ToString() : HtmlPage.Spelled(text));
    }

    private static void WriteFigures(StringBuilder text, ImmutableArray<SheetFigure> figures)
    {
        if (figures.IsEmpty) return;
        text.Append("| | |\n|---|---|\n");
        foreach (var (name, value, detail) in figures) text.Append(Invariant($"| {MarkdownTable.Cell(name)} | **{MarkdownTable.Cell(value)}**{(detail.Length > 0 ? $" {MarkdownTable.Cell(detail)}" : "")} |\n"));
        text.Append('\n');
    }

    private static void WriteSection(StringBuilder text, SheetSection section)
    {
        var blocks = section.Blocks.Where(b => b is not SheetDrawing).ToList();
        if (blocks.Count == 0) return;
        var title = MarkdownText.Of(section.Title);
        text.Append(section.IsFolded ? Invariant($"<details><summary>{title}</summary>\n\n") : Invariant($"#### {title}\n\n"));
        if (section.Detail.Length > 0) text.Append(Invariant($"{MarkdownText.AtStart(section.Detail)}\n\n"));
        foreach (var block in blocks) WriteBlock(text, block);
        if (section.IsFolded) text.Append("</details>\n\n");
    }

    private static void WriteBlock(StringBuilder text, SheetBlock block)
    {
        switch (block)
        {
            case SheetText sentence:
                text.Append(Invariant($"{MarkdownText.AtStart(Cut(sentence.Text))}\n\n"));
                break;
            case SheetList list:
                WriteList(text, list.Items);
                break;
            case SheetTable table:
                WriteTable(text, table);
                break;
            case SheetOffers offers:
                MarkdownReport.WriteOfferTable(text, offers.Offers);
                break;
        }
    }

    private static void WriteList(StringBuilder text, ImmutableArray<SheetItem> items)
    {
        foreach (var item in items.Take(MostItems))
        {
            var (head, said) = ($"{Strong(item.Label)}{Emphasized(item.About)}", Cut(item.Text));
            text.Append(Invariant($"- {head}{(head.Length > 0 ? MarkdownText.Of(said) : MarkdownText.AtStart(said))}\n"));
            foreach (var detail in item.Details) text.Append(Invariant($"  - {(detail.IsCommand ? MarkdownText.Code(detail.Text) : MarkdownText.AtStart(Cut(detail.Text)))}\n"));
        }

        text.Append(items.Length > MostItems ? Invariant($"- {More(items.Length - MostItems)}\n\n") : "\n");
    }

    private static void WriteTable(StringBuilder text, SheetTable table)
    {
        text.Append(Invariant($"**{MarkdownText.Of(table.Caption)}**\n\n"));
        var rest = MarkdownTable.Write(text, table, MostRows);
        text.Append(rest > 0 ? Invariant($"\n{More(rest)}\n\n") : "\n");
    }

    private static string More(int rest) => $"… {Figures.Whole(rest)} more (-o json lists all)";

    private static string Strong(string text) => text.Length > 0 ? $"**{MarkdownTable.Cell(text)}** " : "";

    private static string Emphasized(string text) => text.Length > 0 ? $"_{MarkdownTable.Cell(text)}_: " : "";

    private static string Cut(string text) => SafeText.Cut(text, MostTextCharacters, "…");

    private static string Sign(Ink ink) => ink switch
    {
        Ink.Good => "✅",
        Ink.Bad => "❌",
        _ => "⚠️",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
